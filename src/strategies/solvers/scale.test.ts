import { expect, test } from 'vitest';
import { scale } from './scale.ts';

test('turns inner products into cosines, whatever the norms', () => {
  const { cosines, inverseNorms } = scale(Float64Array.of(1e-12, 0.5e-3, 0.5e-3, 1e6), 2);
  expect([...inverseNorms]).toEqual([1e6, 1e-3]);
  expect(cosines[0]).toBe(1);
  expect(cosines[1]).toBeCloseTo(0.5, 12);
});

test('leaves a gradient that is zero out, unless the diagonal is raised', () => {
  const gramian = Float64Array.of(0, 0, 0, 4);
  expect([...scale(gramian, 2).inverseNorms]).toEqual([0, 0.5]);
  expect([...scale(gramian, 2).cosines]).toEqual([1, 0, 0, 1]);
  expect([...scale(gramian, 2, 1).inverseNorms]).toEqual([1, 1 / Math.sqrt(5)]);
});
