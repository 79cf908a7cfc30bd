/**
 * WGSL of the gradient of a convolution by its filter, a sum over all pixels of dy:
 *   dw[down, right, k, channel] = Σ x[pixel moved by (down, right), k] · dy[pixel, channel].
 * A line is a pair (down, k): what a thread reads of x along one row. Each thread keeps, for some lines and all taps to the
 * right × some channels, the sums over a part of the rows of dy in registers; along a row the window of each line moves, so
 * that each x is loaded once. A second kernel adds the parts. Threads that have the same lines and other channels share the
 * loads of x: in a quad (in slot s of a group of four, thread l holds line l ⊕ s) or in a whole subgroup of known size.
 */
import { shared, sharedFrom, type Exchange } from './exchange.ts';
import { times } from './unroll.ts';

/** Pairs are [down, right]. */
export type FilterGradient = {
  images: number;
  /** Pixels of dy in one image. */
  out: readonly [number, number];
  channels: number;
  /** Pixels of x in one image; outside is 0. */
  within: readonly [number, number];
  depth: number;
  taps: readonly [number, number];
  stride: readonly [number, number];
  /** Zeros before the first row and column. */
  pad: readonly [number, number];
};

/** How the work is cut. */
export type FilterTile = {
  exchange: Exchange;
  /** Threads that share loads: 1, 4, or the size of a subgroup. */
  lanes: number;
  /** In one thread; a multiple of 4 in quads. */
  lines: number;
  channels: number;
  /** Taken at once along a row. */
  pixels: number;
  /** Into how many sums the pixels are parted. */
  parts: number;
  /** Write each sum by a statement of its own; see `Tile`. */
  unrolledStores: boolean;
};

type Parameters = { gradient: FilterGradient; tile: FilterTile };

/** Numbers in dw. */
export function filterSize({ taps, depth, channels }: FilterGradient): number {
  return taps[0] * taps[1] * depth * channels;
}

/** Threads of a workgroup. */
function workgroupOf({ parts, lanes }: FilterTile): number {
  return Math.min(64, Math.max(4, lanes, 2 ** Math.ceil(Math.log2(parts * lanes))));
}

/** Workgroups of `filterGradientCode`. */
export function filterGradientGrid(
  gradient: FilterGradient,
  tile: FilterTile,
): readonly [number, number, number] {
  const lineTiles = Math.ceil((gradient.taps[0] * gradient.depth) / tile.lines);
  const channelTiles = Math.ceil(gradient.channels / (tile.channels * tile.lanes));
  return [Math.ceil((tile.parts * tile.lanes) / workgroupOf(tile)), lineTiles, channelTiles];
}

/** Bindings: `x`, `dy` read, `sums` [parts, size of dw] written, all f32. */
export function filterGradientCode({ gradient, tile }: Parameters): string {
  const { images, out, channels } = gradient;
  const imageRows = images * out[0];
  const rowsPerPart = Math.ceil(imageRows / tile.parts);
  return `@compute @workgroup_size(${workgroupOf(tile)})
fn main(@builtin(global_invocation_id) thread: vec3u, @builtin(workgroup_id) group: vec3u) {
  let lane = thread.x % ${tile.lanes}u;
  let part = thread.x / ${tile.lanes}u;
  let line = group.y * ${tile.lines}u;
  let channel = (group.z * ${tile.lanes}u + lane) * ${tile.channels}u;
${declareSums(gradient, tile)}
${linePlaces(gradient, tile)}
${times(tile.channels, (c) => `  let c${c} = min(channel + ${c}u, ${channels - 1}u);`).join('\n')}
  for (var i = 0u; i < ${rowsPerPart}u; i++) {
    let y_row = min(part * ${rowsPerPart}u + i, ${imageRows - 1}u);
    let live = part * ${rowsPerPart}u + i < ${imageRows}u;
    let oy = i32(y_row % ${out[0]}u);
    let image = i32(y_row / ${out[0]}u);
${startRow(gradient, tile)}
    for (var ox = 0; ox < ${out[1]}; ox += ${tile.pixels}) {
${loadGradients(gradient, tile)}
${moveWindow(gradient, tile)}
${multiply(gradient, tile)}
    }
  }
  if (part >= ${tile.parts}u) { return; }
${stores(gradient, tile)}
}`;
}

