import { afterEach, expect, test } from 'vitest';
import type { RunEvent } from '#engine/types.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { layerSchema } from '#experiment/layers/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { connectTrainer, type Trainer } from './client.ts';
import type { WorkerEvent } from './protocol.ts';

const data = {
  source: 'multi-fashion',
  settings: { trainCount: 100, validationCount: 100, testCount: 100 },
};
const started: Trainer[] = [];

function connect(): { trainer: Trainer; events: WorkerEvent[] } {
  const events: WorkerEvent[] = [];
  const trainer = connectTrainer((event) => events.push(event));
  started.push(trainer);
  return { trainer, events };
}

afterEach(() => {
  for (const trainer of started.splice(0)) trainer.terminate();
});

const runEvents = (events: readonly WorkerEvent[], run: number): RunEvent[] =>
  events.flatMap((event) => (event.type === 'run' && event.run === run ? [event.event] : []));

/** A network that is small enough for the test, on whatever the data set offers. */
function small(base: Experiment): Experiment {
  return {
    ...base,
    trunk: [layerSchema.parse({ kind: 'max-pool', kernel: 4, stride: 4 })],
    training: { ...base.training, batchSize: 8, length: { unit: 'steps', count: 3 } },
  };
}

test('trains a built-in data set, hands out its weights, and predicts the same with them in another run', async () => {
  const { trainer, events } = connect();
  const device = await trainer.call('open', {});
  expect(device.backend).toBe('webgpu');
  const { info, columns, split } = await trainer.call('load', { data, seed: 1 });
  expect(info.counts).toEqual({ train: 100, validation: 100, test: 100 });
  expect(columns.map(({ values }) => values.length)).toEqual([300, 300]);
  expect(split.test).toHaveLength(100);
  expect(events.at(-1)).toEqual({ type: 'load-progress', done: 300, total: 300 });

  const experiment = small(experimentFor(info, data));
  await trainer.call('prepare', { run: 1, experiment });
  await trainer.call('step', {});
  const news = runEvents(events, 1).filter(({ type }) => type !== 'checkpoint');
  expect(news.map(({ type }) => type)).toEqual(['status', 'status', 'status', 'metrics', 'status']);
  await trainer.call('resume', {});
  await expect
    .poll(() => runEvents(events, 1).at(-1), { timeout: 50_000 })
    .toMatchObject({ type: 'status', status: 'finished', step: 3 });
  const evaluation = runEvents(events, 1).findLast((event) => event.type === 'evaluation')?.evaluation;
  expect(evaluation?.split).toBe('test');
  expect(evaluation?.outputs['top-left']).toHaveLength(1000);

  const { pixels } = await trainer.call('samples', { ids: split.test.slice(0, 5) });
  expect(pixels).toHaveLength(5 * 36 * 36);
  const snapshot = await trainer.call('weights', { choice: 'best' });
  const predicted = await trainer.call('predict', { pixels, count: 5, weights: 'best' });
  expect(predicted['top-left']).toEqual(evaluation?.outputs['top-left']?.slice(0, 50));
  await trainer.call('prepare', { run: 2, experiment, tensors: snapshot.tensors, step: snapshot.step });
  expect(await trainer.call('predict', { pixels, count: 5, weights: 'last' })).toEqual(predicted);
  expect(runEvents(events, 2).at(-1)).toMatchObject({ status: 'finished', step: snapshot.step });

  await trainer.call('adjust', { training: { ...experiment.training, learningRate: 0.5 } });
  await expect(
    trainer.call('adjust', { training: { ...experiment.training, batchSize: 9 } }),
  ).rejects.toThrow('batch size cannot change');
  await trainer.call('discard', {});
  await expect(trainer.call('step', {})).rejects.toThrow('There is no run');
});

test('measures the task gradients as often as it is told to', async () => {
  const { trainer, events } = connect();
  await trainer.call('open', {});
  const { info } = await trainer.call('load', { data, seed: 1 });
  const dense = layerSchema.parse({ kind: 'dense', units: 4 });
  const base = small(experimentFor(info, data));
  const experiment = { ...base, trunk: [...base.trunk, dense] };
  experiment.training = { ...experiment.training, length: { unit: 'steps', count: 5000 } };
  await trainer.call('prepare', { run: 1, experiment, watchEvery: null });
  await trainer.call('step', {});
  await trainer.call('watch', { every: 2 });
  const measured = () =>
    runEvents(events, 1).flatMap((event) => (event.type === 'layer-gramians' ? [event.measured] : []));
  await trainer.call('resume', {});
  await expect.poll(() => measured().length, { timeout: 50_000 }).toBeGreaterThan(1);
  await trainer.call('pause', {});
  for (const { step, layers } of measured()) {
    expect(step % 2).toBe(0);
    expect(layers).toEqual(['trunk.1']);
  }
  const rows = runEvents(events, 1).flatMap((event) =>
    event.type === 'gramians' ? Array.from(event.rows) : [],
  );
  expect(rows).toEqual(measured().flatMap(({ step, gramians }) => [step + 1, 1, ...gramians]));
  expect(rows.every(Number.isFinite)).toBe(true);
  await trainer.call('watch', { every: null });
  const before = measured().length;
  for (let i = 0; i < 3; i++) await trainer.call('step', {});
  expect(measured()).toHaveLength(before);
});

