/**
 * WGSL of one sum that is the convolution, its gradient by the input and the matrix product:
 *   y[pixel, channel] = Σ over taps and depth of x[pixel moved by tap, depth] · w[tap, depth, channel].
 * Each thread keeps a tile of some pixels of one row × some channels in registers. Loads, not sums, are what costs; so
 * with subgroups the four threads of a quad, whose pixels differ and whose weights do not, load a quarter of the weights
 * each and swap: in slot s of a group of four, thread l holds channel l ⊕ s.
 */
import { swaps, times } from './unroll.ts';

/** Extent of the pixels and the depth, and where things lie. Pairs are [down, right]. */
export type Correlation = {
  images: number;
  /** Pixels of y in one image. */
  out: readonly [number, number];
  channels: number;
  /** Pixels of x in one image; outside is 0. */
  within: readonly [number, number];
  depth: number;
  /** Extent of the filter. */
  taps: readonly [number, number];
  stride: readonly [number, number];
  /** Zeros before the first row and column. */
  pad: readonly [number, number];
  /** `forward`: x at out · stride − pad + tap. `backward`, its adjoint: x at (out + pad − tap) / stride where whole. */
  direction: 'forward' | 'backward';
  /** Numbers from one pixel, one depth of x to the next. */
  xStep: { pixel: number; depth: number };
  /** Numbers from one tap, depth, channel of w to the next. */
  wStep: { tap: number; depth: number; channel: number };
};

/** How the work is cut. */
export type Tile = {
  pixels: number;
  /** A multiple of 4 if `quads`. */
  channels: number;
  /** Swap weights in quads; needs the extension `subgroups`. */
  quads: boolean;
  /** Unroll a row of taps, whose pixels overlap, rather than loop over it. */
  unrolled: boolean;
};

type Parameters = { correlation: Correlation; tile: Tile };

/** Everything that shape and tile determine before any code is written. */
export function layOut({ correlation, tile }: Parameters) {
  const { out, taps, stride, direction, images, channels } = correlation;
  const backward = direction === 'backward';
  // Backward, pixels of equal remainder by the stride (a phase) meet the same taps; each phase is a grid of its own.
  const phases = backward ? stride : ([1, 1] as const);
  const across = Math.ceil(Math.ceil(out[1] / phases[1]) / tile.pixels);
  const tiles = images * across;
  /** Taps that one phase meets, at most. */
  const reach = [Math.ceil(taps[0] / phases[0]), Math.ceil(taps[1] / phases[1])] as const;
  return {
    backward,
    phases,
    across,
    tiles,
    reach,
    rows: Math.ceil(out[0] / phases[0]),
    channelTiles: Math.ceil(channels / tile.channels),
    workgroup: tiles >= 64 ? 64 : Math.max(4, 2 ** Math.ceil(Math.log2(tiles))),
    /** Columns of x between neighbouring pixels of a tile. */
    apart: backward ? 1 : stride[1],
    /** Some phase has fewer taps than `reach`, down or across. */
    ragged: [backward && taps[0] % phases[0] > 0, backward && taps[1] % phases[1] > 0] as const,
  };
}
type Layout = ReturnType<typeof layOut>;

/** Workgroups of `correlateCode`. A row of y has workgroups of its own, so that they agree on which taps to skip. */
export function correlateGrid(correlation: Correlation, tile: Tile): readonly [number, number, number] {
  const { tiles, workgroup, channelTiles, phases, rows } = layOut({ correlation, tile });
  return [Math.ceil(tiles / workgroup), channelTiles, phases[0] * phases[1] * rows];
}

