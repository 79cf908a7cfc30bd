/**
 * WGSL of the gradient of a convolution by its filter, a sum over all pixels of dy:
 *   dw[down, right, k, channel] = Σ x[pixel moved by (down, right), k] · dy[pixel, channel].
 * A line is a pair (down, k): what a thread reads of x along one row. Each thread keeps, for some lines and all taps to the
 * right × some channels, the sums over a part of the rows of dy in registers; along a row the window of each line moves, so
 * that each x is loaded once. A second kernel adds the parts. With subgroups the four threads of a quad, which have the
 * same lines and other channels, load a quarter of the lines each and swap: in slot s of a group of four, thread l holds
 * line l ⊕ s.
 */
import { swaps, times } from './unroll.ts';

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
  /** In one thread; a multiple of 4 if `quads`. */
  lines: number;
  channels: number;
  /** Into how many sums the pixels are parted. */
  parts: number;
  /** Swap x in quads; needs the extension `subgroups`. */
  quads: boolean;
};

type Parameters = { gradient: FilterGradient; tile: FilterTile };

const workgroup = 64;

/** Numbers in dw. */
export function filterSize({ taps, depth, channels }: FilterGradient): number {
  return taps[0] * taps[1] * depth * channels;
}

/** Workgroups of `filterGradientCode`. */
export function filterGradientGrid(
  gradient: FilterGradient,
  tile: FilterTile,
): readonly [number, number, number] {
  const lanes = tile.quads ? 4 : 1;
  const lineTiles = Math.ceil((gradient.taps[0] * gradient.depth) / tile.lines);
  const channelTiles = Math.ceil(gradient.channels / (tile.channels * lanes));
  return [Math.ceil((tile.parts * lanes) / workgroup), lineTiles, channelTiles];
}

/** Bindings: `x`, `dy` read, `sums` [parts, size of dw] written, all f32. */
export function filterGradientCode({ gradient, tile }: Parameters): string {
  const { images, out, channels } = gradient;
  const lanes = tile.quads ? 4 : 1;
  const imageRows = images * out[0];
  const rowsPerPart = Math.ceil(imageRows / tile.parts);
  // Threads of a quad must stay together, so that rows past the end count as 0 rather than end the loop.
  const dyAt = (c: number) => `dy[pixel + c${c}]`;
  const uneven = rowsPerPart * tile.parts !== imageRows;
  return `@compute @workgroup_size(${workgroup})
fn main(@builtin(global_invocation_id) thread: vec3u, @builtin(workgroup_id) group: vec3u) {
  let lane = thread.x % ${lanes}u;
  let part = thread.x / ${lanes}u;
  let line = group.y * ${tile.lines}u;
  let channel = (group.z * ${lanes}u + lane) * ${tile.channels}u;
${declareSums(gradient, tile)}
${linePlaces(gradient, tile)}
${times(tile.channels, (c) => `  let c${c} = min(channel + ${c}u, ${channels - 1}u);`).join('\n')}
  for (var i = 0u; i < ${rowsPerPart}u; i++) {
    let y_row = min(part * ${rowsPerPart}u + i, ${imageRows - 1}u);
    let live = part * ${rowsPerPart}u + i < ${imageRows}u;
    let oy = i32(y_row % ${out[0]}u);
    let image = i32(y_row / ${out[0]}u);
${startRow(gradient, tile)}
    for (var ox = 0; ox < ${out[1]}; ox++) {
      let pixel = (y_row * ${out[1]}u + u32(ox)) * ${channels}u;
${times(tile.channels, (c) => `      let d${c} = ${uneven ? `select(0f, ${dyAt(c)}, live)` : dyAt(c)};`).join('\n')}
${moveWindow(gradient, tile)}
${multiply(gradient, tile)}
    }
  }
  if (part >= ${tile.parts}u) { return; }
${stores(gradient, tile)}
}`;
}

/** Loads of x per pixel and column: in a quad each thread takes every fourth line. */
function loads(tile: FilterTile): number {
  return tile.quads ? tile.lines / 4 : tile.lines;
}

/** `s` line _ tap _ channel: the sums; `v` load _ tap: the window of each line that this thread loads. */
function declareSums({ taps }: FilterGradient, tile: FilterTile): string {
  const sums = times(tile.lines, (l) =>
    times(taps[1], (t) => times(tile.channels, (c) => `  var s${l}_${t}_${c} = 0f;`).join('')).join(''),
  );
  const windows = times(loads(tile), (g) => times(taps[1], (t) => `  var v${g}_${t} = 0f;`).join(''));
  return [...sums, ...windows].join('\n');
}