/** Loads of x per pixel and column: of threads that share, each takes a line in `lanes`. */
function loads(tile: FilterTile): number {
  return Math.ceil(tile.lines / tile.lanes);
}

/** Columns of x under the pixels that are taken at once. */
function span({ taps, stride }: FilterGradient, { pixels }: FilterTile): number {
  return (pixels - 1) * stride[1] + taps[1];
}

/** `s` line _ tap _ channel: the sums; `v` load _ column: the window of each line that this thread loads. */
function declareSums(gradient: FilterGradient, tile: FilterTile): string {
  const sums = times(tile.lines, (l) =>
    times(gradient.taps[1], (t) => times(tile.channels, (c) => `  var s${l}_${t}_${c} = 0f;`).join('')).join(
      '',
    ),
  );
  const windows = times(loads(tile), (g) =>
    times(span(gradient, tile), (i) => `  var v${g}_${i} = 0f;`).join(''),
  );
  return [...sums, ...windows].join('\n');
}

/** `down0`, `k0`…: the tap and the depth of each line that this thread loads. */
function linePlaces({ taps, depth, pad }: FilterGradient, tile: FilterTile): string {
  return times(loads(tile), (g) => {
    const line = tile.lanes > 1 ? `line + ${tile.lanes * g}u + lane` : `line + ${g}u`;
    return `  let l${g} = i32(min(${line}, ${taps[0] * depth - 1}u));
  let down${g} = l${g} / ${depth} - ${pad[0]}; let k${g} = l${g} % ${depth};`;
  }).join('\n');
}

/** How many columns of the window the next pixels have, too. */
function kept({ taps, stride }: FilterGradient): number {
  return Math.max(0, taps[1] - stride[1]);
}

/** `x0`…: where each line lies for this row of dy; `in0`…: whether it is inside; and the window one step before. */
function startRow(gradient: FilterGradient, tile: FilterTile): string {
  const { within, depth, stride, pad } = gradient;
  return times(loads(tile), (g) => {
    const y = `oy * ${stride[0]} + down${g}`;
    const before = times(kept(gradient), (t) => {
      const column = t - pad[1];
      const outside = column < 0 || column >= within[1];
      return `v${g}_${t + tile.pixels * stride[1]} = ${outside ? '0f' : `select(0f, x[x${g} + ${column * depth}], in${g})`};`;
    });
    return `    let in${g} = u32(${y}) < ${within[0]}u;
    let x${g} = (image * ${within[0]} + clamp(${y}, 0, ${within[0] - 1})) * ${within[1] * depth} + k${g};
    ${before.join(' ')}`;
  }).join('\n');
}

/**
 * `d` pixel _ channel. Threads of a quad must stay together, so that rows past the end, and pixels past the end of a row,
 * count as 0 rather than end the loop.
 */
function loadGradients({ images, out, channels }: FilterGradient, tile: FilterTile): string {
  const { pixels, parts } = tile;
  const uneven = (images * out[0]) % parts > 0 ? ['live'] : [];
  return times(pixels, (p) => {
    const overhangs = out[1] % pixels > 0 && p > 0;
    const conditions = [...uneven, ...(overhangs ? [`(ox + ${p} < ${out[1]})`] : [])].join(' & ');
    const column = overhangs ? `min(ox + ${p}, ${out[1] - 1})` : `(ox + ${p})`;
    const values = times(tile.channels, (c) => {
      const value = `dy[pixel${p} + c${c}]`;
      return `let d${p}_${c} = ${conditions ? `select(0f, ${value}, ${conditions})` : value};`;
    });
    return `      let pixel${p} = (y_row * ${out[1]}u + u32(${column})) * ${channels}u; ${values.join(' ')}`;
  }).join('\n');
}

