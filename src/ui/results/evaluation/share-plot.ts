/** Geometry of a square plot of two shares, both from 0 to 1: where things go, and curves as SVG paths. No React. */
import type { RankCurve } from '#lib/rank-curves.ts';

/** In pixels. */
export const frame = { width: 240, height: 226, left: 44, right: 228, top: 8, bottom: 192 } as const;

export const across = (share: number) => frame.left + share * (frame.right - frame.left);
export const up = (share: number) => frame.bottom - share * (frame.bottom - frame.top);

/** Points nearer than this to the last that was drawn, in pixels across and up together, are left out. */
const grain = 0.6;

/** True positive rate over false positive rate, from (0, 0) to (1, 1); straight where scores are tied. Empty if undefined. */
export function rocPath({ positives, negatives, hits, falseAlarms }: RankCurve): string {
  if (positives === 0 || negatives === 0) return '';
  const xs = Float64Array.from(falseAlarms);
  const ys = Float64Array.from(hits);
  for (let i = 0; i < xs.length; i++) {
    xs[i] = across((xs[i] ?? 0) / negatives);
    ys[i] = up((ys[i] ?? 0) / positives);
  }
  return `M${across(0)},${up(0)}${thinned(xs, ys, (x, y) => `L${x},${y}`)}`;
}

/** Precision over recall as steps, the area under which is the average precision. Empty if undefined. */
export function precisionPath({ positives, hits, falseAlarms }: RankCurve): string {
  if (positives === 0) return '';
  const xs = Float64Array.from(hits);
  const ys = Float64Array.from(falseAlarms);
  for (let i = 0; i < xs.length; i++) {
    const hit = xs[i] ?? 0;
    xs[i] = across(hit / positives);
    ys[i] = up(hit / (hit + (ys[i] ?? 0)));
  }
  return `M${across(0)},${round(ys[0] ?? 0)}${thinned(xs, ys, (x, y) => `V${y}H${x}`)}`;
}

/** The points that can be told apart, and the last, each written by `write`; in plain loops, for there may be thousands. */
function thinned(xs: Float64Array, ys: Float64Array, write: (x: number, y: number) => string): string {
  let path = '';
  let [lastX, lastY] = [-Infinity, -Infinity];
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i] ?? 0;
    const y = ys[i] ?? 0;
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < grain && i < xs.length - 1) continue;
    path += write(round(x), round(y));
    [lastX, lastY] = [x, y];
  }
  return path;
}

const round = (pixel: number) => Math.round(pixel * 10) / 10;