/** `down0`, `k0`…: the tap and the depth of each line that this thread loads. */
function linePlaces({ taps, depth, pad }: FilterGradient, tile: FilterTile): string {
  return times(loads(tile), (g) => {
    const line = tile.quads ? `line + ${4 * g}u + lane` : `line + ${g}u`;
    return `  let l${g} = i32(min(${line}, ${taps[0] * depth - 1}u));
  let down${g} = l${g} / ${depth} - ${pad[0]}; let k${g} = l${g} % ${depth};`;
  }).join('\n');
}

/** How many columns of the window the next pixel has, too. */
function shared({ taps, stride }: FilterGradient): number {
  return Math.max(0, taps[1] - stride[1]);
}

/** `x0`…: where each line lies for this row of dy; `in0`…: whether it is inside; and the window one stride before. */
function startRow(gradient: FilterGradient, tile: FilterTile): string {
  const { within, depth, stride, pad } = gradient;
  return times(loads(tile), (g) => {
    const y = `oy * ${stride[0]} + down${g}`;
    const before = times(shared(gradient), (t) => {
      const column = t - pad[1];
      const outside = column < 0 || column >= within[1];
      return `v${g}_${t + stride[1]} = ${outside ? '0f' : `select(0f, x[x${g} + ${column * depth}], in${g})`};`;
    });
    return `    let in${g} = u32(${y}) < ${within[0]}u;
    let x${g} = (image * ${within[0]} + clamp(${y}, 0, ${within[0] - 1})) * ${within[1] * depth} + k${g};
    ${before.join(' ')}`;
  }).join('\n');
}

/** Moves each window by one stride and loads the columns that come in. */
function moveWindow(gradient: FilterGradient, tile: FilterTile): string {
  const { within, out, depth, taps, stride, pad } = gradient;
  const kept = shared(gradient);
  const fresh = times(taps[1] - kept, (i) => kept + i);
  const padded = pad[1] > 0 || (out[1] - 1) * stride[1] + taps[1] > within[1];
  const places = fresh.map((t) => {
    const column = `ox * ${stride[1]} + ${t - pad[1]}`;
    if (!padded) return `      let o${t} = (${column}) * ${depth};`;
    return `      let o${t} = clamp(${column}, 0, ${within[1] - 1}) * ${depth}; let m${t} = u32(${column}) < ${within[1]}u;`;
  });
  const moves = times(loads(tile), (g) => {
    const old = times(kept, (t) => `v${g}_${t} = v${g}_${t + stride[1]};`);
    const loaded = fresh.map(
      (t) => `v${g}_${t} = select(0f, x[x${g} + o${t}], in${g}${padded ? ` & m${t}` : ''});`,
    );
    return `      ${[...old, ...loaded].join(' ')}`;
  });
  return [...places, ...moves].join('\n');
}

function multiply({ taps }: FilterGradient, tile: FilterTile): string {
  return times(loads(tile), (g) =>
    times(tile.quads ? 4 : 1, (s) =>
      times(taps[1], (t) => {
        const l = tile.quads ? 4 * g + s : g;
        const sums = times(tile.channels, (c) => `s${l}_${t}_${c} = fma(u, d${c}, s${l}_${t}_${c});`);
        return `      { let u = ${swaps[s]}(v${g}_${t}); ${sums.join(' ')} }`;
      }).join('\n'),
    ).join('\n'),
  ).join('\n');
}

function stores(gradient: FilterGradient, tile: FilterTile): string {
  const { channels, taps, depth } = gradient;
  return times(tile.lines, (l) => {
    const line = tile.quads ? `line + ${l - (l % 4)}u + (lane ^ ${l % 4}u)` : `line + ${l}u`;
    const writes = times(taps[1], (t) =>
      times(
        tile.channels,
        (c) =>
          `    if (channel + ${c}u < ${channels}u) { sums[start + ${t * depth * channels + c}u] = s${l}_${t}_${c}; }`,
      ).join('\n'),
    );
    return `  { let l = ${line};
    let row = l / ${depth}u * ${taps[1] * depth}u + l % ${depth}u;
    let start = part * ${filterSize(gradient)}u + row * ${channels}u + channel;
    if (l < ${taps[0] * depth}u) {
${writes.join('\n')}
    } }`;
  }).join('\n');
}
