/** What methods promise beside their definition: indifference to the tasks' order and scale, sense in odd cases. */
import { describe, expect, test } from 'vitest';
import { Random } from '#lib/random.ts';
import { strategies, strategyOf, type StrategyId } from './index.ts';
import { gramianOf } from './matrix.ts';
import type { Strategy } from './strategy.ts';
import { oddGradients, randomJacobian, squareOf } from './testing.ts';

const tasks = 4;

interface Trial {
  readonly losses: Float64Array;
  readonly gramian: Float64Array;
}

/** Gradients that conflict, with numbers of their own for each of a method's batches. */
function trialOf({ batches }: Strategy, seed: number): Trial {
  const random = new Random(11, seed);
  const rows = tasks * (batches ?? 1);
  const jacobian = randomJacobian({ tasks: rows, parameters: 3 * rows, spread: 1, conflict: 0.5 }, random);
  return {
    losses: Float64Array.from({ length: rows }, () => random.uniform(0.2, 3)),
    gramian: gramianOf(jacobian, rows),
  };
}

/** Rows in another order, and each times a factor. */
function changed({ losses, gramian }: Trial, order: readonly number[], factors: readonly number[]): Trial {
  const rows = order.length;
  const factor = (i: number) => factors[i % factors.length] ?? 1;
  return {
    losses: Float64Array.from(order, (from, i) => (losses[from] ?? 0) * factor(i)),
    gramian: Float64Array.from(
      order.flatMap((row, i) =>
        order.map((column, j) => (gramian[row * rows + column] ?? 0) * factor(i) * factor(j)),
      ),
    ),
  };
}

/** The weights of a second step, after a first with other numbers: methods that remember then have something to. */
function weightsOf(strategy: Strategy, first: Trial, second: Trial, params?: unknown): Float64Array {
  const random = () => 0.5;
  const { state } = strategy.step({ ...first, params, random, stepsPerEpoch: 100 });
  return strategy.step({ ...second, state, params, random, stepsPerEpoch: 100 }).weights;
}

/** |Jᵀ(a − b)| relative to |Jᵀb|. */
function distance(a: Float64Array, b: Float64Array, gramian: Float64Array): number {
  const difference = b.map((weight, t) => (a[t] ?? 0) - weight);
  return Math.sqrt(squareOf(difference, gramian) / squareOf(b, gramian));
}

const without = (needs: string) => Object.keys(strategies).filter((id) => strategyOf(id).needs !== needs);

/** Methods that draw random numbers treat the tasks alike only on average. */
const chance = new Set(['rlw', 'pcgrad', 'gradvac']);

describe('does not depend on the order of the tasks', () => {
  test.each(without('jacobian').filter((id) => !chance.has(id)))('%s', (id) => {
    const strategy = strategyOf(id);
    const [first, second] = [trialOf(strategy, 1), trialOf(strategy, 2)];
    const order = Array.from(first.losses, (_, i) => tasks * Math.floor(i / tasks) + ((i * 3 + 2) % tasks));
    const expected = weightsOf(strategy, first, second);
    const found = weightsOf(strategy, changed(first, order, [1]), changed(second, order, [1]));
    for (const [i, from] of order.entries()) expect(found[i]).toBeCloseTo(expected[from] ?? 0, 9);
  });
});

/** How the direction changes where losses, and with them the gradients, are on another scale. */
interface Scaling {
  readonly params?: Readonly<Record<string, unknown>>;
  /** All times c: the direction is c to this power as long. */
  readonly power: number;
  /** Each times a factor of its own: the direction is the same, or parallel; left out where it is another. */
  readonly each?: 'same' | 'parallel';
}

const none: readonly Scaling[] = [];
const homogeneous: readonly Scaling[] = [{ power: 1 }];
const normalised = { appliesTo: 'normalised' };

const scalings: Readonly<Record<StrategyId, readonly Scaling[]>> = {
  equal: homogeneous,
  manual: homogeneous,
  rlw: homogeneous,
  dwa: homogeneous,
  uw: none, // learns the scale
  gls: [{ power: 1, each: 'parallel' }],
  stch: [{ power: 0, each: 'same' }], // while it warms up; then relative to losses that it remembers
  famo: none, // adds a constant to losses
  'imtl-l': none, // learns the scale
  gradnorm: none, // compares with losses that it remembers
  mgda: [
    { power: 1 },
    { power: 0, each: 'same', params: { normalisation: 'l2', ...normalised } },
    { power: 0, each: 'same', params: { normalisation: 'loss', ...normalised } },
    { power: -1, params: { normalisation: 'loss+', ...normalised } },
  ],
  pcgrad: homogeneous,
  gradvac: homogeneous,
  graddrop: none, // not by weights
  'imtl-g': [{ power: 1, each: 'parallel' }],
  imtl: none, // learns the scale
  cagrad: homogeneous,
  'nash-mtl': [{ power: 0, each: 'same', params: { maxNorm: 0 } }],
  'aligned-mtl': homogeneous,
  excessmtl: none, // not by weights
  fairgrad: [
    { power: 0, each: 'same', params: { alpha: 1 } },
    { power: -1 / 3, params: { alpha: 2 } },
  ],
  'db-mtl': none, // not by weights
  moco: none, // not by weights
  sdmgrad: none, // adds a constant to norms
  modo: none, // its step size has a scale
  upgrad: [{ power: 1 }, { power: 1, params: { regularisation: 1e-3 } }],
  dualproj: homogeneous,
};

const promises = Object.entries(scalings).flatMap(([id, each]) =>
  each.map((scaling) => [id, scaling] as const),
);

describe('on another scale', () => {
  test.each(promises)('%s %o', (id, { params, power, each }) => {
    const strategy = strategyOf(id);
    const trial = trialOf(strategy, 3);
    const rows = Array.from(trial.losses, (_, i) => i);
    const weights = weightsOf(strategy, trial, trial, params);
    /** In terms of the gradients as they were. */
    const after = (factors: readonly number[]) => {
      const scaled = changed(trial, rows, factors);
      return weightsOf(strategy, scaled, scaled, params).map((weight, t) => weight * (factors[t] ?? 0));
    };
    const longer = after(rows.map(() => 100)).map((weight) => weight / 100 ** power);
    expect(distance(longer, weights, trial.gramian)).toBeLessThan(1e-8);
    const stretched = after(rows.map((t) => 10 ** (t - 1)));
    const parallel = Math.sqrt(squareOf(weights, trial.gramian) / squareOf(stretched, trial.gramian));
    const same = distance(stretched, weights, trial.gramian);
    const aligned = distance(
      stretched.map((weight) => weight * parallel),
      weights,
      trial.gramian,
    );
    expect(same < 1e-8).toBe(each === 'same');
    expect(aligned < 1e-8).toBe(each !== undefined);
  });
});

describe('gives finite weights in odd cases', () => {
  test.each(without('jacobian'))('%s', (id) => {
    const strategy = strategyOf(id);
    for (const [name, rows] of oddGradients) {
      const batches = Array.from({ length: strategy.batches ?? 1 }, () => rows).flat();
      const gramian = gramianOf(Float64Array.from(batches.flat()), batches.length);
      const losses = Float64Array.from(batches, () => 0.7);
      let state: Float64Array | undefined;
      for (let k = 0; k < 3; k++) {
        const output = strategy.step({ losses, gramian, state, random: () => 0.3, stepsPerEpoch: 2 });
        ({ state } = output);
        for (const value of [...output.weights, ...output.state, ...(output.heads ?? [])])
          expect(value, name).toSatisfy(Number.isFinite);
      }
    }
  });
});
