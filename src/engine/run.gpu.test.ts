import { beforeAll, describe, expect, test } from 'vitest';
import { metricColumns } from '#experiment/metric-columns.ts';
import type { Experiment } from '#experiment/schema.ts';
import { openDevice } from './device.ts';
import { held } from './kernels/testing.ts';
import { Run } from './run.ts';
import { named, relativeError, rowsOf, smallDataset, smallExperiment } from './testing.ts';
import * as tf from './tf.ts';
import type { Evaluation, RunEvent } from './types.ts';

const dataset = smallDataset();
const columns = metricColumns(['corner', 'light']);

function start(experiment: Experiment, more: Partial<ConstructorParameters<typeof Run>[0]> = {}) {
  const events: RunEvent[] = [];
  const run = new Run({ experiment, dataset, onEvent: (event) => events.push(event), ...more });
  const rows = () => rowsOf(events, columns.length);
  const column = (name: string) => rows().map((row) => row[columns.indexOf(name)] ?? NaN);
  /** All that must repeat: every column but the time. */
  const timeless = () => rows().map((row) => row.filter((_, i) => columns[i] !== 'seconds'));
  const evaluations = () =>
    events.flatMap((event): Evaluation[] => (event.type === 'evaluation' ? [event.evaluation] : []));
  const messages = () => events.flatMap((event) => (event.type === 'failed' ? [event.message] : []));
  return { run, events, column, timeless, evaluations, messages };
}

beforeAll(async () => {
  await openDevice('webgpu');
});

test('trains, validates, tests, and repeats itself bit for bit', async () => {
  const one = start(smallExperiment());
  await one.run.resume();
  const two = start(smallExperiment());
  await two.run.resume();
  expect(one.column('step')).toEqual([1, 2, 3, 4, 5, 6]);
  expect(one.column('seconds')).toEqual(one.column('seconds').toSorted((a, b) => a - b));
  expect(one.column('learningRate')).toEqual(Array.from({ length: 6 }, () => Math.fround(0.01)));
  expect(one.timeless()).toEqual(two.timeless());
  expect(one.evaluations().map(({ split, step }) => `${split} ${step}`)).toEqual([
    'validation 3',
    'validation 6',
    `test ${lastBest(one.events)['mean']}`,
  ]);
  expect(one.evaluations().map(({ tasks }) => tasks)).toEqual(two.evaluations().map(({ tasks }) => tasks));
  expect(one.events.filter((event) => event.type === 'status').map(({ status }) => status)).toEqual([
    'preparing',
    'paused',
    'running',
    'finished',
  ]);
  const other = start(smallExperiment({}, { seed: 1 }));
  await other.run.resume();
  expect(other.timeless()).not.toEqual(one.timeless());
  await Promise.all([one, two, other].map(({ run }) => run.dispose()));
});

function lastBest(events: readonly RunEvent[]): Readonly<Record<string, number>> {
  return events.findLast((event) => event.type === 'best')?.steps ?? {};
}

test('gives the same rows step by step, paused and resumed', async () => {
  const whole = start(smallExperiment());
  await whole.run.resume();
  const parts = start(smallExperiment());
  await parts.run.stepOnce();
  expect(parts.column('step')).toEqual([1]);
  expect(parts.run.status).toBe('paused');
  await parts.run.stepOnce();
  void parts.run.resume();
  await parts.run.pause();
  expect(parts.run.status).toBe('paused');
  expect(parts.run.step).toBeLessThan(6);
  await parts.run.resume();
  expect(parts.timeless()).toEqual(whole.timeless());
  await Promise.all([whole.run.dispose(), parts.run.dispose()]);
});

describe.each(['webgpu', 'cpu'] as const)('on %s', (backend) => {
  test('leaves nothing behind', async () => {
    await openDevice(backend);
    const once = async () => {
      const { run } = start(smallExperiment({ length: { unit: 'steps', count: 20 } }));
      await run.resume();
      await run.predict(dataset.images.slice(0, 128), 'best');
      await run.weights({ bestOf: 'light' });
      await run.dispose();
    };
    const before = held();
    await once();
    expect(held()).toEqual(before);
    const halfway = start(smallExperiment({ length: { unit: 'steps', count: 1000 } }));
    void halfway.run.resume();
    await halfway.run.dispose();
    expect(held()).toEqual(before);
    await openDevice('webgpu');
  });
});

