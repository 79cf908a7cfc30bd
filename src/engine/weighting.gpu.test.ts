import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDevice, openDevice } from './device.ts';
import * as tf from './tf.ts';
import { Weighting } from './weighting.ts';

beforeAll(() => openDevice());
afterAll(() => closeDevice());

test('a rule gives the same weights on the GPU as in TypeScript', async () => {
  const weighting = new Weighting({
    chosen: { kind: 'gls', settings: {} },
    tasks: ['a', 'b', 'c'],
    seed: 1,
    stepsPerEpoch: 10,
  });
  const losses = [0.5, 2, 1e-4];
  const { weights } = weighting.weigh({
    losses: tf.tensor1d(losses),
    step: tf.tensor1d([0], 'int32'),
    hostStep: 0,
  });
  const expected = weighting.strategy.step({ losses: Float64Array.from(losses) }).weights;
  const found = await weights.data();
  for (const [t, weight] of expected.entries()) expect((found[t] ?? 0) / weight).toBeCloseTo(1, 5);
  weighting.dispose();
});