/** Moves each window and loads the columns that come in. */
function moveWindow(gradient: FilterGradient, tile: FilterTile): string {
  const { within, out, depth, taps, stride, pad } = gradient;
  const old = kept(gradient);
  const fresh = times(span(gradient, tile) - old, (i) => old + i);
  const last = Math.ceil(out[1] / tile.pixels) * tile.pixels - 1;
  const padded = pad[1] > 0 || last * stride[1] + taps[1] > within[1];
  const places = fresh.map((t) => {
    const column = `ox * ${stride[1]} + ${t - pad[1]}`;
    if (!padded) return `      let o${t} = (${column}) * ${depth};`;
    return `      let o${t} = clamp(${column}, 0, ${within[1] - 1}) * ${depth}; let m${t} = u32(${column}) < ${within[1]}u;`;
  });
  const moves = times(loads(tile), (g) => {
    const moved = times(old, (t) => `v${g}_${t} = v${g}_${t + tile.pixels * stride[1]};`);
    const loaded = fresh.map(
      (t) => `v${g}_${t} = select(0f, x[x${g} + o${t}], in${g}${padded ? ` & m${t}` : ''});`,
    );
    return `      ${[...moved, ...loaded].join(' ')}`;
  });
  return [...places, ...moves].join('\n');
}

/** A sum takes all pixels at once: there are more sums than registers. */
function multiply(gradient: FilterGradient, tile: FilterTile): string {
  const { taps, stride } = gradient;
  return times(tile.lines, (l) => {
    const [g, s] = [Math.floor(l / tile.lanes), l % tile.lanes];
    const window = times(
      span(gradient, tile),
      (i) => `let u${i} = ${shared(tile.exchange, `v${g}_${i}`, s)};`,
    );
    const sums = times(taps[1], (t) =>
      times(tile.channels, (c) =>
        times(tile.pixels, (p) => {
          const sum = `s${l}_${t}_${c}`;
          return `${sum} = fma(u${p * stride[1] + t}, d${p}_${c}, ${sum});`;
        }).join(' '),
      ).join(' '),
    );
    return `      { ${window.join(' ')} ${sums.join(' ')} }`;
  }).join('\n');
}

function stores(gradient: FilterGradient, tile: FilterTile): string {
  const { lines, channels } = tile;
  const right = gradient.taps[1];
  const name = (l: number, t: number, c: number) => `s${l}_${t}_${c}`;
  if (tile.unrolledStores)
    return times(lines, (l) =>
      times(right, (t) => storeTap(gradient, tile, `${l}u`, `${t}u`, (c) => name(l, t, c))).join('\n'),
    ).join('\n');
  const all = times(lines, (l) => times(right, (t) => times(channels, (c) => name(l, t, c)))).flat(2);
  // A loop of so many rounds as the code says would be unrolled.
  return `  var all = array<f32, ${all.length}>(${all.join(', ')});
  for (var i = 0u; i < min(${lines * right}u, arrayLength(&sums)); i++) {
${storeTap(gradient, tile, `(i / ${right}u)`, `(i % ${right}u)`, (c) => `all[i * ${channels}u + ${c}u]`)}
  }`;
}

/** Writes the sums of line l of the tile and tap t over the channels. */
function storeTap(
  gradient: FilterGradient,
  tile: FilterTile,
  l: string,
  t: string,
  sumOf: (c: number) => string,
): string {
  const { taps, depth, channels } = gradient;
  const writes = times(
    tile.channels,
    (c) => `    if (channel + ${c}u < ${channels}u) { sums[start + ${c}u] = ${sumOf(c)}; }`,
  );
  return `  { let place = line + ${sharedFrom(tile.exchange, l)};
    let row = (place / ${depth}u * ${taps[1]}u + ${t}) * ${depth}u + place % ${depth}u;
    let start = part * ${filterSize(gradient)}u + row * ${channels}u + channel;
    if (place < ${taps[0] * depth}u) {
${writes.join('\n')}
    } }`;
}
