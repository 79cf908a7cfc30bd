/**
 * WGSL of the gradient of a convolution by its filter: a product of matrices, summed over all pixels of dy,
 *   dw[row, channel] = Σ x[pixel moved by row, depth of row] · dy[pixel, channel],   row = (tap down, tap right, depth).
 * Each thread keeps a tile of some rows × some channels in registers and sums over a part of the rows of dy; a second
 * kernel adds the parts. With subgroups the four threads of a quad, which have the same rows and other channels, load a
 * quarter of the rows' x each and swap: in slot s of a group of four, thread l holds row l ⊕ s.
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
  /** Of dw in one thread; a multiple of 4 if `quads`. */
  rows: number;
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
  const rowTiles = Math.ceil(filterSize(gradient) / gradient.channels / tile.rows);
  const channelTiles = Math.ceil(gradient.channels / (tile.channels * lanes));
  return [Math.ceil((tile.parts * lanes) / workgroup), rowTiles, channelTiles];
}

/** Bindings: `x`, `dy` read, `sums` [parts, rows of dw, channels] written, all f32. */
export function filterGradientCode({ gradient, tile }: Parameters): string {
  const { images, out, channels, within, depth, stride } = gradient;
  const lanes = tile.quads ? 4 : 1;
  const imageRows = images * out[0];
  const rowsPerPart = Math.ceil(imageRows / tile.parts);
  const uneven = imageRows % tile.parts > 0;
  return `@compute @workgroup_size(${workgroup})
fn main(@builtin(global_invocation_id) thread: vec3u, @builtin(workgroup_id) group: vec3u) {
  let lane = thread.x % ${lanes}u;
  let part = thread.x / ${lanes}u;
  let row = group.y * ${tile.rows}u;
  let channel = (group.z * ${lanes}u + lane) * ${tile.channels}u;
${times(tile.rows, (r) => times(tile.channels, (c) => `  var s${r}_${c} = 0f;`).join('')).join('\n')}
${rowPlaces(gradient, tile)}
${times(tile.channels, (c) => `  let c${c} = min(channel + ${c}u, ${channels - 1}u);`).join('\n')}
  for (var i = 0u; i < ${rowsPerPart}u; i++) {
    let y_row = min(part * ${rowsPerPart}u + i, ${imageRows - 1}u);
    ${uneven ? `let live = part * ${rowsPerPart}u + i < ${imageRows}u;` : ''}
    let oy = y_row % ${out[0]}u;
    let image = y_row / ${out[0]}u * ${within[0] * within[1] * depth}u;
${rowStarts(gradient, tile)}
    for (var ox = 0u; ox < ${out[1]}u; ox++) {
      let moved = ox * ${stride[1] * depth}u;
      let pixel = (y_row * ${out[1]}u + ox) * ${channels}u;
${times(tile.channels, (c) => `      let d${c} = ${uneven ? `select(0f, dy[pixel + c${c}], live)` : `dy[pixel + c${c}]`};`).join('\n')}
${multiply(gradient, tile)}
    }
  }
  if (part >= ${tile.parts}u) { return; }
${stores(gradient, tile)}
}`;
}

/** Loads of x per pixel: in a quad each thread takes every fourth row. */
function loads(tile: FilterTile): number {
  return tile.quads ? tile.rows / 4 : tile.rows;
}

function isPadded({ out, within, taps, stride, pad }: FilterGradient, axis: 0 | 1): boolean {
  return pad[axis] > 0 || (out[axis] - 1) * stride[axis] + taps[axis] > within[axis];
}

/** `down0`, `right0`…: the tap of each row that this thread loads, the second as an offset into a row of x. */
function rowPlaces(gradient: FilterGradient, tile: FilterTile): string {
  const { taps, depth, pad, channels } = gradient;
  const last = filterSize(gradient) / channels - 1;
  return times(loads(tile), (g) => {
    const row = tile.quads ? `row + ${4 * g}u + lane` : `row + ${g}u`;
    return `  let r${g} = min(${row}, ${last}u);
  let down${g} = i32(r${g} / ${taps[1] * depth}u) - ${pad[0]}; let right${g} = i32(r${g} % ${taps[1] * depth}u) - ${pad[1] * depth};`;
  }).join('\n');
}

/** `x0`…: where each loaded row of x starts for this row of dy; `in0`…: whether it is inside the image. */
function rowStarts(gradient: FilterGradient, tile: FilterTile): string {
  const { within, depth, stride } = gradient;
  return times(loads(tile), (g) => {
    const y = `i32(oy * ${stride[0]}u) + down${g}`;
    const inside = isPadded(gradient, 0) ? ` let in${g} = u32(${y}) < ${within[0]}u;` : '';
    return `    let x${g} = i32(image) + (${y}) * ${within[1] * depth} + right${g};${inside}`;
  }).join('\n');
}

function multiply(gradient: FilterGradient, tile: FilterTile): string {
  const { within, depth } = gradient;
  return times(loads(tile), (g) => {
    const checks = [
      ...(isPadded(gradient, 0) ? [`in${g}`] : []),
      ...(isPadded(gradient, 1) ? [`u32(right${g} + i32(moved)) < ${within[1] * depth}u`] : []),
    ];
    const at = `x[u32(x${g} + i32(moved))]`;
    const slots = times(tile.quads ? 4 : 1, (s) => {
      const r = tile.quads ? 4 * g + s : g;
      const sums = times(tile.channels, (c) => `s${r}_${c} = fma(u, d${c}, s${r}_${c});`);
      return `{ let u = ${swaps[s]}(v${g}); ${sums.join(' ')} }`;
    });
    return `      let v${g} = ${checks.length > 0 ? `select(0f, ${at}, ${checks.join(' && ')})` : at};
${slots.join('\n')}`;
  }).join('\n');
}

function stores(gradient: FilterGradient, tile: FilterTile): string {
  const { channels } = gradient;
  const size = filterSize(gradient);
  return times(tile.rows, (r) => {
    const place = tile.quads ? `row + ${r - (r % 4)}u + (lane ^ ${r % 4}u)` : `row + ${r}u`;
    const writes = times(
      tile.channels,
      (c) => `if (channel + ${c}u < ${channels}u) { sums[start + ${c}u] = s${r}_${c}; }`,
    );
    return `  { let r = ${place}; let start = part * ${size}u + r * ${channels}u + channel;
    if (r < ${size / channels}u) { ${writes.join('\n')} } }`;
  }).join('\n');
}
