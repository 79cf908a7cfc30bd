import { expect, test } from 'vitest';
import { experimentFor } from '#experiment/defaults.ts';
import { layerSchema } from '#experiment/layers/index.ts';
import { connectTrainer } from './client.ts';
import type { WorkerEvent } from './protocol.ts';

test('trains a built-in data set in the worker', async () => {
  const events: WorkerEvent[] = [];
  const trainer = connectTrainer((event) => events.push(event));
  const device = await trainer.call('open', {});
  expect(device.backend).toBe('webgpu');
  const data = {
    source: 'multi-fashion',
    settings: { trainCount: 100, validationCount: 100, testCount: 100 },
  };
  const { info } = await trainer.call('load', { data, seed: 1 });
  const base = experimentFor(info, data);
  const experiment = {
    ...base,
    trunk: [layerSchema.parse({ kind: 'max-pool', kernel: 4, stride: 4 })],
    training: { ...base.training, batchSize: 8, length: { unit: 'steps', count: 3 } as const },
  };
  await trainer.call('prepare', { run: 1, experiment });
  await trainer.call('step', {});
  await trainer.call('resume', {});
  await expect
    .poll(() => events.at(-1), { timeout: 50_000 })
    .toMatchObject({ event: { type: 'status', status: 'finished' } });
  expect(events.filter((event) => event.type === 'run' && event.event.type === 'metrics')).not.toHaveLength(
    0,
  );
  trainer.terminate();
});