test('goes on where it is resumed before the pause is through', async () => {
  const { run, column } = start(smallExperiment());
  const training = run.resume();
  void run.pause();
  void run.resume();
  await training;
  expect(run.status).toBe('finished');
  expect(column('step')).toEqual([1, 2, 3, 4, 5, 6]);
  await run.dispose();
});

test('trains a single task without a validation or test part', async () => {
  const { corner } = smallExperiment().heads;
  const counts = { train: 24, validation: 0, test: 0 };
  const none = new Uint32Array();
  const alone = {
    ...dataset,
    info: { ...dataset.info, counts },
    split: { ...dataset.split, validation: none, test: none },
  };
  const tasks = smallExperiment().tasks.slice(0, 1);
  const { run, events } = start(smallExperiment({}, { tasks, heads: { corner } }), { dataset: alone });
  await run.resume();
  expect(run.status).toBe('finished');
  expect(rowsOf(events, 7)).toHaveLength(6);
  expect((await run.weights('best')).step).toBe(6);
  await expect(run.evaluate('test', 'last')).rejects.toThrow('no images in its test part');
  await run.dispose();
});

test('stops early where the watched loss no longer improves', async () => {
  const { run, events, evaluations } = start(
    smallExperiment({
      length: { unit: 'steps', count: 50 },
      validateEvery: { unit: 'steps', count: 1 },
      earlyStopping: { watch: 'light', patience: 2, minimumChange: 100 },
    }),
  );
  await run.resume();
  expect(run.status).toBe('finished');
  expect(events.find((event) => event.type === 'stopped-early')).toMatchObject({ step: 3 });
  expect(evaluations().map(({ split }) => split)).toEqual(['validation', 'validation', 'validation', 'test']);
  await run.dispose();
});

test('takes live changes at the next step', async () => {
  const before = smallExperiment({ length: { unit: 'steps', count: 4 } });
  const { run, column } = start(before);
  await run.stepOnce();
  const training = {
    ...before.training,
    learningRate: 0.5,
    schedule: { kind: 'step', every: 3, factor: 0.5 } as const,
  };
  run.adjust({
    training,
    strategy: { kind: 'manual', gradients: 'representation', settings: { weights: { light: 3 } } },
  });
  await run.resume();
  expect(column('learningRate')).toEqual([0.01, 0.5, 0.5, 0.25].map(Math.fround));
  expect(column('weight/light')).toEqual([1, 3, 3, 3]);
  expect(column('weight/corner')).toEqual([1, 1, 1, 1]);
  expect(() => run.adjust({ training: { ...training, batchSize: 4 } })).toThrow(/batch size cannot change/);
  run.adjust({ training: { ...training, length: { unit: 'steps', count: 5 } } });
  expect(run.totalSteps).toBe(5);
  await run.resume();
  expect(column('step')).toEqual([1, 2, 3, 4, 5]);
  await run.dispose();
});

test('keeps the best weights, moves running statistics, and goes on from its own weights', async () => {
  const { run, events, evaluations } = start(
    smallExperiment({ learningRate: 1, validateEvery: { unit: 'steps', count: 1 } }),
  );
  await run.resume();
  const validations = evaluations().filter(({ split }) => split === 'validation');
  for (const [key, step] of Object.entries(lastBest(events))) {
    const losses = validations.map(({ tasks, meanLoss }) => tasks[key]?.loss ?? meanLoss);
    expect(losses[step - 1], key).toBe(Math.min(...losses));
  }
  const last = await run.weights('last');
  expect(named(last.tensors, 'trunk.0.bn.running_var').values).not.toEqual(new Float32Array(3).fill(1));
  const best = await run.weights({ bestOf: 'light' });
  expect(best.step).toBe(lastBest(events)['light']);

  const again = start(smallExperiment(), { tensors: best.tensors, step: best.step });
  expect(again.run.step).toBe(best.step);
  const evaluation = await again.run.evaluate('validation', 'last');
  expect(evaluation.tasks['light']).toEqual(validations[best.step - 1]?.tasks['light']);
  await Promise.all([run.dispose(), again.run.dispose()]);
});

test('predicts on pixels what it predicts on the same images of the data set', async () => {
  const { run } = start(smallExperiment());
  await run.stepOnce();
  const { outputs } = await run.evaluate('test', 'last');
  const predicted = await run.predict(dataset.images.slice(32 * 64), 'last');
  expect(predicted).toEqual(outputs);
  expect(predicted['light']).toHaveLength(16);
  await run.dispose();
});

