import { expect, test } from 'vitest';
import { Random } from '#lib/random.ts';
import { gramianOf } from '../matrix.ts';
import { randomJacobian } from '../testing.ts';
import { nonNegative } from './nnqp.ts';
import { scale } from './scale.ts';

/** Qx − b */
function slopes(matrix: Float64Array, x: Float64Array, b: Float64Array): Float64Array {
  return b.map((right, i) =>
    x.reduce((sum, value, j) => sum + (matrix[i * x.length + j] ?? 0) * value, -right),
  );
}

test('no variable could do better: slopes are 0 where it is above zero, and not below 0 where it is zero', () => {
  let atZero = 0;
  let above = 0;
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(13, seed);
    const tasks = 1 + random.integer(20);
    // Some have more rows than columns, so that rows depend on others; b is in Q's range then, as it is for projections.
    const kind = { tasks, parameters: 1 + random.integer(2 * tasks), spread: 0, conflict: 0.5 };
    const { cosines } = scale(gramianOf(randomJacobian(kind, random), tasks), tasks);
    const right = Float64Array.from({ length: tasks }, () => random.normal());
    const b = slopes(cosines, right, new Float64Array(tasks));
    const x = nonNegative(cosines, b);
    for (const [i, slope] of slopes(cosines, x, b).entries()) {
      const value = x[i] ?? 0;
      if (value > 0) above++;
      else atZero++;
      expect(value).toBeGreaterThanOrEqual(0);
      expect(slope).toBeGreaterThan(-1e-8);
      if (value > 0) expect(slope).toBeLessThan(1e-8);
    }
  }
  expect(Math.min(atZero, above)).toBeGreaterThan(100);
});

test('finds a bounded solution where there would be none', () => {
  // Along (1, 1) the quadratic part is 0 and the linear one falls.
  const x = nonNegative(Float64Array.of(1, -1, -1, 1), Float64Array.of(1, 1));
  expect((x[0] ?? 0) / (x[1] ?? 0)).toBeCloseTo(1, 9);
  expect(x[0]).toSatisfy(Number.isFinite);
});