/** Bindings: `x`, `w` read, `y` written, all f32. */
export function correlateCode(parameters: Parameters): string {
  const { correlation, tile } = parameters;
  const { out, within, depth, stride, pad, taps, xStep, wStep } = correlation;
  const layout = layOut(parameters);
  const { backward, phases, rows, across, tiles, reach, workgroup } = layout;
  const first = (axis: 0 | 1, at: string) =>
    backward
      ? `i32(${at} + (phase.${'yx'[axis]} + ${pad[axis]}u) / ${stride[axis]}u)`
      : `i32(${at} * ${stride[axis]}u) - ${pad[axis]}`;
  const invocation = tile.quads ? ', @builtin(subgroup_invocation_id) invocation: u32' : '';
  return `@compute @workgroup_size(${workgroup})
fn main(@builtin(global_invocation_id) thread: vec3u, @builtin(workgroup_id) group: vec3u${invocation}) {
  ${tile.quads ? 'let lane = invocation & 3u;' : ''}
  let row = group.z % ${rows}u;
  let phase = vec2u(group.z / ${rows}u % ${phases[1]}u, group.z / ${rows * phases[1]}u);
  let spot = min(thread.x, ${tiles - 1}u);
  let column = spot % ${across}u * ${tile.pixels}u;
  let image = spot / ${across}u;
  let channel = group.y * ${tile.channels}u;
  let top = ${first(0, 'row')};
  let left = ${first(1, 'column')};
${declareSums(tile)}
${weightOffsets(correlation, tile)}
${pixelOffsets(correlation, tile, layout)}
  for (var down = 0; down < ${reach[0]}; down++) {
    let iy = top ${backward ? '-' : '+'} down;
    let tap = ${backward ? `(phase.y + ${pad[0]}u) % ${stride[0]}u + ${stride[0]}u * u32(down)` : 'u32(down)'};
    if (u32(iy) >= ${within[0]}u${layout.ragged[0] ? ` || tap >= ${taps[0]}u` : ''}) { continue; }
    let x_row = (image * ${within[0]}u + u32(iy)) * ${within[1] * xStep.pixel}u;
    for (var k = 0u; k < ${depth}u; k++) {
      let x_start = x_row + k * ${xStep.depth}u;
      let w_start = tap * ${taps[1] * wStep.tap}u + k * ${wStep.depth}u;
${(tile.unrolled ? unrolledTaps : loopedTaps)(correlation, tile, layout)}
    }
  }
  let oy = ${backward ? `row * ${phases[0]}u + phase.y` : 'row'};
  if (thread.x >= ${tiles}u || oy >= ${out[0]}u) { return; }
  let y_row = (image * ${out[0]}u + oy) * ${out[1]}u;
${stores(correlation, tile, layout)}
}`;
}

function declareSums(tile: Tile): string {
  return times(tile.pixels, (p) => times(tile.channels, (c) => `  var s${p}_${c} = 0f;`).join('')).join('\n');
}

/** `w0`, `w1`…: where this thread's weights of each group of channels start. */
function weightOffsets({ channels, wStep }: Correlation, tile: Tile): string {
  return times(groups(tile), (g) => {
    const channel = tile.quads ? `channel + ${4 * g}u + lane` : `channel + ${g}u`;
    return `  let w${g} = min(${channel}, ${channels - 1}u) * ${wStep.channel}u;`;
  }).join('\n');
}

/** Loads per tap and depth: a quad takes four channels with each. */
function groups(tile: Tile): number {
  return tile.quads ? tile.channels / 4 : tile.channels;
}

/** How many columns of x the tile of an unrolled row of taps spans, and the first of them. */
function windowOf(tile: Tile, { backward, reach, apart }: Layout): { span: number; start: string } {
  const span = (tile.pixels - 1) * apart + reach[1];
  return { span, start: backward ? `left - ${reach[1] - 1}` : 'left' };
}

/** `o0`, `o1`…: where each column of the window lies in its row; `m0`, `m1`…: whether it lies in the image. */
function pixelOffsets({ within, xStep }: Correlation, tile: Tile, layout: Layout): string {
  if (!tile.unrolled) return '';
  const { span, start } = windowOf(tile, layout);
  return times(span, (i) => {
    const column = `${start} + ${i}`;
    return `  let o${i} = u32(clamp(${column}, 0, ${within[1] - 1})) * ${xStep.pixel}u; let m${i} = u32(${column}) < ${within[1]}u;`;
  }).join('\n');
}

