/** Points as SVG paths: lines, the region between two lines, signs along a line. */
import type { Points } from '#lib/decimate.ts';
import type { Scale } from './scale.ts';
import { type Sign, signPath } from './signs.ts';

/** Pixels between two signs on a line, and from its beginning to the first. */
const signDistance = 64;
const firstSign = 18;

/** Whether a value has a place on a scale: NaN has none, and on a log axis nothing at or below zero has. */
export function isDrawn(value: number, y: Scale): boolean {
  return !Number.isNaN(value) && !(y.log && value <= 0);
}

/** A line; a point between two gaps becomes a dot (a line of no length with round ends). */
export function pathOf(points: Points, x: Scale, y: Scale): string {
  let path = '';
  let run = 0;
  let last = '';
  for (let i = 0; i <= points.x.length; i++) {
    const value = points.y[i] ?? Number.NaN;
    if (!isDrawn(value, y)) {
      if (run === 1) path += `L${last}`;
      run = 0;
      continue;
    }
    last = `${pixel(x.at(points.x[i] ?? 0))},${pixel(y.at(value))}`;
    path += run === 0 ? `M${last}` : `L${last}`;
    run++;
  }
  return path;
}

/** The region between two lines, a closed shape for each part without gaps; below a log axis it ends at its foot. */
export function areaOf(low: Points, high: Points, x: Scale, y: Scale): string {
  const foot = y.at(y.from);
  const depth = (value: number) => (isDrawn(value, y) ? pixel(y.at(value)) : foot);
  const shapes: string[] = [];
  for (const [first, last] of partsOf(high, y)) {
    const [from, to] = [high.x[first] ?? 0, high.x[last] ?? 0];
    const above: string[] = [];
    const below: string[] = [];
    for (let i = first; i <= last; i++)
      above.push(`${pixel(x.at(high.x[i] ?? 0))},${depth(high.y[i] ?? Number.NaN)}`);
    for (let i = 0; i < low.x.length; i++) {
      const place = low.x[i] ?? 0;
      const value = low.y[i] ?? Number.NaN;
      if (place >= from && place <= to && !Number.isNaN(value))
        below.push(`${pixel(x.at(place))},${depth(value)}`);
    }
    shapes.push(`M${[...above, ...below.toReversed()].join('L')}Z`);
  }
  return shapes.join('');
}

/** First and last index of every part of a line without gaps. */
function* partsOf({ y: values }: Points, y: Scale): Generator<readonly [number, number]> {
  let first = -1;
  for (let i = 0; i <= values.length; i++) {
    const isThere = isDrawn(values[i] ?? Number.NaN, y);
    if (isThere && first < 0) first = i;
    if (isThere || first < 0) continue;
    yield [first, i - 1];
    first = -1;
  }
}

/** Signs along a line, at points of it. */
export function signsOf(sign: Sign, points: Points, x: Scale, y: Scale): string {
  let path = '';
  let next = x.at(x.from) + firstSign;
  for (let i = 0; i < points.x.length; i++) {
    const at = x.at(points.x[i] ?? 0);
    const value = points.y[i] ?? Number.NaN;
    const isLast = i === points.x.length - 1 && path === '';
    if (!isDrawn(value, y) || (at < next && !isLast)) continue;
    path += signPath(sign, at, y.at(value));
    next = at + signDistance;
  }
  return path;
}

const pixel = (value: number) => Math.round(value * 10) / 10;
