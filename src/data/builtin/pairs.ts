/**
 * Composes the two-item images of the multi-task literature: one item top-left, one bottom-right, on a 36×36 canvas,
 * overlapping by pixelwise maximum.
 *
 * After Sabour et al. 2017 ("Dynamic Routing Between Capsules", MultiMNIST, 36×36), Sener & Koltun 2018
 * ("Multi-Task Learning as Multi-Objective Optimization": corners, pixelwise maximum, scaled to 28×28, independent
 * classes) and Lin et al. 2019 ("Pareto Multi-Task Learning": kept at 36×36, also with Fashion-MNIST).
 */
import { hash, permute, Random, stream } from '#lib/random.ts';
import { type SplitName, splitNames } from '#experiment/dataset-info.ts';
import type { PackedImages, Range } from './packed-images.ts';

/** Side of the canvas; items of 28×28 leave 8 pixels to move. */
export const canvasSide = 36;
const itemSide = 28;
const room = canvasSide - itemSide;

/** Which base images make which pairs, and where they stand. */
export interface PairPlan {
  /** Indices of the top-left items in their packed file, one per pair. */
  readonly topLeft: Uint32Array;
  /** Indices of the bottom-right items in theirs. */
  readonly bottomRight: Uint32Array;
  /** [pairs, 4]: down and right from the top-left corner, up and left from the bottom-right corner, in pixels. */
  readonly shifts: Uint8Array;
}

/** Where the items of one part come from. */
export interface PairBases {
  readonly topLeft: Range;
  readonly bottomRight: Range;
  /** Both ranges are of one file: no image is paired with itself. */
  readonly same: boolean;
}

/**
 * Plans the pairs of one part: rounds through a permutation of each base range, so that every base image is used
 * about equally often.
 * @param shift most pixels by which an item moves towards the centre, in each direction
 */
export function planPairs(
  part: SplitName,
  count: number,
  bases: PairBases,
  seed: number,
  shift: number,
): PairPlan {
  const key = hash(seed, stream.compose, splitNames.indexOf(part));
  const draw = (range: Range, i: number, side: number): number => {
    const size = range.end - range.start;
    return range.start + permute(i % size, size, hash(key, side, Math.floor(i / size)));
  };
  const topLeft = Uint32Array.from({ length: count }, (_, i) => draw(bases.topLeft, i, 0));
  const bottomRight = Uint32Array.from({ length: count }, (_, i) => {
    const index = draw(bases.bottomRight, i, 1);
    if (!bases.same || index !== topLeft[i]) return index;
    return index + 1 < bases.bottomRight.end ? index + 1 : bases.bottomRight.start;
  });
  const random = new Random(key, 2);
  return {
    topLeft,
    bottomRight,
    shifts: Uint8Array.from({ length: 4 * count }, () => random.integer(shift + 1)),
  };
}

/**
 * Draws pair `i` of a plan.
 * @param canvas [36, 36], overwritten
 */
export function drawPair(
  plan: PairPlan,
  i: number,
  topLeft: PackedImages,
  bottomRight: PackedImages,
  canvas: Uint8Array,
): void {
  const [down = 0, right = 0, up = 0, left = 0] = plan.shifts.subarray(4 * i, 4 * i + 4);
  canvas.fill(0);
  drawItem(canvas, topLeft, plan.topLeft[i] ?? 0, down, right);
  drawItem(canvas, bottomRight, plan.bottomRight[i] ?? 0, room - up, room - left);
}

/** Lays one item over the canvas, keeping the brighter pixel. */
function drawItem(canvas: Uint8Array, from: PackedImages, index: number, y0: number, x0: number): void {
  const start = index * itemSide * itemSide;
  for (let y = 0; y < itemSide; y++) {
    const row = start + y * itemSide;
    const target = (y0 + y) * canvasSide + x0;
    for (let x = 0; x < itemSide; x++) {
      const value = from.images[row + x] ?? 0;
      if (value > (canvas[target + x] ?? 0)) canvas[target + x] = value;
    }
  }
}

/** Output positions of a scaling, each with its first input position and the shares of `taps` inputs from there. */
interface Shares {
  readonly taps: number;
  readonly first: Int32Array;
  /** [to, taps], rows sum to 1. */
  readonly weights: Float64Array;
}

/** Shares by area of `from` positions in `to` ≤ `from` larger ones. */
function areaShares(from: number, to: number): Shares {
  const scale = from / to;
  const taps = Math.ceil(scale) + 1;
  const first = Int32Array.from({ length: to }, (_, i) => Math.min(Math.floor(i * scale), from - taps));
  const weights = Float64Array.from({ length: to * taps }, (_, k) => {
    const i = Math.floor(k / taps);
    const position = (first[i] ?? 0) + (k % taps);
    const covered = Math.min(position + 1, (i + 1) * scale) - Math.max(position, i * scale);
    return Math.max(covered, 0) / scale;
  });
  return { taps, first, weights };
}

/**
 * A function that scales square images down by averaging areas, rows first, then columns.
 * @returns (image [from, from], out [to, to], overwritten)
 */
export function createShrink(from: number, to: number): (image: Uint8Array, out: Uint8Array) => void {
  const { taps, first, weights } = areaShares(from, to);
  const narrow = new Float64Array(from * to);
  return (image, out) => {
    for (let y = 0; y < from; y++)
      for (let x = 0; x < to; x++) {
        let sum = 0;
        const start = y * from + (first[x] ?? 0);
        for (let t = 0; t < taps; t++) sum += (weights[x * taps + t] ?? 0) * (image[start + t] ?? 0);
        narrow[y * to + x] = sum;
      }
    for (let y = 0; y < to; y++)
      for (let x = 0; x < to; x++) {
        let sum = 0;
        const start = (first[y] ?? 0) * to + x;
        for (let t = 0; t < taps; t++) sum += (weights[y * taps + t] ?? 0) * (narrow[start + t * to] ?? 0);
        out[y * to + x] = Math.round(sum);
      }
  };
}
