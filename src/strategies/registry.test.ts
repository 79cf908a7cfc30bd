/** What every entry of the registry must say of itself. */
import { expect, test } from 'vitest';
import { startingWeights, strategies, strategyOf } from './index.ts';

test.each(Object.keys(strategies))('%s compares only gradients by the same things', (id) => {
  const { needs, gradients, batches, initialState, schema } = strategyOf(id);
  const settings = schema.parse({});
  const keepsGradients = initialState(2, 11, settings).length > initialState(2, 1, settings).length;
  expect(keepsGradients && needs !== 'jacobian').toBe(false);
  // Those by the representation belong to the samples of one batch; those of another batch or step are of other samples.
  if (batches || keepsGradients) expect(gradients).toBe('parameters');
});

test('a method looks at the gradients of forty tasks at most, and weighs the losses of any number', () => {
  const tasks = (count: number) => Array.from({ length: count }, (_, t) => `task ${t}`);
  expect(startingWeights({ kind: 'mgda', settings: {} }, tasks(40))).toHaveLength(40);
  expect(() => startingWeights({ kind: 'mgda', settings: {} }, tasks(41))).toThrow(/at most 40 tasks/);
  expect(startingWeights({ kind: 'dwa', settings: {} }, tasks(41))).toHaveLength(41);
});