/** A whole row of taps at once: the window of pixels under it is loaded only once. */
function unrolledTaps(correlation: Correlation, tile: Tile, layout: Layout): string {
  const { span } = windowOf(tile, layout);
  const { backward, reach, apart } = layout;
  const window = times(span, (i) => `      let x${i} = select(0f, x[x_start + o${i}], m${i});`);
  const rows = times(reach[1], (t) =>
    multiply(
      correlation,
      tile,
      layout,
      `${t}u`,
      (p) => `x${backward ? p + reach[1] - 1 - t : p * apart + t}`,
    ),
  );
  return [...window, ...rows].join('\n');
}

/** Taps of a row one by one: less code, more loads. */
function loopedTaps(correlation: Correlation, tile: Tile, layout: Layout): string {
  const { within, xStep } = correlation;
  const pixels = times(tile.pixels, (p) => {
    const column = `left + ${p * layout.apart} ${layout.backward ? '-' : '+'} t`;
    const at = `x[x_start + u32(clamp(${column}, 0, ${within[1] - 1})) * ${xStep.pixel}u]`;
    return `        let x${p} = select(0f, ${at}, u32(${column}) < ${within[1]}u);`;
  });
  return `      for (var t = 0; t < ${layout.reach[1]}; t++) {
${pixels.join('\n')}
${multiply(correlation, tile, layout, 'u32(t)', (p) => `x${p}`)}
      }`;
}

/** Adds pixel · weight of one tap and depth to the whole tile. */
function multiply(
  { wStep, stride, pad, taps }: Correlation,
  tile: Tile,
  { backward, ragged }: Layout,
  t: string,
  pixel: (p: number) => string,
): string {
  const tap = backward ? `(phase.x + ${pad[1]}u) % ${stride[1]}u + ${stride[1]}u * ${t}` : t;
  const body = times(groups(tile), (g) => {
    const weight = `w[start + w${g}]`;
    const slots = times(tile.quads ? 4 : 1, (s) => {
      const c = tile.quads ? 4 * g + s : g;
      const sums = times(tile.pixels, (p) => `s${p}_${c} = fma(${pixel(p)}, u, s${p}_${c});`);
      return `{ let u = ${swaps[s]}(v${g}); ${sums.join(' ')} }`;
    });
    const value = ragged[1] ? `select(0f, ${weight}, tap_x < ${taps[1]}u)` : weight;
    return `let v${g} = ${value};\n${slots.join('\n')}`;
  });
  return `{ let tap_x = ${tap}; let start = w_start + tap_x * ${wStep.tap}u;\n${body.join('\n')} }`;
}

/** Writes the tile; what hangs over the edge of y is asked about only where something may. */
function stores({ out, channels }: Correlation, tile: Tile, layout: Layout): string {
  const { backward, phases, across, channelTiles } = layout;
  const lastChannel = (channelTiles - 1) * tile.channels;
  const column = (p: number) => (backward ? `(column + ${p}u) * ${phases[1]}u + phase.x` : `column + ${p}u`);
  const farthest = (p: number) => ((across - 1) * tile.pixels + p + 1) * phases[1];
  return times(tile.pixels, (p) => {
    const writes = times(tile.channels, (c) => {
      const group = c - (c % 4);
      const place = tile.quads ? `channel + ${group}u + (lane ^ ${c % 4}u)` : `channel + ${c}u`;
      const inside =
        lastChannel + (tile.quads ? group + 4 : c + 1) <= channels ? '' : `if (c < ${channels}u) `;
      return `    { let c = ${place}; ${inside}{ y[start + c] = s${p}_${c}; } }`;
    });
    const inside = farthest(p) <= out[1] ? '' : `if (ox < ${out[1]}u) `;
    return `  { let ox = ${column(p)}; let start = (y_row + ox) * ${channels}u; ${inside}{
${writes.join('\n')} } }`;
  }).join('\n');
}
