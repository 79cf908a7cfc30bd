/** What every entry of the registry must say of itself. */
import { expect, test } from 'vitest';
import { strategies, strategyOf } from './index.ts';

test.each(Object.keys(strategies))('%s compares only gradients by the same things', (id) => {
  const { needs, gradients, batches, initialState, schema } = strategyOf(id);
  const settings = schema.parse({});
  const keepsGradients = initialState(2, 11, settings).length > initialState(2, 1, settings).length;
  expect(keepsGradients && needs !== 'jacobian').toBe(false);
  // Those by the representation belong to the samples of one batch; those of another batch or step are of other samples.
  if (batches || keepsGradients) expect(gradients).toBe('parameters');
});
