/** Sets of the reader's in the training worker: the same data and numbers after everything was closed and opened again. */
import { afterEach, expect, test } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { registerSet } from '#data/sets/registry.ts';
import { openSetStore, type SetStore } from '#data/sets/set-store.ts';
import { complete, draft } from '#data/sets/testing.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { layerSchema } from '#experiment/layers/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { connectTrainer, type Trainer } from './client.ts';
import type { WorkerEvent } from './protocol.ts';

const started: Trainer[] = [];
let store: SetStore | undefined;

afterEach(() => {
  for (const trainer of started.splice(0)) trainer.terminate();
  store?.close();
});

function connect(): { trainer: Trainer; events: WorkerEvent[] } {
  const events: WorkerEvent[] = [];
  const trainer = connectTrainer((event) => events.push(event));
  started.push(trainer);
  return { trainer, events };
}

function small(base: Experiment): Experiment {
  return {
    ...base,
    trunk: [layerSchema.parse({ kind: 'max-pool', kernel: 8, stride: 8 })],
    training: { ...base.training, batchSize: 8, length: { unit: 'steps', count: 2 } },
  };
}

/** Loads, trains two steps, and tells of both. */
async function trained(data: Experiment['data']) {
  const { trainer, events } = connect();
  await trainer.call('open', {});
  const summary = await trainer.call('load', { data, seed: 1 });
  const fingerprint = await trainer.call('fingerprint', {});
  await trainer.call('prepare', { run: 1, experiment: small(experimentFor(infoFor(data), data)) });
  await trainer.call('step', {});
  await trainer.call('step', {});
  const rows = events.flatMap((event) =>
    event.type === 'run' && event.event.type === 'metrics' ? [[...event.event.rows]] : [],
  );
  return { summary, fingerprint, rows, trainer };
}

test('trains on a kept set, the same after it is opened again, and tells where it is not here any more', async () => {
  store = await openSetStore();
  const manifest = await complete(await store.create(draft(120)), 120);
  registerSet(manifest);
  const settings = { balance: 'kind', hide: 0.5 };
  const data = { source: manifest.id, settings };
  const first = await trained(data);
  expect(first.summary.info).toMatchObject({
    id: manifest.id,
    name: 'Pets',
    counts: manifest.revisions[0]?.counts,
  });
  expect(first.summary.split.train).toHaveLength(71);
  expect(new Set(first.summary.draws)).toEqual(new Set(first.summary.split.train));
  expect(first.rows).toHaveLength(2);
  first.trainer.terminate();
  store.close();

  store = await openSetStore();
  const again = await trained(data);
  expect(again.fingerprint).toBe(first.fingerprint);
  expect(again.summary).toEqual(first.summary);
  const other = await again.trainer.call('load', { data: { source: manifest.id, settings: {} }, seed: 1 });
  expect(other.draws).toBeUndefined();
  expect(await again.trainer.call('fingerprint', {})).not.toBe(first.fingerprint);

  await store.remove(manifest.id);
  await store.purge(manifest.id);
  await expect(again.trainer.call('load', { data, seed: 1 })).rejects.toThrow(
    'Pets was deleted: import it again',
  );
  const elsewhere = { source: 'own-000000000000', settings: {} };
  await expect(again.trainer.call('load', { data: elsewhere, seed: 1 })).rejects.toThrow(
    'not kept in this browser: import it again, or open the run where it was trained',
  );
  expect(() => infoFor(elsewhere)).toThrow('is not kept in this browser');
  expect(infoFor(data).name).toBe('Pets');
});
