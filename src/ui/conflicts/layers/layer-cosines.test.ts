import { expect, test } from 'vitest';
import { taskPairs } from '../measured.ts';
import { allLayers, cosinesByDepth, historyOf, productsIn, rowsOf, worstFirst } from './layer-cosines.ts';

/** Three tasks in two layers: in the first they agree fully, in the second 0 and 1 oppose each other and 2 is silent. */
const measurement = {
  step: 40,
  layers: ['trunk.0', 'trunk.2'],
  gramians: Float32Array.of(1, 2, 3, 4, 6, 9, 4, -4, 0, 16, 0, 0),
  losses: Float32Array.of(1, 1, 1),
  milliseconds: 1,
};

test('rows go from the input to the last layer, then all together', () => {
  expect(rowsOf(measurement)).toEqual(['trunk.0', 'trunk.2', allLayers]);
  expect(rowsOf({ ...measurement, layers: ['trunk.0'], gramians: new Float32Array(6) })).toEqual(['trunk.0']);
  expect([...productsIn(measurement, allLayers, 3)]).toEqual([5, -2, 3, 20, 6, 9]);
  expect([...productsIn(measurement, 'trunk.7', 3)].every(Number.isNaN)).toBe(true);
});

test('cosines of every pair in every layer', () => {
  const [first, second, both] = cosinesByDepth(measurement, rowsOf(measurement), 3).map((row) => [...row]);
  expect(first).toEqual([1, 1, 1]);
  expect(second).toEqual([-0.5, Number.NaN, Number.NaN]);
  expect(both?.[0]).toBeCloseTo(-2 / Math.sqrt(5 * 20), 12);
  expect(both?.[1]).toBeCloseTo(3 / Math.sqrt(5 * 9), 12);
});

test('the worst pairs come first where there are many', () => {
  const cosines = [Float64Array.of(0.9, Number.NaN, 0.2, -0.1), Float64Array.of(-0.3, Number.NaN, 0.4, 0.8)];
  expect(worstFirst(cosines, 4, 4)).toEqual([0, 1, 2, 3]);
  expect(worstFirst(cosines, 4, 3)).toEqual([0, 3, 2, 1]);
});

test('a layer over time: cosines of the pairs asked for, norms of all tasks', () => {
  const later = { ...measurement, step: 60, gramians: measurement.gramians.map((value) => value * 4) };
  const pair = taskPairs(3)[0];
  const history = historyOf([measurement, later], 'trunk.2', pair ? [pair] : [], 3);
  expect([...history.step]).toEqual([40, 60]);
  expect(history.cosines.map((row) => [...row])).toEqual([[-0.5, -0.5]]);
  expect(history.norms.map((row) => [...row])).toEqual([
    [2, 4],
    [4, 8],
    [0, 0],
  ]);
});
