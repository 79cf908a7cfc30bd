/**
 * WGSL of one sum that is the convolution, its gradient by the input and the matrix product:
 *   y[pixel, channel] = Σ over taps and depth of x[pixel moved by tap, depth] · w[tap, depth, channel],
 * plus a bias and through an activation where the problem says so. Each thread keeps a tile of some pixels of one row ×
 * some channels in registers. Loads, not sums, are what costs; so threads whose pixels differ and whose weights do not
 * share the loads of w: in a quad (swaps; in slot s of a group of four, thread l holds channel l ⊕ s) or in a whole
 * subgroup of known size (broadcasts; slot s is channel s).
 */
import { storesCode } from './correlate-store-wgsl.ts';
import type { FusedActivation } from './fused-activation.ts';
import { times } from './unroll.ts';
import { component, shared, vector, type Exchange } from './exchange.ts';

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
  /** Whether there is a number per channel to add. */
  bias: boolean;
  activation: FusedActivation;
};

/** How the work is cut among threads that keep their sums in registers. */
export type Tile = {
  exchange: Exchange;
  /** Threads that share loads: 1, 4, or the size of a subgroup. */
  lanes: number;
  pixels: number;
  /** A multiple of 4 in quads. */
  channels: number;
  /** Depths of x taken at once, as a vector; see `mostDepths`. */
  depths: 1 | 2 | 4;
  /** Unroll a row of taps, whose pixels overlap, rather than loop over it. */
  unrolled: boolean;
  /** Write each sum by a statement of its own. In a loop they take half the compiling, and an array, which GPUs are slow at. */
  unrolledStores: boolean;
  /** Threads of a workgroup, at most. */
  workgroup: number;
};

type Parameters = { correlation: Correlation; tile: Tile };

/** How many depths of x can be loaded as one vector. */
export function mostDepths({ depth, xStep }: Correlation): 1 | 2 | 4 {
  if (xStep.depth !== 1) return 1;
  const step = [depth, xStep.pixel];
  if (step.every((size) => size % 4 === 0)) return 4;
  return step.every((size) => size % 2 === 0) ? 2 : 1;
}

/** Whether the depths of w, too, are loaded as one vector. */
export function takesWeightVectors({ wStep }: Correlation, { depths }: Tile): boolean {
  return wStep.depth === 1 && wStep.channel % depths === 0 && wStep.tap % depths === 0;
}

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
  const fewest = Math.max(4, tile.lanes);
  return {
    backward,
    phases,
    across,
    tiles,
    reach,
    rows: Math.ceil(out[0] / phases[0]),
    channelTiles: Math.ceil(channels / tile.channels),
    workgroup: Math.min(tile.workgroup, Math.max(fewest, 2 ** Math.ceil(Math.log2(tiles)))),
    /** Columns of x between neighbouring pixels of a tile. */
    apart: backward ? 1 : stride[1],
    /** Some phase has fewer taps than `reach`, down or across. */
    ragged: [backward && taps[0] % phases[0] > 0, backward && taps[1] % phases[1] > 0] as const,
    /** Steps of x and w in their elements, and per round of `depths`. */
    ...stepsOf({ correlation, tile }),
  };
}
export type Layout = ReturnType<typeof layOut>;

function stepsOf({ correlation, tile }: Parameters) {
  const { xStep, wStep, depth } = correlation;
  const { depths } = tile;
  const wide = takesWeightVectors(correlation, tile);
  const unit = wide ? depths : 1;
  return {
    rounds: depth / depths,
    x: { pixel: xStep.pixel / depths, round: xStep.depth },
    w: {
      wide,
      tap: wStep.tap / unit,
      channel: wStep.channel / unit,
      depth: wStep.depth,
      round: (wStep.depth * depths) / unit,
    },
  };
}

/** Workgroups of `correlateCode`. A row of y has workgroups of its own, so that they agree on which taps to skip. */
export function correlateGrid(correlation: Correlation, tile: Tile): readonly [number, number, number] {
  const { tiles, workgroup, channelTiles, phases, rows } = layOut({ correlation, tile });
  return [Math.ceil(tiles / workgroup), channelTiles, phases[0] * phases[1] * rows];
}

