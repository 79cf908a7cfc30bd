/** Runs that differ in nothing but the seed as one curve: their mean, and a band of one standard deviation around it. */
import { type CurveSpread, spreadOfCurves } from '#studies/spread.ts';
import type { Curve } from '../charts/chart-data.ts';

interface Spread {
  readonly of: readonly Float64Array[];
  readonly spread: CurveSpread;
}

/** The last spread of curves by the values of the first of them. */
const spreads = new WeakMap<Float64Array, Spread>();

function spreadOf(curves: readonly Curve[], valuesOf: (curve: Curve) => Float64Array): CurveSpread {
  const values = curves.map(valuesOf);
  const [first] = values;
  const last = first && spreads.get(first);
  if (last?.of.length === values.length && last.of.every((each, i) => each === values[i])) return last.spread;
  const spread = spreadOfCurves(curves.map(({ step }, i) => ({ steps: step, values: values[i] ?? step })));
  if (first) spreads.set(first, { of: values, spread });
  return spread;
}

/** Each seed is smoothed before the spread is taken: the band is how much runs differ, not how much steps jump. */
class SeedCurve implements Curve {
  readonly id: string;
  readonly row: string;
  readonly name: string;
  readonly role: string;
  readonly colour: string;
  readonly sign: Curve['sign'];
  readonly dashed: boolean;
  readonly #curves: readonly Curve[];
  readonly #first: Curve;

  constructor(curves: readonly Curve[], first: Curve) {
    this.#curves = curves;
    this.#first = first;
    this.id = `${first.id}/spread`;
    this.row = `${first.row ?? first.name}/spread`;
    this.name = `${first.name} (${curves.length} seeds)`;
    this.role = first.role;
    this.colour = first.colour;
    this.sign = first.sign;
    this.dashed = first.dashed;
  }

  get #drawn(): CurveSpread {
    return spreadOf(this.#curves, ({ smoothed, values }) => smoothed ?? values);
  }

  get step(): Float64Array {
    return this.#drawn.steps;
  }

  get seconds(): Float64Array {
    return spreadOf(this.#curves, ({ seconds }) => seconds).mean;
  }

  get x(): Float64Array {
    return spreadOf(this.#curves, ({ x, step }) => x ?? step).mean;
  }

  get values(): Float64Array {
    return spreadOf(this.#curves, ({ values }) => values).mean;
  }

  get smoothed(): Float64Array | undefined {
    return this.#first.smoothed ? this.#drawn.mean : undefined;
  }

  get band() {
    const { mean, deviation } = this.#drawn;
    return bandOf(mean, deviation);
  }
}

const bands = new WeakMap<Float64Array, { readonly low: Float64Array; readonly high: Float64Array }>();

function bandOf(mean: Float64Array, deviation: Float64Array) {
  const known = bands.get(mean);
  if (known) return known;
  const at = (i: number) => deviation[i] ?? Number.NaN;
  const band = { low: mean.map((value, i) => value - at(i)), high: mean.map((value, i) => value + at(i)) };
  bands.set(mean, band);
  return band;
}

/** One curve for the curves of several seeds, in the look of the first. */
export function seedCurve(curves: readonly Curve[]): Curve | null {
  const [first] = curves;
  return first ? new SeedCurve(curves, first) : null;
}
