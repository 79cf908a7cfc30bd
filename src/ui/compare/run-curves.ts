/** The curves of runs as charts want them: worked out of their kept columns when they are first looked at. */
import { lowerBound } from '#lib/decimate.ts';
import { Smoother } from '#lib/smooth.ts';
import type { CompareAxis } from '#stores/compare.ts';
import { type Columns, columnsOf, validationsOf } from '#stores/kept-curves.ts';
import { nameOf, type RunRecord } from '#stores/library.ts';
import type { Curve } from '../charts/chart-data.ts';
import type { CompareChart, RowSource } from './compare-charts.ts';
import { unitOf } from './run-axis.ts';
import { lookOf } from './run-look.ts';

type Scored = RunRecord['validations'][number];

/** Arrays that follow from others, by a name; they live as long as what they follow from. */
const derived = new WeakMap<object, Map<string, Float64Array>>();

function once(source: object, name: string, make: () => Float64Array): Float64Array {
  const known = derived.get(source) ?? new Map<string, Float64Array>();
  derived.set(source, known);
  let array = known.get(name);
  if (!array) known.set(name, (array = make()));
  return array;
}

const smoothedLast = new WeakMap<Float64Array, { readonly weight: number; readonly values: Float64Array }>();

/** Values smoothed without bias; the same array for the same values and weight. */
function smoothed(values: Float64Array, weight: number): Float64Array {
  const last = smoothedLast.get(values);
  if (last?.weight === weight) return last.values;
  const made = new Smoother(weight).extend(values);
  smoothedLast.set(values, { weight, values: made });
  return made;
}

/** Where the points of a curve are: steps, seconds, and positions on the axis. */
interface Places {
  readonly step: Float64Array;
  readonly seconds: Float64Array;
  readonly x: Float64Array;
}

function placesOf(
  { experiment }: RunRecord,
  axis: CompareAxis,
  source: object,
  step: Float64Array,
  seconds: Float64Array,
): Places {
  if (axis === 'seconds') return { step, seconds, x: seconds };
  if (axis === 'step') return { step, seconds, x: step };
  const unit = unitOf(experiment, axis);
  return { step, seconds, x: once(source, `x/${axis}`, () => step.map((each) => each * unit)) };
}

/** One number per row of a table. */
function rowsOf({ columns: names, valueOf }: RowSource, columns: Columns): Float64Array {
  const arrays = names.map((name) => columns.get(name) ?? new Float64Array());
  const [first] = arrays;
  if (!first) return new Float64Array();
  if (arrays.length === 1 && valueOf([0.5]) === 0.5) return first; // a column as it is
  const row = new Float64Array(arrays.length);
  return first.map((_, r) => {
    for (const [c, array] of arrays.entries()) row[c] = array[r] ?? Number.NaN;
    return valueOf(row);
  });
}

/** Seconds of training at measured steps: of the step's own row, or of the last one while that is on its way. */
function secondsAt(measured: Float64Array, steps: Float64Array, seconds: Float64Array): Float64Array {
  return measured.map((step) => seconds[lowerBound(steps, step)] ?? seconds.at(-1) ?? 0);
}

/** A curve whose numbers are worked out when they are asked for: a chart asks for one curve after the other. */
class RunCurve implements Curve {
  readonly id: string;
  readonly row: string;
  readonly name: string;
  readonly role: string;
  readonly colour: string;
  readonly sign: Curve['sign'];
  readonly dashed: boolean;
  readonly step: Float64Array;
  readonly seconds: Float64Array;
  readonly x: Float64Array;
  readonly #make: () => Float64Array;
  readonly #weight: number;
  #values: Float64Array | undefined;

  /** @param weight of the past in its smoothed values; 0 for none */
  constructor(
    run: RunRecord,
    part: 'train' | 'validation',
    { step, seconds, x }: Places,
    make: () => Float64Array,
    weight: number,
  ) {
    const { colour, sign } = lookOf(run);
    this.id = `${run.id}/${part}`;
    this.row = run.id;
    this.name = nameOf(run);
    this.role = part;
    this.colour = colour;
    this.sign = sign ?? undefined;
    this.dashed = part === 'validation';
    this.step = step;
    this.seconds = seconds;
    this.x = x;
    this.#make = make;
    this.#weight = weight;
  }

  get values(): Float64Array {
    return (this.#values ??= this.#make());
  }

  get smoothed(): Float64Array | undefined {
    return this.#weight > 0 ? smoothed(this.values, this.#weight) : undefined;
  }
}

export interface CurveView {
  readonly x: CompareAxis;
  readonly smoothing: number;
}

const timing = ['step', 'seconds'];

/** Columns that the steps of a run are drawn from in a chart; null where it has none. */
function columnsFor(run: RunRecord, source: RowSource): { own: Columns; time: Columns } | null {
  const own = columnsOf(
    run,
    source.kind,
    source.kind === 'metrics' ? [...timing, ...source.columns] : ['step', ...source.columns],
  );
  const time = source.kind === 'metrics' ? own : columnsOf(run, 'metrics', timing);
  return own && time && { own, time };
}

/** The curve over the steps of a run; null where it has none, `undefined` while it is being read. */
export function stepCurve(chart: CompareChart, run: RunRecord, view: CurveView): Curve | null | undefined {
  const source = chart.steps(run);
  if (!source) return null;
  const columns = columnsFor(run, source);
  if (!columns) return undefined;
  const { own, time } = columns;
  const step = own.get('step') ?? new Float64Array();
  const times = time.get('seconds') ?? new Float64Array();
  const seconds =
    own === time
      ? times
      : once(own, `seconds/${time.get('step')?.length}`, () =>
          secondsAt(step, time.get('step') ?? step, times),
        );
  const make = () => once(own, chart.id, () => rowsOf(source, own));
  return new RunCurve(run, 'train', placesOf(run, view.x, own, step, seconds), make, view.smoothing);
}

/** The curve over the validations of a run; null where it has none. */
export function validationCurve(chart: CompareChart, run: RunRecord, view: CurveView): Curve | null {
  const score = chart.validations(run);
  const validations = validationsOf(run);
  if (!score || validations.length === 0) return null;
  const column = (name: string, of: (scored: Scored) => number) =>
    once(validations, name, () => Float64Array.from(validations, of));
  const step = column('step', (scored) => scored.step);
  const seconds = column('seconds', (scored) => scored.seconds);
  const places = placesOf(run, view.x, validations, step, seconds);
  return new RunCurve(run, 'validation', places, () => column(chart.id, score), 0);
}
