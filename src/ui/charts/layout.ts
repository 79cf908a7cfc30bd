/** A chart as geometry: where its axes, ticks and lines go. No React, no DOM: the same input gives the same drawing. */
import { decimate, type Points } from '#lib/decimate.ts';
import { type Axis, type ChartInput, type ChartSpec, type Curve, positions } from './chart-data.ts';
import {
  compactNumber,
  linearTicks,
  logTicks,
  logValueTicks,
  roundDomain,
  roundLogDomain,
  type Scale,
  scaleOf,
  symmetricDomain,
  type Tick,
  valueTicks,
} from './scale.ts';

export interface Line {
  readonly curve: Curve;
  /** SVG path of the smoothed curve, or of the measured one where there is no other. */
  readonly path: string;
  /** SVG path of the measured curve behind a smoothed one. */
  readonly raw?: string;
  /** Its points, where there are few enough to be told apart. */
  readonly dots: readonly (readonly [x: number, y: number])[];
}

export interface Layout {
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
  readonly lines: readonly Line[];
  readonly marks: readonly { readonly x: number; readonly label: string }[];
  /** What the picture alone would not tell: "NaN since step 120". */
  readonly note: string | null;
  readonly input: ChartInput;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Width of a digit of the ticks' type, in pixels. */
const digitWidth = 6.4;
const margin = { top: 8, right: 8, bottom: 20, gap: 8 };
/** More points than this are drawn without dots. */
const mostDots = 60;
/** Dots nearer than this to the one before, in pixels, are left out. */
const dotDistance = 7;

interface Thinned {
  readonly curve: Curve;
  readonly main: Points;
  readonly raw: Points | null;
}

/** Draws a chart. The x axis holds positions (steps or seconds); ticks are written in the axis's unit. */
export function layOut(spec: ChartSpec, input: ChartInput, { width, height }: Size): Layout {
  const { axis, data } = input;
  const log = input.logY && spec.canLog;
  const columns = Math.max(1, Math.round(width - 40));
  const window = { from: axis.from, to: axis.to, columns, log: axis.log };
  const thinned = data.curves.map((curve): Thinned => {
    const x = positions(curve, axis);
    const raw = decimate(x, curve.values, window);
    return curve.smoothed
      ? { curve, main: decimate(x, curve.smoothed, window), raw }
      : { curve, main: raw, raw: null };
  });
  const top = margin.top;
  const bottom = height - margin.bottom;
  const rows = Math.max(2, Math.round((bottom - top) / 38));
  const [low, high] = extent(thinned, axis, log);
  const [from, to] = log
    ? roundLogDomain(low, high)
    : spec.symmetric
      ? symmetricDomain(low, high)
      : roundDomain(low, high, spec.unit === 'share', rows);
  const y = scaleOf(from, to, bottom, top, log);
  const yTicks = log
    ? logValueTicks(logTicks(from, to, rows), spec.unit === 'share')
    : valueTicks(linearTicks(from, to, rows), spec.unit === 'share');
  const widest = yTicks.reduce((most, { text }) => Math.max(most, text.length), 1);
  const left = Math.ceil(widest * digitWidth) + margin.gap;
  const right = width - margin.right;
  const x = scaleOf(axis.from, axis.to, left, right, axis.log);
  return {
    width,
    height,
    left,
    right,
    top,
    bottom,
    x,
    y,
    input,
    xTicks: positionTicks(axis, Math.max(2, Math.floor((right - left) / 64))),
    yTicks,
    lines: thinned.map((each) => lineOf(each, x, y)),
    marks: data.marks
      .map((mark) => ({ place: positions(mark, axis), label: mark.label }))
      .filter(({ place }) => place >= axis.from && place <= axis.to)
      .map(({ place, label }) => ({ x: x.at(place), label })),
    note: noteOf(spec, input, low),
  };
}

/** Lowest and highest value in view; ±Infinity where there is none. On a log axis only positive values count. */
function extent(thinned: readonly Thinned[], axis: Axis, log: boolean): [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const { main, raw } of thinned) {
    for (const points of raw ? [main, raw] : [main]) {
      for (const value of valuesInView(points, axis)) {
        if (Number.isNaN(value) || (log && value <= 0)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  return [low, high];
}

/** Values of the points in view, and where the line crosses the edges of the view on its way to points beyond. */
function* valuesInView({ x, y }: Points, { from, to }: Axis): Generator<number> {
  for (let i = 0; i < x.length; i++) {
    const [place, value] = [x[i] ?? 0, y[i] ?? Number.NaN];
    if (place >= from && place <= to) yield value;
    const [next, after] = [x[i + 1] ?? place, y[i + 1] ?? Number.NaN];
    for (const edge of [from, to])
      if (place < edge && edge < next) yield value + ((after - value) * (edge - place)) / (next - place);
  }
}

function lineOf({ curve, main, raw }: Thinned, x: Scale, y: Scale): Line {
  const few = main.x.length <= mostDots && (curve.dashed || main.x.length <= 2);
  const path = pathOf(main, x, y);
  return {
    curve,
    path,
    ...(raw ? { raw: pathOf(raw, x, y) } : {}),
    dots: few ? [...dotsOf(main, x, y)] : [],
  };
}

function* dotsOf(points: Points, x: Scale, y: Scale): Generator<readonly [number, number]> {
  let before = -Infinity;
  for (let i = 0; i < points.x.length; i++) {
    const value = points.y[i] ?? Number.NaN;
    const at = x.at(points.x[i] ?? 0);
    if (!isDrawn(value, y) || at - before < dotDistance) continue;
    before = at;
    yield [at, y.at(value)];
  }
}

/** Whether a value has a place on a scale: NaN has none, and on a log axis nothing at or below zero has. */
function isDrawn(value: number, y: Scale): boolean {
  return !Number.isNaN(value) && !(y.log && value <= 0);
}

/** SVG path of a line; a point between two gaps becomes a dot (a line of no length with round ends). */
function pathOf(points: Points, x: Scale, y: Scale): string {
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

const pixel = (value: number) => Math.round(value * 10) / 10;

/** Ticks of the shared x axis, in its unit. */
function positionTicks({ from, to, per, log }: Axis, count: number): Tick[] {
  const places = log ? logTicks(from / per, to / per, count) : linearTicks(from / per, to / per, count);
  return places.map((place) => ({ value: place * per, text: compactNumber(place) }));
}

function noteOf(spec: ChartSpec, { data, logY }: ChartInput, low: number): string | null {
  const broken = data.curves.filter(({ values }) => values.length > 0 && !Number.isFinite(values.at(-1)));
  const first = broken[0];
  if (first && broken.length > 0) {
    const since = first.values.findLastIndex(Number.isFinite) + 1;
    const names = [...new Set(broken.map(({ name }) => name))].filter(Boolean).join(', ');
    return `${names ? `${names}: ` : ''}not a number since step ${first.step[since] ?? ''}`;
  }
  const isEmpty = data.curves.every(({ values }) => values.length === 0);
  if (isEmpty) return 'No values yet';
  if (low === Infinity && logY && spec.canLog) return 'Nothing above zero to show on a log axis';
  return null;
}