test('shows samples as augmentation changes them', async () => {
  const { trainer } = connect();
  await trainer.call('open', {});
  const { split } = await trainer.call('load', { data, seed: 1 });
  const ids = split.train.slice(0, 2);
  const { pixels } = await trainer.call('samples', { ids });
  const none = { flip: false, shift: 0, crop: 0, brightness: 0 };
  const size = 36 * 36;
  const draw = async (augmentation: typeof none, seed: number) =>
    (await trainer.call('augmented', { ids, augmentation, seed, draws: 3 })).pixels;
  const plain = await draw(none, 1);
  for (let i = 0; i < 6; i++)
    expect(plain.slice(i * size, (i + 1) * size)).toEqual(
      pixels.slice(Math.floor(i / 3) * size).slice(0, size),
    );
  const shifted = await draw({ ...none, shift: 4 }, 1);
  expect(
    new Set(Array.from({ length: 3 }, (_, i) => shifted.slice(i * size, (i + 1) * size).join())).size,
  ).toBeGreaterThan(1);
  expect(await draw({ ...none, shift: 4 }, 1)).toEqual(shifted);
  expect(await draw({ ...none, shift: 4 }, 2)).not.toEqual(shifted);
});

test('answers with given weights where there is no run, tells how far it is, and can be stopped', async () => {
  const { trainer, events } = connect();
  const { info, split } = await trainer.call('load', { data, seed: 1 });
  const experiment = small(experimentFor(info, data));
  await trainer.call('prepare', { run: 1, experiment });
  const { tensors, normalisation } = await trainer.call('weights', { choice: 'last' });
  await trainer.call('evaluate', { split: 'test', weights: 'last' });
  const [evaluation] = runEvents(events, 1).flatMap((event) =>
    event.type === 'evaluation' ? [event.evaluation] : [],
  );
  await trainer.call('discard', {});
  const question = { experiment, tensors, normalisation };
  const on = { split: 'test' } as const;
  expect(await trainer.call('answers', { ...question, on, ticket: 5 })).toEqual(evaluation?.outputs);
  const progress = events.flatMap((event) => (event.type === 'answers-progress' ? [event] : []));
  expect(progress.at(-1)).toEqual({ type: 'answers-progress', ticket: 5, done: 100, total: 100 });
  const { pixels } = await trainer.call('samples', { ids: split.test });
  const ofPixels = await trainer.call('answers', { ...question, on: { pixels, count: 100 } });
  expect(ofPixels).toEqual(evaluation?.outputs);

  const stopped = trainer.call('answers', { ...question, on, ticket: 6 });
  const refused = expect(stopped).rejects.toThrow('Answering was cancelled.');
  await trainer.call('cancelAnswers', { ticket: 6 });
  await refused;
  const interrupted = expect(trainer.call('answers', { ...question, on })).rejects.toThrow(
    'Another data set is being loaded.',
  );
  const settings = { ...data.settings, testCount: 101 };
  await trainer.call('load', { data: { ...data, settings }, seed: 1 });
  await interrupted;
  await expect(trainer.call('answers', { ...question, on })).rejects.toThrow(
    /^These weights are for multi-fashion \(.*testCount 100\); loaded is multi-fashion \(.*testCount 101\)\.$/,
  );
  const broken = { ...experiment, tasks: [] };
  await expect(trainer.call('answers', { ...question, experiment: broken, on })).rejects.toThrow(
    'must have at least one task',
  );
});

test('refuses in plain words what it cannot do', async () => {
  const { trainer } = connect();
  await expect(trainer.call('resume', {})).rejects.toThrow('There is no run');
  await expect(trainer.call('samples', { ids: Uint32Array.of(0) })).rejects.toThrow('No data set is loaded');
  await expect(trainer.call('load', { data: { source: 'moon', settings: {} }, seed: 0 })).rejects.toThrow(
    'There is no data set "moon"',
  );
  const settings = { trainCount: 1 };
  await expect(trainer.call('load', { data: { ...data, settings }, seed: 0 })).rejects.toThrow(
    /^data\.settings\.trainCount: .*\(found 1\)\. Use at least 100\./,
  );
  const loading = trainer.call('load', { data: { source: 'multi-fashion', settings: {} }, seed: 0 });
  const refused = expect(loading).rejects.toThrow('Loading was cancelled');
  await trainer.call('cancelLoad', {});
  await refused;
});

test('refuses what is pending when it ends, and all that follows', async () => {
  const { trainer } = connect();
  const pending = trainer.call('load', { data, seed: 0 });
  trainer.terminate();
  await expect(pending).rejects.toThrow('worker was ended');
  await expect(trainer.call('open', {})).rejects.toThrow('worker was ended');
});
