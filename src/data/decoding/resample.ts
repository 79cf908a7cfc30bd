/**
 * Pictures at another size, with nothing left to the browser: bicubic convolution with antialiasing, bit for bit as Pillow's
 * `resize(size, BICUBIC)` does it, after whole blocks of pixels were averaged where a picture is far larger than its image, as
 * Pillow's `reduce` does (`reducing_gap=3`). The browser and Node thus give the same image for the same pixels.
 */

/** Pixels in rows: [height, width, channels], 0…255. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** Bits after the point of a weight, as in Pillow: 32 less 8 of a pixel and 2 for what weights above one add. */
const precision = 22;

/** After averaging a picture is at least so many times its image's size, which Pillow calls indistinguishable from none. */
const gap = 3;

/** What each output takes from the inputs: `weights[output * most + i]` of input `starts[output] + i`. */
interface Weights {
  readonly most: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Int32Array;
}

/** Keys' cubic with a = −0.5, as Pillow's BICUBIC. */
function cubic(at: number): number {
  const x = Math.abs(at);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/** The sizes of a data set are few: that of the last picture mostly serves the next one. */
const known = new Map<string, Weights>();

/**
 * Weights by which `from` pixels become `to`; the filter widens with the scale, so that nothing is skipped.
 * @param extent how much of the pixels there is: less than `from` where the last one stands for fewer than the others
 */
function weightsOf(from: number, to: number, extent: number): Weights {
  const key = `${from} ${to} ${extent}`;
  const found = known.get(key);
  if (found) return found;
  const scale = extent / to;
  const stretch = Math.max(1, scale);
  const support = 2 * stretch;
  const most = Math.ceil(support) * 2 + 1;
  const weights = new Int32Array(to * most);
  const [starts, counts] = [new Int32Array(to), new Int32Array(to)];
  for (let output = 0; output < to; output++) {
    const centre = (output + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - start;
    const raw = Array.from({ length: count }, (_, i) => cubic((i + start - centre + 0.5) / stretch));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    for (const [i, weight] of raw.entries()) {
      const scaled = (weight / sum) * 2 ** precision;
      weights[output * most + i] = Math.trunc(scaled + (scaled < 0 ? -0.5 : 0.5));
    }
    starts[output] = start;
    counts[output] = count;
  }
  if (known.size > 64) known.clear();
  const made = { most, starts, counts, weights };
  known.set(key, made);
  return made;
}

/** Every pixel of a line is `step` after the one before; every line is `stride` after the one before. */
interface Lines {
  readonly count: number;
  readonly stride: number;
  readonly step: number;
}

/** Convolves lines of a picture, along rows or along columns. */
function convolve(input: Uint8Array, from: Lines, output: Uint8Array, to: Lines, table: Weights): void {
  const { most, starts, counts, weights } = table;
  const length = starts.length;
  for (let line = 0; line < from.count; line++) {
    for (let at = 0; at < length; at++) {
      const first = from.stride * line + from.step * (starts[at] ?? 0);
      const count = counts[at] ?? 0;
      let sum = 1 << (precision - 1);
      for (let i = 0; i < count; i++)
        sum = (sum + Math.imul(input[first + i * from.step] ?? 0, weights[at * most + i] ?? 0)) | 0;
      const value = sum >> precision;
      output[to.stride * line + to.step * at] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
}

/** At another width. */
function resizeRows(raster: Raster, width: number, extent: number): Raster {
  const { height, channels } = raster;
  if (width === extent) return raster;
  const pixels = new Uint8Array(height * width * channels);
  const table = weightsOf(raster.width, width, extent);
  for (let channel = 0; channel < channels; channel++)
    convolve(
      raster.pixels.subarray(channel),
      { count: height, stride: raster.width * channels, step: channels },
      pixels.subarray(channel),
      { count: height, stride: width * channels, step: channels },
      table,
    );
  return { width, height, channels, pixels };
}

/** At another height. */
function resizeColumns(raster: Raster, height: number, extent: number): Raster {
  const { width, channels } = raster;
  if (height === extent) return raster;
  const row = width * channels;
  const pixels = new Uint8Array(height * row);
  const lines = { count: row, stride: 1, step: row };
  convolve(raster.pixels, lines, pixels, lines, weightsOf(raster.height, height, extent));
  return { width, height, channels, pixels };
}

/**
 * A picture at another size; `raster` itself where it has that size.
 * @param extents how much of the raster there is, where blocks at its edges stand for fewer pixels than the others
 */
export function resize(
  raster: Raster,
  width: number,
  height: number,
  extents: readonly [width: number, height: number] = [raster.width, raster.height],
): Raster {
  return resizeColumns(resizeRows(raster, width, extents[0]), height, extents[1]);
}

/** How many pixels are averaged to one before a picture of `from` pixels becomes one of `to`. */
export function reductionOf(from: number, to: number): number {
  return Math.max(1, Math.floor(from / to / gap));
}

/**
 * Averages blocks of `across` × `down` pixels; blocks at the right and lower edges average what there is, as Pillow's `reduce`.
 * The result is ⌈width / across⌉ × ⌈height / down⌉.
 */
export function reduce(raster: Raster, across: number, down: number): Raster {
  if (across === 1 && down === 1) return raster;
  const { channels, pixels: input } = raster;
  const [width, height] = [Math.ceil(raster.width / across), Math.ceil(raster.height / down)];
  const pixels = new Uint8Array(width * height * channels);
  const sums = new Uint32Array(width * channels);
  const stride = raster.width * channels;
  for (let row = 0; row < height; row++) {
    sums.fill(0);
    const end = Math.min(raster.height, (row + 1) * down);
    for (let y = row * down; y < end; y++) addRow(sums, input, y * stride, raster.width, across, channels);
    for (let column = 0; column < width; column++) {
      const wide = Math.min(across, raster.width - column * across);
      const count = wide * (end - row * down);
      for (let channel = 0; channel < channels; channel++) {
        const at = column * channels + channel;
        pixels[row * width * channels + at] = Math.floor(((sums[at] ?? 0) + count / 2) / count);
      }
    }
  }
  return { width, height, channels, pixels };
}

/** Adds a row of pixels to the sums of the blocks that it crosses. */
function addRow(
  sums: Uint32Array,
  input: Uint8Array,
  from: number,
  width: number,
  across: number,
  channels: 1 | 3,
): void {
  let at = from;
  for (let x = 0, to = 0; x < width; to += channels) {
    const end = Math.min(width, x + across);
    let [first, second, third] = [0, 0, 0];
    for (; x < end; x++) {
      first += input[at++] ?? 0;
      if (channels === 1) continue;
      second += input[at++] ?? 0;
      third += input[at++] ?? 0;
    }
    sums[to] = (sums[to] ?? 0) + first;
    if (channels === 1) continue;
    sums[to + 1] = (sums[to + 1] ?? 0) + second;
    sums[to + 2] = (sums[to + 2] ?? 0) + third;
  }
}