/** Bindings: `x`, `w` read as vectors of `depths` where so laid out, `bias` where there is one, `y` written. */
export function correlateCode(parameters: Parameters): string {
  const { correlation, tile } = parameters;
  const { out, within, stride, pad, taps } = correlation;
  const layout = layOut(parameters);
  const { backward, phases, rows, across, tiles, reach, workgroup, x, w } = layout;
  const first = (axis: 0 | 1, at: string) =>
    backward
      ? `i32(${at} + (phase.${'yx'[axis]} + ${pad[axis]}u) / ${stride[axis]}u)`
      : `i32(${at} * ${stride[axis]}u) - ${pad[axis]}`;
  const invocation = tile.lanes > 1 ? ', @builtin(subgroup_invocation_id) invocation: u32' : '';
  return `@compute @workgroup_size(${workgroup})
fn main(@builtin(global_invocation_id) thread: vec3u, @builtin(workgroup_id) group: vec3u${invocation}) {
  ${tile.lanes > 1 ? `let lane = invocation % ${tile.lanes}u;` : ''}
  let row = group.z % ${rows}u;
  let phase = vec2u(group.z / ${rows}u % ${phases[1]}u, group.z / ${rows * phases[1]}u);
  let spot = min(thread.x, ${tiles - 1}u);
  let column = spot % ${across}u * ${tile.pixels}u;
  let image = spot / ${across}u;
  let channel = group.y * ${tile.channels}u;
  let top = ${first(0, 'row')};
  let left = ${first(1, 'column')};
${declareSums(tile)}
${weightOffsets(correlation, tile, layout)}
${pixelOffsets(correlation, tile, layout)}
  for (var down = 0; down < ${reach[0]}; down++) {
    let iy = top ${backward ? '-' : '+'} down;
    let tap = ${backward ? `(phase.y + ${pad[0]}u) % ${stride[0]}u + ${stride[0]}u * u32(down)` : 'u32(down)'};
    if (u32(iy) >= ${within[0]}u${layout.ragged[0] ? ` || tap >= ${taps[0]}u` : ''}) { continue; }
    let x_row = (image * ${within[0]}u + u32(iy)) * ${within[1] * x.pixel}u;
    for (var k = 0u; k < ${layout.rounds}u; k++) {
      let x_start = x_row + k * ${x.round}u;
      let w_start = tap * ${taps[1] * w.tap}u + k * ${w.round}u;
${(tile.unrolled ? unrolledTaps : loopedTaps)(correlation, tile, layout)}
    }
  }
  let oy = ${backward ? `row * ${phases[0]}u + phase.y` : 'row'};
  if (thread.x >= ${tiles}u || oy >= ${out[0]}u) { return; }
  let y_row = (image * ${out[0]}u + oy) * ${out[1]}u;
${storesCode(correlation, tile, layout)}
}`;
}

function declareSums(tile: Tile): string {
  return times(tile.pixels, (p) => times(tile.channels, (c) => `  var s${p}_${c} = 0f;`).join('')).join('\n');
}

/** `w0`, `w1`…: where this thread's weights of each group of channels start. */
function weightOffsets({ channels }: Correlation, tile: Tile, { w }: Layout): string {
  return times(groups(tile), (g) => {
    const channel = tile.lanes > 1 ? `channel + ${tile.lanes * g}u + lane` : `channel + ${g}u`;
    return `  let w${g} = min(${channel}, ${channels - 1}u) * ${w.channel}u;`;
  }).join('\n');
}

/** Loads per tap and depth: with each, the threads that share take `lanes` channels. */
function groups(tile: Tile): number {
  return Math.ceil(tile.channels / tile.lanes);
}

/** How many columns of x the tile of an unrolled row of taps spans, and the first of them. */
function windowOf(tile: Tile, { backward, reach, apart }: Layout): { span: number; start: string } {
  const span = (tile.pixels - 1) * apart + reach[1];
  return { span, start: backward ? `left - ${reach[1] - 1}` : 'left' };
}

/** `o0`, `o1`…: where each column of the window lies in its row; `m0`, `m1`…: whether it lies in the image. */
function pixelOffsets({ within }: Correlation, tile: Tile, layout: Layout): string {
  if (!tile.unrolled) return '';
  const { span, start } = windowOf(tile, layout);
  return times(span, (i) => {
    const column = `${start} + ${i}`;
    return `  let o${i} = u32(clamp(${column}, 0, ${within[1] - 1})) * ${layout.x.pixel}u; let m${i} = u32(${column}) < ${within[1]}u;`;
  }).join('\n');
}

