import { expect, test } from 'vitest';
import { Random } from '#lib/random.ts';
import { gramianOf } from '../matrix.ts';
import { randomJacobian, squareOf } from '../testing.ts';
import { bestForWorst } from './max-min.ts';
import { scale } from './scale.ts';

/** Whether no direction as near to the mean has a larger least product: by the dual's value, which is no less for any weights. */
test.each([
  { tasks: 2, parameters: 3, spread: 0 },
  { tasks: 40, parameters: 60, spread: 0 },
  { tasks: 40, parameters: 400, spread: 3 },
  { tasks: 40, parameters: 20, spread: 0 },
  { tasks: 20, parameters: 12, spread: 2 },
])('is best for the worst of $tasks tasks with $parameters parameters', ({ tasks, parameters, spread }) => {
  for (let seed = 0; seed < 5; seed++) {
    const kind = { tasks, parameters, spread, common: 0.3 };
    const gramian = gramianOf(randomJacobian(kind, new Random(7, seed)), tasks);
    const mean = new Float64Array(tasks).fill(1 / tasks);
    const length = Math.sqrt(squareOf(mean, gramian));
    const scaled = scale(gramian, tasks);
    const added = bestForWorst(scaled, 0.4).map((pull, t) => pull * (scaled.inverseNorms[t] ?? 0));
    const products = (weights: Float64Array) =>
      weights.map((_, i) =>
        weights.reduce((sum, weight, j) => sum + weight * (gramian[i * tasks + j] ?? 0), 0),
      );
    expect(Math.min(...added)).toBeGreaterThanOrEqual(0);
    expect(Math.sqrt(squareOf(added, gramian)) / (0.4 * length)).toBeCloseTo(1, 7);
    const total = added.reduce((sum, weight) => sum + weight, 0);
    const alone = products(mean).reduce((sum, product, t) => sum + (product * (added[t] ?? 0)) / total, 0);
    const bound = alone + (0.4 * length * Math.sqrt(squareOf(added, gramian))) / total;
    const least = Math.min(...products(added.map((weight) => weight + 1 / tasks)));
    expect((bound - least) / length ** 2).toBeLessThan(1e-7);
  }
});
