/** What is tried beside the run, through a real worker. */
import { afterEach, expect, test } from 'vitest';
import type { RunEvent } from '#engine/types.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { layerSchema } from '#experiment/layers/index.ts';
import type { RangePoint } from '#experiment/rate-range.ts';
import { connectTrainer, type Trainer } from './client.ts';
import type { WorkerEvent } from './protocol.ts';

const data = {
  source: 'multi-fashion',
  settings: { trainCount: 100, validationCount: 100, testCount: 100 },
};
let trainer: Trainer | undefined;
afterEach(() => trainer?.terminate());

/** A worker with data, and an experiment on them that is small enough for the test. */
async function start(steps: number) {
  const events: WorkerEvent[] = [];
  trainer = connectTrainer((event) => events.push(event));
  await trainer.call('open', {});
  const { info } = await trainer.call('load', { data, seed: 1 });
  const base = experimentFor(info, data);
  const experiment = {
    ...base,
    trunk: [layerSchema.parse({ kind: 'max-pool', kernel: 4, stride: 4 })],
    training: { ...base.training, batchSize: 8, length: { unit: 'steps' as const, count: steps } },
  };
  const runs = () => events.flatMap((event): RunEvent[] => (event.type === 'run' ? [event.event] : []));
  const points = (id: number) =>
    events.flatMap((event): readonly RangePoint[] =>
      event.type === 'range-points' && event.id === id ? event.points : [],
    );
  return { trainer, experiment, runs, points };
}

const patience = { timeout: 30_000 };
const range = { low: 1e-5, high: 1, steps: 20 };

test('tests learning rates and times steps without a run, and beside one that is paused', async () => {
  const worker = await start(4);
  const { experiment } = worker;
  const found = await worker.trainer.call('testRange', { id: 1, experiment, range });
  expect(worker.points(1)).toEqual(found);
  expect(found).toHaveLength(20);
  await worker.trainer.call('prepare', { run: 1, experiment });
  await worker.trainer.call('step', {});
  expect(await worker.trainer.call('testRange', { id: 2, experiment, range })).toEqual(found);
  const { steps, milliseconds } = await worker.trainer.call('timeSteps', { experiment });
  expect(steps).toBeGreaterThanOrEqual(5);
  expect(milliseconds).toBeGreaterThan(0);
  await worker.trainer.call('resume', {});
  await expect
    .poll(() => worker.runs().findLast(({ type }) => type === 'status'), patience)
    .toMatchObject({ status: 'finished', step: 4 });
});

test('refuses while a run trains, and gives way as soon as one is to go on', async () => {
  const worker = await start(100_000);
  const { experiment } = worker;
  await worker.trainer.call('prepare', { run: 1, experiment });
  const long = { ...range, steps: 1000 };
  const beside = worker.trainer.call('testRange', { id: 1, experiment, range: long });
  beside.catch(() => {}); // looked at below
  await expect.poll(() => worker.points(1).length, patience).toBeGreaterThan(0);
  await worker.trainer.call('resume', {});
  await expect(beside).rejects.toThrow('The run goes on.');
  await expect(worker.trainer.call('timeSteps', { experiment })).rejects.toThrow('pause it first');
  await worker.trainer.call('pause', {});
  const again = worker.trainer.call('testRange', { id: 2, experiment, range: long });
  again.catch(() => {});
  await expect.poll(() => worker.points(2).length, patience).toBeGreaterThan(0);
  await worker.trainer.call('endRehearsal', {});
  await expect(again).rejects.toThrow('It was ended.');
});
