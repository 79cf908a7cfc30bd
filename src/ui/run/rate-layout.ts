/** The curve of loss over learning rate as geometry. No React, no DOM. */
import { meanLossOf, smoothedLosses, type RangePoint, type RateRange } from '#experiment/rate-range.ts';
import {
  linearTicks,
  logTicks,
  roundDomain,
  scaleOf,
  valueTicks,
  type Scale,
  type Tick,
} from '../charts/scale.ts';
import { numberText } from '../shared/number-text.ts';

/** One line: the mean over tasks, or one task. */
export interface RateLine {
  /** Task id; empty for the mean. */
  readonly id: string;
  /** By point. */
  readonly smoothed: readonly number[];
  readonly path: string;
}

export interface RateLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: Scale;
  readonly y: Scale;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** The mean last, so that it is drawn on top. */
  readonly lines: readonly RateLine[];
  /** The measured means behind their smoothed line. */
  readonly raw: string;
}

const margin = { top: 22, right: 12, bottom: 36 };
const digitWidth = 6.4;
/** Room above the beginning, in falls from there to the least; a fall counts as this share of the beginning, at least. */
const rise = 1.5;
const smallestFall = 0.15;

function pathOf(points: readonly RangePoint[], values: readonly number[], x: Scale, y: Scale): string {
  let path = '';
  let isDrawing = false;
  for (const [i, { rate }] of points.entries()) {
    const value = values[i] ?? Number.NaN;
    if (Number.isFinite(value))
      path += `${isDrawing ? 'L' : 'M'}${x.at(rate).toFixed(1)} ${y.at(value).toFixed(1)}`;
    isDrawing = Number.isFinite(value);
  }
  return path;
}

/** @param tasks ids, in the order of the losses */
export function layOutRates(
  points: readonly RangePoint[],
  tasks: readonly string[],
  { low, high }: Pick<RateRange, 'low' | 'high'>,
  width: number,
  height: number,
): RateLayout {
  const mean = points.map(meanLossOf);
  const ofTasks = tasks.map((id, t) => ({
    id,
    smoothed: smoothedLosses(
      points,
      points.map(({ losses }) => losses[t] ?? Number.NaN),
    ),
  }));
  // One task is its own mean.
  const all = [...(tasks.length > 1 ? ofTasks : []), { id: '', smoothed: smoothedLosses(points, mean) }];
  const values = all.flatMap(({ smoothed }) => smoothed).filter(Number.isFinite);
  const { top } = margin;
  const bottom = height - margin.bottom;
  const rows = Math.max(2, Math.round((bottom - top) / 40));
  // Not of what was measured: one spike would press the rest together.
  const least = Math.min(...values, ...mean.filter(Number.isFinite));
  // What rises far above the beginning runs out of the picture, or the fall would be flat in it.
  const begin = Math.max(...all.flatMap(({ smoothed }) => smoothed.find(Number.isFinite) ?? []));
  const ceiling = begin + rise * Math.max(begin - least, smallestFall * begin);
  const [from, to] = roundDomain(least, Math.min(Math.max(...values), ceiling), false, rows);
  const y = scaleOf(from, to, bottom, top, false);
  const yTicks = valueTicks(linearTicks(from, to, rows), false);
  const left = Math.ceil(Math.max(...yTicks.map(({ text }) => text.length), 1) * digitWidth) + 8;
  const right = width - margin.right;
  const x = scaleOf(low, high, left, right, true);
  const xTicks = logTicks(low, high, Math.max(2, Math.floor((right - left) / 60)));
  return {
    width,
    height,
    left,
    right,
    top,
    bottom,
    x,
    y,
    yTicks,
    xTicks: xTicks.map((value) => ({ value, text: numberText(value) })),
    lines: all.map((line) => ({ ...line, path: pathOf(points, line.smoothed, x, y) })),
    raw: pathOf(points, mean, x, y),
  };
}

/** Place of the point whose rate is nearest, on the logarithmic axis; -1 where there is none. */
export function nearestPoint(points: readonly RangePoint[], rate: number): number {
  const distance = (i: number) => Math.abs(Math.log((points[i]?.rate ?? Infinity) / rate));
  return points.reduce((best, _, i) => (best < 0 || distance(i) < distance(best) ? i : best), -1);
}