test('learns', async () => {
  const { run, column } = start(
    smallExperiment({ length: { unit: 'steps', count: 60 }, validateEvery: { unit: 'steps', count: 60 } }),
  );
  await run.resume();
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  for (const name of ['loss/corner', 'loss/light'])
    expect(mean(column(name).slice(-10)), name).toBeLessThan(0.7 * mean(column(name).slice(0, 10)));
  await run.dispose();
});

test('says at which step and in which task the loss broke down, and goes back to before it', async () => {
  const wild = {
    learningRate: 100,
    optimiser: { kind: 'sgd' },
    length: { unit: 'steps', count: 100 },
    schedule: { kind: 'constant' },
  };
  const { run, messages, column, events } = start(smallExperiment(wild));
  const before = await run.weights('last');
  await run.resume();
  expect(run.status).toBe('paused');
  expect(run.step).toBe(0);
  const steps = column('step');
  expect(messages()).toEqual([]);
  const rewound = events.find((event) => event.type === 'rewound');
  expect(rewound).toMatchObject({ step: 0 });
  expect(rewound?.message).toMatch(
    new RegExp(`^At step ${steps.length} the .* became .* The likely cause is the learning rate: SGD`),
  );
  expect(rewound?.message).toMatch(/Lower the learning rate \(it was 1.*or clip the gradient norm/);
  expect(steps).toEqual(Array.from(steps, (_, i) => i + 1));
  expect((await run.weights('last')).tensors).toEqual(before.tensors);

  run.adjust({ training: smallExperiment({ ...wild, learningRate: 0.01 }).training });
  await run.stepOnce();
  const calm = start(smallExperiment({ ...wild, learningRate: 0.01 }));
  await calm.run.stepOnce();
  expect((await run.weights('last')).tensors).toEqual((await calm.run.weights('last')).tensors);
  await Promise.all([run.dispose(), calm.run.dispose()]);
});

test('marks batches without a label of a task and gives them no gradient', async () => {
  const unlabelled = {
    ...dataset,
    columns: dataset.columns.map(({ info, values }) => ({
      info,
      values: info.id === 'light' ? values.map(() => NaN) : values,
    })),
  };
  const experiment = smallExperiment({ optimiser: { kind: 'sgd', momentum: 0 } });
  const { run, column, evaluations } = start(experiment, { dataset: unlabelled });
  const before = await run.weights('last');
  await run.resume();
  expect(run.status).toBe('finished');
  expect(column('loss/light').every(Number.isNaN)).toBe(true);
  expect(column('metric/light').every(Number.isNaN)).toBe(true);
  expect(column('loss/corner').every(Number.isFinite)).toBe(true);
  expect(evaluations()[0]?.meanLoss).toBe(evaluations()[0]?.tasks['corner']?.loss);
  const after = await run.weights('last');
  expect(named(after.tensors, 'heads.light.0.weight')).toEqual(named(before.tensors, 'heads.light.0.weight'));
  expect(
    relativeError(
      named(after.tensors, 'heads.corner.0.weight').values,
      named(before.tensors, 'heads.corner.0.weight').values,
    ),
  ).toBeGreaterThan(0);
  await run.dispose();
});

test('refuses what does not fit, in plain words', () => {
  const limits = { maxBufferBytes: 4000, maxBindingBytes: 4000 };
  expect(() => start(smallExperiment(), { limits })).toThrow(/must fit one buffer of this adapter/);
  expect(() => start(smallExperiment({}, { strategy: { kind: 'magic', settings: {} } }))).toThrow(/magic/);
  expect(() =>
    start(
      smallExperiment(
        {},
        { strategy: { kind: 'manual', gradients: 'representation', settings: { weights: { light: -1 } } } },
      ),
    ),
  ).toThrow(/strategy.settings.weights.light: .* \(found -1\)/);
  expect(() => start(smallExperiment(), { tensors: [] })).toThrow(/lack "trunk.0.conv.weight"/);
});

// The last one: it takes the device away.
test('fails with the reason when the device is lost, once, and can still be disposed of', async () => {
  const { run, messages, column } = start(smallExperiment({ length: { unit: 'steps', count: 1000 } }));
  await run.stepOnce();
  const training = run.resume();
  const backend = tf.backend();
  if (!(backend instanceof tf.WebGPUBackend)) throw new Error('not on WebGPU');
  backend.device.destroy();
  await training;
  expect(run.status).toBe('failed');
  expect(messages()).toHaveLength(1);
  expect(column('step')[0]).toBe(1);
  await run.dispose();
  await openDevice('webgpu');
  const after = start(smallExperiment());
  await after.run.stepOnce();
  expect(after.column('step')).toEqual([1]);
  await after.run.dispose();
});
