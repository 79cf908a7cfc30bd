/** What the curves of a chart are at a position: for the tooltip, for screen readers, for the markers on the lines. */
import { lowerBound } from '#lib/decimate.ts';
import { formatFlops } from '#lib/format.ts';
import { type Axis, type ChartData, type Curve, positions } from './chart-data.ts';
import { compactNumber, formatReading } from './scale.ts';

export interface Reading {
  readonly curve: Curve;
  readonly step: number;
  /** Position on the axis. */
  readonly x: number;
  readonly value: number;
  /** The same as `value` where the curve is not smoothed. */
  readonly smoothed: number;
}

/** Index of the position nearest to x in ascending positions; −1 if there is none. */
export function nearest(places: Float64Array, x: number): number {
  const after = lowerBound(places, x);
  if (after === 0) return places.length > 0 ? 0 : -1;
  if (after === places.length) return after - 1;
  return x - (places[after - 1] ?? 0) <= (places[after] ?? 0) - x ? after - 1 : after;
}

/** Each curve at its point nearest to x, the highest first; curves without points are left out. */
export function readAt({ curves }: ChartData, axis: Axis, x: number): Reading[] {
  const readings: Reading[] = [];
  for (const curve of curves) {
    const places = positions(curve, axis);
    const i = nearest(places, x);
    if (i < 0) continue;
    const value = curve.values[i] ?? Number.NaN;
    const smoothed = curve.smoothed?.[i] ?? value;
    readings.push({ curve, step: curve.step[i] ?? 0, x: places[i] ?? 0, value, smoothed });
  }
  const rank = ({ smoothed }: Reading) => (Number.isNaN(smoothed) ? -Infinity : smoothed);
  return readings.toSorted((a, b) => rank(b) - rank(a));
}

/** The measured position nearest to x over all curves; x itself where there is none. */
export function snap({ curves }: ChartData, axis: Axis, x: number): number {
  let best = x;
  let distance = Infinity;
  for (const curve of curves) {
    const places = positions(curve, axis);
    const place = places[nearest(places, x)];
    if (place === undefined || Math.abs(place - x) >= distance) continue;
    distance = Math.abs(place - x);
    best = place;
  }
  return best;
}

/** The measured position `count` points after (or, negative, before) the one nearest to x, on the densest curve. */
export function neighbour({ curves }: ChartData, axis: Axis, x: number, count: number): number {
  const densest = curves.reduce<Curve | undefined>(
    (most, curve) => (curve.step.length > (most?.step.length ?? 0) ? curve : most),
    undefined,
  );
  if (!densest) return x;
  const places = positions(densest, axis);
  const i = Math.min(places.length - 1, Math.max(0, nearest(places, x) + count));
  return places[i] ?? x;
}

/** A position in words: "step 1,230", "epoch 4.25", "12.5 s", "3.1 TFLOP". */
export function formatPosition({ name, per }: Axis, x: number): string {
  if (name === 'flops') return formatFlops(x);
  if (name === 'passes') return `${Math.round(x).toLocaleString('en-GB')} backward passes`;
  if (name === 'epoch') return `epoch ${Number((x / per).toFixed(2))}`;
  return name === 'step'
    ? `step ${Math.round(x).toLocaleString('en-GB')}`
    : `${compactNumber(Number(x.toFixed(1)))} s`;
}

/** Readings in one sentence, for screen readers. */
export function describeReadings(readings: readonly Reading[], share: boolean): string {
  return readings
    .map(({ curve, smoothed }) => `${labelOf(curve)} ${formatReading(smoothed, share)}`)
    .join('; ');
}

/** "top left, validation" */
export function labelOf({ name, role }: Curve): string {
  return [name, role].filter(Boolean).join(', ');
}
