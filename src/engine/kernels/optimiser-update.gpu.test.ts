import { optimiserSchema } from '#experiment/training.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import fixture from './fixtures/optimiser.json' with { type: 'json' };
import { applyUpdate, stateCount } from './optimiser-update.ts';
import { held, noiseTensor, worstError } from './testing.ts';

describe.each(['webgpu', 'cpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await openDevice(backend);
  });

  test.each(
    fixture.cases.map((entry, index) => ({ ...entry, index, title: JSON.stringify(entry.settings) })),
  )('follows torch.optim: $title', async ({ settings, size, after, index }) => {
    const optimiser = optimiserSchema.parse(settings);
    const parameter = tf.variable(noiseTensor([size], index, 0));
    const state = Array.from({ length: stateCount(optimiser) }, () => tf.variable(tf.zeros([size])));
    const gradientScale = tf.tensor1d([fixture.gradientScale]);
    for (const [step, expected] of after.entries()) {
      tf.tidy(() =>
        applyUpdate(optimiser, {
          parameter,
          gradient: noiseTensor([size], index, 1, step),
          state,
          learningRate: tf.tensor1d([0.1 / (step + 1)]),
          step: tf.tensor1d([step], 'int32'),
          gradientScale,
        }),
      );
      expect(worstError(await parameter.data(), expected)).toBeLessThan(1e-5);
    }
  });
});

test('updates in place, with nothing left over', async () => {
  await openDevice('webgpu');
  const optimiser = optimiserSchema.parse({ kind: 'adam' });
  const parameter = tf.variable(tf.zeros([4, 5]));
  const state = [tf.variable(tf.zeros([4, 5])), tf.variable(tf.zeros([4, 5]))];
  const scalars = {
    learningRate: tf.tensor1d([0.1]),
    step: tf.zeros([1], 'int32'),
    gradientScale: tf.ones([1]),
  };
  const gradient = noiseTensor([4, 5], 9);
  await parameter.data();
  const before = held();
  const storage = parameter.dataId;
  for (let repeat = 0; repeat < 20; repeat++)
    applyUpdate(optimiser, { parameter, gradient, state, ...scalars });
  expect(Math.abs((await parameter.data())[0] ?? 0)).toBeGreaterThan(1);
  expect(held()).toEqual(before);
  expect(parameter.dataId).toBe(storage);
});
