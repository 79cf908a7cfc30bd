/** Geometry of a square plot of two shares, both from 0 to 1: where things go, and curves as SVG paths. No React. */
import type { RankCurve } from '#lib/rank-curves.ts';

/** In pixels. */
export const frame = { width: 236, height: 226, left: 44, right: 228, top: 8, bottom: 192 } as const;

export const across = (share: number) => frame.left + share * (frame.right - frame.left);
export const up = (share: number) => frame.bottom - share * (frame.bottom - frame.top);

/** Points nearer than this to the last that was drawn, in pixels, are left out. */
const grain = 0.6;

/** True positive rate over false positive rate, from (0, 0) to (1, 1); straight where scores are tied. Empty if undefined. */
export function rocPath({ positives, negatives, hits, falseAlarms }: RankCurve): string {
  if (positives === 0 || negatives === 0) return '';
  const points = thinned(hits, (hit, i) => [across((falseAlarms[i] ?? 0) / negatives), up(hit / positives)]);
  return `M${across(0)},${up(0)}${points.map(([x, y]) => `L${round(x)},${round(y)}`).join('')}`;
}

/** Precision over recall as steps, the area under which is the average precision. Empty if undefined. */
export function precisionPath({ positives, hits, falseAlarms }: RankCurve): string {
  if (positives === 0) return '';
  const points = thinned(hits, (hit, i) => [
    across(hit / positives),
    up(hit / (hit + (falseAlarms[i] ?? 0))),
  ]);
  const [first] = points;
  if (!first) return '';
  return `M${across(0)},${round(first[1])}${points.map(([x, y]) => `V${round(y)}H${round(x)}`).join('')}`;
}

type Point = readonly [x: number, y: number];

function thinned(values: Uint32Array, at: (value: number, index: number) => Point): Point[] {
  const points: Point[] = [];
  for (const [i, value] of values.entries()) {
    const point = at(value, i);
    const last = points.at(-1);
    const isFar = !last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= grain;
    if (isFar || i === values.length - 1) points.push(point);
  }
  return points;
}

const round = (pixel: number) => Math.round(pixel * 10) / 10;
