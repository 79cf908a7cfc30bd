/** The methods that promise it give directions that harm no task. */
import { describe, expect, test } from 'vitest';
import { Random } from '#lib/random.ts';
import { strategies } from './index.ts';
import { gramianOf } from './matrix.ts';
import type { Strategy } from './strategy.ts';
import { randomJacobian } from './testing.ts';

const { equal, mgda, upgrad, dualproj, pcgrad } = strategies;

interface Trial {
  readonly losses: Float64Array;
  readonly gramian: Float64Array;
}

/** 400 sets of 2 to 10 gradients, of which each opposes the mean of the others and some depend on others. */
const trials = Array.from({ length: 400 }, (_, seed): Trial => {
  const random = new Random(7, seed);
  const tasks = 2 + random.integer(9);
  const parameters = 1 + random.integer(2 * tasks);
  const spread = random.integer(4);
  const jacobian = randomJacobian({ tasks, parameters, spread, conflict: random.uniform(0.5, 1.5) }, random);
  return {
    losses: Float64Array.from({ length: tasks }, () => random.uniform(0.1, 3)),
    gramian: gramianOf(jacobian, tasks),
  };
});

/** The least product of the direction with a task's gradient, relative to what it is the sum of. */
function worstProduct(strategy: Strategy, { losses, gramian }: Trial, params?: unknown): number {
  const { weights } = strategy.step({ losses, gramian, params, random: () => 0 });
  const norms = losses.map((_, t) => Math.sqrt(gramian[t * (losses.length + 1)] ?? 0));
  const extent = weights.reduce((sum, weight, t) => sum + Math.abs(weight) * (norms[t] ?? 0), 0);
  const products = norms.map((norm, i) => {
    const product = weights.reduce(
      (sum, weight, j) => sum + weight * (gramian[i * losses.length + j] ?? 0),
      0,
    );
    return product / (norm * extent);
  });
  return Math.min(...products);
}

describe('harms no task', () => {
  test.each<{ name: string; strategy: Strategy; params?: unknown }>([
    { name: 'MGDA', strategy: mgda },
    ...['l2', 'loss', 'loss+'].map((normalisation) => ({
      name: `MGDA of gradients normalised by ${normalisation}`,
      strategy: mgda,
      params: { normalisation, appliesTo: 'normalised' },
    })),
    { name: 'UPGrad', strategy: upgrad },
    { name: 'DualProj', strategy: dualproj },
    { name: 'DualProj of the sum', strategy: dualproj, params: { preference: 'sum' } },
  ])('$name', ({ strategy, params }) => {
    for (const [seed, trial] of trials.entries())
      expect(worstProduct(strategy, trial, params), `trial ${seed}`).toBeGreaterThan(-1e-9);
  });
});

test('the trials are not easy: equal weights and PCGrad harm a task in many of them', () => {
  const harmful = (strategy: Strategy) =>
    trials.filter((trial) => worstProduct(strategy, trial) < -1e-3).length;
  expect(harmful(equal)).toBeGreaterThan(200);
  expect(harmful(pcgrad)).toBeGreaterThan(100);
});

test('with regularisation, UPGrad harms small tasks', () => {
  const gramian = gramianOf(Float64Array.of(1, 0, -1e-3, 1e-4), 2);
  const trial = { losses: Float64Array.of(1, 1), gramian };
  expect(worstProduct(upgrad, trial)).toBeGreaterThan(-1e-9);
  expect(worstProduct(upgrad, trial, { regularisation: 1e-4 })).toBeLessThan(-1e-3);
});
