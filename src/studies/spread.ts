/** How much a quantity varies over runs that differ in nothing but their seed: mean and standard deviation. */

/** A quantity over several runs. */
export interface Spread {
  /** Of the runs for which it is defined; NaN where there is none. */
  readonly mean: number;
  /** Standard deviation of a sample, with n − 1 in the denominator; NaN for fewer than two. */
  readonly deviation: number;
  /** Runs for which it is defined. */
  readonly count: number;
}

/** Mean and sample standard deviation of the values that are not NaN. */
export function spreadOf(values: readonly number[]): Spread {
  const defined = values.filter((value) => !Number.isNaN(value));
  const count = defined.length;
  const mean = defined.reduce((sum, value) => sum + value, 0) / count; // 0 / 0 is NaN
  const squares = defined.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1)), count };
}

/** A curve: values at rising steps, both [n]. A value may be NaN. */
export interface Curve {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Several curves as one with a band, all [n]. */
export interface CurveSpread {
  /** Rising; those at which at least one curve has a point. */
  readonly steps: Float64Array;
  /** Of the curves that have a number there; NaN where none has. */
  readonly mean: Float64Array;
  /** NaN where fewer than two have. */
  readonly deviation: Float64Array;
  /** How many have. Where it falls, some curve has ended, and the mean is that of others than before. */
  readonly count: Uint16Array;
}

/** Mean and sample standard deviation of curves at equal steps; nothing is interpolated. */
export function spreadOfCurves(curves: readonly Curve[]): CurveSpread {
  const steps: number[] = [];
  const spreads: Spread[] = [];
  const places = curves.map(() => 0);
  for (;;) {
    const step = curves.reduce(
      (least, curve, c) => Math.min(least, curve.steps[places[c] ?? 0] ?? Infinity),
      Infinity,
    );
    if (step === Infinity) break;
    const here = curves.flatMap((curve, c) => {
      const place = places[c] ?? 0;
      if (curve.steps[place] !== step) return [];
      places[c] = place + 1;
      return [curve.values[place] ?? Number.NaN];
    });
    steps.push(step);
    spreads.push(spreadOf(here));
  }
  return {
    steps: Float64Array.from(steps),
    mean: Float64Array.from(spreads, ({ mean }) => mean),
    deviation: Float64Array.from(spreads, ({ deviation }) => deviation),
    count: Uint16Array.from(spreads, ({ count }) => count),
  };
}