/** A whole row of taps at once: the window of pixels under it is loaded only once. */
function unrolledTaps(correlation: Correlation, tile: Tile, layout: Layout): string {
  const { span } = windowOf(tile, layout);
  const { backward, reach, apart } = layout;
  const zero = `${vector(tile.depths)}()`;
  const window = times(span, (i) => `      let x${i} = select(${zero}, x[x_start + o${i}], m${i});`);
  const place = (p: number, t: number) => (backward ? p + reach[1] - 1 - t : p * apart + t);
  const taps = times(reach[1], (t) => ({ tap: `${t}u`, pixel: (p: number) => `x${place(p, t)}` }));
  return [...window, multiply(correlation, tile, layout, taps)].join('\n');
}

/** Taps of a row one by one: less code, more loads. */
function loopedTaps(correlation: Correlation, tile: Tile, layout: Layout): string {
  const { within } = correlation;
  const zero = `${vector(tile.depths)}()`;
  const pixels = times(tile.pixels, (p) => {
    const column = `left + ${p * layout.apart} ${layout.backward ? '-' : '+'} t`;
    const at = `x[x_start + u32(clamp(${column}, 0, ${within[1] - 1})) * ${layout.x.pixel}u]`;
    return `        let x${p} = select(${zero}, ${at}, u32(${column}) < ${within[1]}u);`;
  });
  return `      for (var t = 0; t < ${layout.reach[1]}; t++) {
${pixels.join('\n')}
${multiply(correlation, tile, layout, [{ tap: 'u32(t)', pixel: (p) => `x${p}` }])}
      }`;
}

/** A tap of a row: its number in WGSL, and the name of what it meets for each pixel of the tile. */
type Tap = { tap: string; pixel: (p: number) => string };

/**
 * Adds pixel · weight of these taps and one round of depths to the whole tile. A sum takes all that it gets at once: there
 * are more sums than registers.
 */
function multiply(correlation: Correlation, tile: Tile, layout: Layout, taps: readonly Tap[]): string {
  const { depths, lanes, channels, pixels, exchange } = tile;
  // Weights are one vector of all depths of the round, or a number for each.
  const [loads, width] = layout.w.wide ? [1, depths] : [depths, 1];
  // Depth by depth, as with one depth a round: in the same order, sums come out the same to the last bit.
  const terms = times(depths, (d) =>
    taps.map(({ pixel }, t) => ({ pixel, d, t, load: Math.floor(d / width) })),
  ).flat();
  const body = times(groups(tile), (g) => {
    const slots = times(Math.min(lanes, channels - g * lanes), (s) => {
      const weights = taps.flatMap((_, t) =>
        times(loads, (load) => `let u${t}_${load} = ${shared(exchange, `v${t}_${load}`, s)};`),
      );
      const sums = times(pixels, (p) => {
        const sum = `s${p}_${g * lanes + s}`;
        return terms.map(({ pixel, d, t, load }) => {
          const weight = component(`u${t}_${load}`, d - load * width, width);
          return `${sum} = fma(${component(pixel(p), d, depths)}, ${weight}, ${sum});`;
        });
      });
      return `{ ${weights.join(' ')} ${sums.flat().join(' ')} }`;
    });
    return `{ ${weightLoads(correlation, layout, taps, g, loads, width)}\n${slots.join('\n')} }`;
  });
  return body.join('\n');
}

/** `v` tap _ load: what this thread loads of the weights of a group. */
function weightLoads(
  { stride, pad, taps: extent }: Correlation,
  { backward, ragged, w }: Layout,
  taps: readonly Tap[],
  group: number,
  loads: number,
  width: number,
): string {
  return taps
    .map(({ tap }, t) => {
      const x = backward ? `(phase.x + ${pad[1]}u) % ${stride[1]}u + ${stride[1]}u * ${tap}` : tap;
      const values = times(loads, (load) => {
        const weight = `w[w_start + t${t} * ${w.tap}u + w${group} + ${load * w.depth}u]`;
        const value = ragged[1] ? `select(${vector(width)}(), ${weight}, t${t} < ${extent[1]}u)` : weight;
        return `let v${t}_${load} = ${value};`;
      });
      return `let t${t} = ${x}; ${values.join(' ')}`;
    })
    .join('\n');
}
