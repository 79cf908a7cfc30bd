/** A chart as geometry: where its axes, ticks and lines go. No React, no DOM: the same input gives the same drawing. */
import { decimate, type Points, type Window } from '#lib/decimate.ts';
import { type Axis, type ChartInput, type ChartSpec, type Curve, positions } from './chart-data.ts';
import { areaOf, isDrawn, pathOf, signsOf } from './paths.ts';
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

/** A curve thinned to what its drawing can show. */
export interface Thinned {
  readonly curve: Curve;
  /** The smoothed values, or the measured ones where there are no others. */
  readonly main: Points;
  /** The measured ones behind smoothed ones. */
  readonly raw: Points | null;
  readonly band: { readonly low: Points; readonly high: Points } | null;
}

export interface Line {
  readonly curve: Curve;
  /** SVG path of the smoothed curve, or of the measured one where there is no other. */
  readonly path: string;
  /** SVG path of the measured curve behind a smoothed one. */
  readonly raw?: string;
  /** SVG path of the region around it. */
  readonly area?: string;
  /** SVG path of the signs that stand on it. */
  readonly signs?: string;
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
  /** As SVG; empty where there are too many of them for that. */
  readonly lines: readonly Line[];
  /** The same lines to be drawn on a canvas; empty where they are few enough for SVG. */
  readonly onCanvas: readonly Thinned[];
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
/**
 * More lines than this are drawn on a canvas. Measured on two busy cores with 200 runs, putting the paths of one chart into
 * the document held up the page for 0.3 to 1.2 s; a canvas takes them a few at a time.
 */
const mostInSvg = 48;
/** More points than this are drawn without dots. */
const mostDots = 60;
/** Dots nearer than this to the one before, in pixels, are left out. */
const dotDistance = 7;

/** Draws a chart. The x axis holds positions (steps or seconds); ticks are written in the axis's unit. */
export function layOut(spec: ChartSpec, input: ChartInput, size: Size): Layout {
  const work = layOutGradually(spec, input, size);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** The same in pieces, curve by curve: hundreds of them take longer than a page may stand still. */
export function* layOutGradually(
  spec: ChartSpec,
  input: ChartInput,
  { width, height }: Size,
): Generator<undefined, Layout> {
  const { axis, data } = input;
  const log = input.logY && spec.canLog;
  const columns = Math.max(1, Math.round(width - 40));
  const window = { from: axis.from, to: axis.to, columns, log: axis.log };
  const thinned: Thinned[] = [];
  const extent: Extent = { low: Infinity, high: -Infinity };
  for (const curve of data.curves) {
    const each = thin(curve, positions(curve, axis), window, input.isRawHidden ?? false);
    thinned.push(each);
    for (const points of [each.main, each.raw, each.band?.low, each.band?.high])
      if (points) widen(extent, points, axis, log);
    yield;
  }
  const top = margin.top;
  const bottom = height - margin.bottom;
  const rows = Math.max(2, Math.round((bottom - top) / 38));
  const { y, yTicks } = valueAxis(spec, extent, { log, bottom, top, rows });
  const widest = yTicks.reduce((most, { text }) => Math.max(most, text.length), 1);
  const left = Math.ceil(widest * digitWidth) + margin.gap;
  const right = width - margin.right;
  const x = scaleOf(axis.from, axis.to, left, right, axis.log);
  const lines: Line[] = [];
  const isOnCanvas = thinned.length > mostInSvg;
  for (const each of isOnCanvas ? [] : thinned) {
    lines.push(lineOf(each, x, y));
    yield;
  }
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
    lines,
    onCanvas: isOnCanvas ? thinned : [],
    marks: data.marks
      .map((mark) => ({ place: positions(mark, axis), label: mark.label }))
      .filter(({ place }) => place >= axis.from && place <= axis.to)
      .map(({ place, label }) => ({ x: x.at(place), label })),
    note: noteOf(spec, input, extent.low),
  };
}

interface ValueAxis {
  readonly log: boolean;
  readonly bottom: number;
  readonly top: number;
  /** Ticks that there is room for. */
  readonly rows: number;
}

/** The y axis around what is in view. */
function valueAxis(
  { unit, symmetric }: ChartSpec,
  { low, high }: Extent,
  { log, bottom, top, rows }: ValueAxis,
): { readonly y: Scale; readonly yTicks: readonly Tick[] } {
  const share = unit === 'share';
  const [from, to] = log
    ? roundLogDomain(low, high)
    : symmetric
      ? symmetricDomain(low, high)
      : roundDomain(low, high, share, rows);
  const yTicks = log
    ? logValueTicks(logTicks(from, to, rows), share)
    : valueTicks(linearTicks(from, to, rows), share);
  return { y: scaleOf(from, to, bottom, top, log), yTicks };
}

/** What was thinned last of an array of values, for as long as the array lives: most of many curves stay as they are. */
const thinnedLast = new WeakMap<
  Float64Array,
  Window & { readonly x: Float64Array; readonly points: Points }
>();

function thinOnce(x: Float64Array, y: Float64Array, window: Window): Points {
  const last = thinnedLast.get(y);
  const { from, to, columns, log } = window;
  const isSame = last?.from === from && last.to === to && last.columns === columns && last.log === log;
  if (last && isSame && last.x === x) return last.points;
  const points = decimate(x, y, window);
  thinnedLast.set(y, { ...window, x, points });
  return points;
}

function thin(curve: Curve, x: Float64Array, window: Window, isRawHidden: boolean): Thinned {
  const { smoothed, band } = curve;
  const raw = smoothed && isRawHidden ? null : thinOnce(x, curve.values, window);
  const ends = band && { low: thinOnce(x, band.low, window), high: thinOnce(x, band.high, window) };
  const lines = smoothed
    ? { main: thinOnce(x, smoothed, window), raw }
    : { main: raw ?? thinOnce(x, curve.values, window), raw: null };
  return { curve, ...lines, band: ends ?? null };
}

/** Lowest and highest value in view; ±Infinity where there is none. */
interface Extent {
  low: number;
  high: number;
}

/**
 * Takes in the values of the points in view, and where the line crosses the edges of the view on its way to points beyond.
 * On a log axis only positive values count.
 */
function widen(extent: Extent, { x, y }: Points, { from, to }: Axis, log: boolean): void {
  const take = (value: number) => {
    if (Number.isNaN(value) || (log && value <= 0)) return;
    if (value < extent.low) extent.low = value;
    if (value > extent.high) extent.high = value;
  };
  for (let i = 0; i < x.length; i++) {
    const place = x[i] ?? 0;
    const value = y[i] ?? Number.NaN;
    if (place >= from && place <= to) take(value);
    const next = x[i + 1] ?? place;
    const slope = ((y[i + 1] ?? Number.NaN) - value) / (next - place);
    if (place < from && from < next) take(value + slope * (from - place));
    if (place < to && to < next) take(value + slope * (to - place));
  }
}

/** A thinned curve as SVG paths. */
export function lineOf({ curve, main, raw, band }: Thinned, x: Scale, y: Scale): Line {
  const few = main.x.length <= mostDots && (curve.dashed || main.x.length <= 2);
  return {
    curve,
    path: pathOf(main, x, y),
    ...(raw ? { raw: pathOf(raw, x, y) } : {}),
    ...(band ? { area: areaOf(band.low, band.high, x, y) } : {}),
    ...(curve.sign ? { signs: signsOf(curve.sign, main, x, y) } : {}),
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

/** Ticks of the shared x axis, in its unit. */
function positionTicks({ from, to, per, log }: Axis, count: number): Tick[] {
  const places = log ? logTicks(from / per, to / per, count) : linearTicks(from / per, to / per, count);
  return places.map((place) => ({ value: place * per, text: compactNumber(place) }));
}

function noteOf(spec: ChartSpec, { data, logY, waiting }: ChartInput, low: number): string | null {
  const broken = data.curves.filter(({ values }) => values.length > 0 && !Number.isFinite(values.at(-1)));
  const first = broken[0];
  if (first && broken.length > 0) {
    const since = first.values.findLastIndex(Number.isFinite) + 1;
    const names = [...new Set(broken.map(({ name }) => name))].filter(Boolean).join(', ');
    return `${names ? `${names}: ` : ''}not a number since step ${first.step[since] ?? ''}`;
  }
  const isEmpty = data.curves.every(({ values }) => values.length === 0);
  if (isEmpty) return waiting ?? 'No values yet';
  if (low === Infinity && logY && spec.canLog) return 'Nothing above zero to show on a log axis';
  return null;
}
