/** Weights that leave as a file and come back predict the same, bit for bit: engine and exporters together. */
import { beforeAll, expect, test } from 'vitest';
import { openDevice } from '#engine/device.ts';
import { Run } from '#engine/run.ts';
import { smallDataset, smallExperiment } from '#engine/testing.ts';
import { layerSchema } from '#experiment/layers/index.ts';
import { exporters } from '#exporters/index.ts';
import { SeriesTable } from '#lib/series.ts';

beforeAll(async () => {
  await openDevice('webgpu');
});

test.each(['weights', 'bundle'] as const)('%s come back as they were', async (format) => {
  const dataset = smallDataset();
  const { info } = dataset;
  const trunk = [
    layerSchema.parse({ kind: 'residual-block', filters: 4, stride: 2 }),
    layerSchema.parse({ kind: 'conv2d', filters: 4, kernel: 3, groups: 4 }),
    layerSchema.parse({ kind: 'dense', units: 6 }),
  ];
  const experiment = { ...smallExperiment(), trunk };
  const trained = new Run({ experiment, dataset, onEvent: () => {} });
  await trained.stepOnce();
  await trained.stepOnce();
  const pixels = dataset.images.slice(0, 5 * 64);
  const before = await trained.predict(pixels, 'last');
  const weights = await trained.weights('last');
  const series = new SeriesTable([]);
  const measured = { series, gramians: series, validations: [], test: null };
  const run = { experiment, info, weights, choice: 'last', ...measured } as const;
  await trained.dispose();

  const opened = await exporters[format].read?.(await exporters[format].write(run), 'file');
  if (!opened?.weights) throw new Error('needs weights');
  const { tensors, step } = opened.weights;
  expect(step).toBe(2);
  const restored = new Run({ experiment: opened.experiment, dataset, tensors, step, onEvent: () => {} });
  expect(await restored.predict(pixels, 'last')).toEqual(before);
  const other = new Run({ experiment, dataset, onEvent: () => {} });
  expect(await other.predict(pixels, 'last')).not.toEqual(before);
  await Promise.all([restored.dispose(), other.dispose()]);
});

test('weights that have seen all steps come back finished, the others ready to go on', () => {
  const make = (step: number) =>
    new Run({ experiment: smallExperiment(), dataset: smallDataset(), step, onEvent: () => {} });
  expect([make(5), make(6)].map(({ status }) => status)).toEqual(['paused', 'finished']);
});
