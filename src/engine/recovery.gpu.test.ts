/** What a run does when things go wrong, each caused for real: breakdown, lost device, no memory; and changed experiments. */
import { beforeEach, expect, test } from 'vitest';
import { metricColumns } from '#experiment/metric-columns.ts';
import type { Experiment } from '#experiment/schema.ts';
import { closeDevice, openDevice } from './device.ts';
import { held } from './kernels/testing.ts';
import type { RunOptions } from './run-options.ts';
import { Run } from './run.ts';
import { named, rowsOf, smallDataset, smallExperiment } from './testing.ts';
import * as tf from './tf.ts';
import type { Checkpoint, RunEvent } from './types.ts';

const dataset = smallDataset();
const columns = metricColumns(['corner', 'light']);

function start(experiment: Experiment, more: Partial<RunOptions> = {}) {
  const events: RunEvent[] = [];
  const run = new Run({ experiment, dataset, onEvent: (event) => events.push(event), ...more });
  /** All that must repeat: every column but the time. */
  const rows = () =>
    rowsOf(events, columns.length).map((row) => row.filter((_, i) => columns[i] !== 'seconds'));
  const checkpoints = () =>
    events.flatMap((event): Checkpoint[] => (event.type === 'checkpoint' ? [event.checkpoint] : []));
  const failures = () => events.filter((event) => event.type === 'failed');
  const validations = () =>
    events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation.tasks] : []));
  return { run, events, rows, checkpoints, failures, validations };
}

/** Trains to the end and waits for the last checkpoint. */
async function trained(experiment: Experiment, more: Partial<RunOptions> = {}) {
  const started = start(experiment, more);
  await started.run.resume();
  await expect.poll(() => started.checkpoints().at(-1)?.step).toBe(started.run.step);
  return started;
}

/** What of a checkpoint must repeat. */
const timeless = ({ seconds: _seconds, ...rest }: Checkpoint) => rest;

function device(): GPUDevice {
  const backend: unknown = tf.backend();
  if (backend instanceof tf.WebGPUBackend) return backend.device;
  throw new Error('not on WebGPU');
}

beforeEach(async () => {
  await openDevice('webgpu');
});

test.each(['webgpu', 'cpu'] as const)(
  'goes on from a checkpoint to the same end, bit for bit, on %s',
  async (backend) => {
    await openDevice(backend);
    const experiment = smallExperiment({ earlyStopping: { patience: 3, minimumChange: 0 } });
    const whole = await trained(experiment);
    const checkpoints = whole.checkpoints();
    expect(checkpoints.map(({ step }) => step)).toEqual(expect.arrayContaining([0, 3, 6]));
    for (const checkpoint of checkpoints.slice(0, -1)) {
      const { step, seconds } = checkpoint;
      const again = await trained(experiment, { checkpoint: structuredClone(checkpoint) });
      expect(again.rows()).toEqual(whole.rows().slice(step));
      const last = again.checkpoints().at(-1);
      expect(last && timeless(last)).toEqual(checkpoints.at(-1) && timeless(checkpoints.at(-1)!));
      expect(last?.seconds).toBeGreaterThanOrEqual(seconds);
      await again.run.dispose();
    }
    await whole.run.dispose();
  },
);

test('goes on from its checkpoint on another device when its own is lost, to the same end', async () => {
  const experiment = smallExperiment();
  const whole = await trained(experiment);
  const { run, checkpoints, failures, rows } = start(experiment);
  for (let step = 0; step < 4; step++) await run.stepOnce();
  await expect.poll(() => checkpoints().at(-1)?.step).toBe(4);
  const training = run.resume();
  device().destroy();
  await training;
  expect(run.status).toBe('failed');
  expect(failures()).toEqual([expect.objectContaining({ cause: 'device' })]);
  expect(() => run.resume()).toThrow(/reset it/);
  await run.dispose();
  await openDevice('webgpu');
  const checkpoint = checkpoints().findLast(({ step }) => step === 4)!;
  const again = await trained(experiment, { checkpoint });
  expect([...rows().slice(0, 4), ...again.rows()]).toEqual(whole.rows());
  expect(again.validations().slice(-2)).toEqual(whole.validations().slice(-2));
  await Promise.all([again.run.dispose(), whole.run.dispose()]);
});

test('says with figures that the memory ran out, and goes on with less on a device opened anew', async () => {
  // Its first activation takes 1 GiB: within the adapter's limits, yet more than SwiftShader gives.
  const large = {
    ...dataset,
    info: { ...dataset.info, image: { height: 256, width: 256, channels: 1 as const } },
    images: new Uint8Array(40 * 65_536),
  };
  const trunk = (filters: number) => [
    { kind: 'max-pool', kernel: 1, stride: 1 },
    { kind: 'conv2d', filters, kernel: 1 },
    { kind: 'max-pool', kernel: 8, stride: 8 },
    { kind: 'max-pool', kernel: 8, stride: 8 },
  ];
  const { run, checkpoints, failures } = start(smallExperiment({ batchSize: 16 }, { trunk: trunk(256) }), {
    dataset: large,
  });
  await run.resume();
  expect(run.status).toBe('failed');
  expect(failures()).toEqual([
    {
      type: 'failed',
      cause: 'memory',
      message: expect.stringMatching(
        /^The adapter's memory ran out: training takes about \d.* for a batch of 16, .* Use a smaller batch \(8 would take/,
      ),
    },
  ]);
  await run.dispose();
  closeDevice();
  await openDevice('webgpu');
  const checkpoint = checkpoints().at(-1);
  expect(checkpoint?.step).toBe(0);
  const less = start(smallExperiment({ batchSize: 1 }, { trunk: trunk(4) }), {
    dataset: large,
    ...(checkpoint ? { checkpoint } : {}),
  });
  await less.run.stepOnce();
  expect(less.run.status).toBe('paused');
  expect(less.failures()).toEqual([]);
  await less.run.dispose();
});

test('stops with a clear message where the device refuses a shader', async () => {
  const { run, failures } = start(smallExperiment());
  await run.stepOnce();
  device().createShaderModule({ code: 'this is no shader' });
  await run.resume();
  expect(run.status).toBe('failed');
  expect(failures()).toHaveLength(1);
  expect(failures()[0]).toMatchObject({
    cause: 'other',
    message: expect.stringMatching(
      /^The graphics device refused part of the work: Error while parsing WGSL[^\n]*$/,
    ),
  });
  await run.dispose();
});

test('names the scale of regression targets where that is the likely cause of a breakdown', async () => {
  const far = {
    ...dataset,
    columns: dataset.columns.map(({ info, values }) => ({
      info,
      values: info.id === 'light' ? values.map((value) => value * 1e30) : values,
    })),
  };
  const { run, events } = start(smallExperiment(), { dataset: far });
  await run.resume();
  expect(events.filter((event) => event.type === 'failed')).toEqual([]);
  expect(events.find((event) => event.type === 'rewound')?.message).toMatch(
    /^At step 1 the loss of “Light” became infinite\. The likely cause is the scale of its targets: those of “Light” reach/,
  );
  await run.dispose();
});

test('goes back further where a checkpoint leads to the same breakdown again', async () => {
  const experiment = smallExperiment({ length: { unit: 'steps', count: 100 } });
  const { run, events } = start(experiment);
  for (let step = 0; step < 2; step++) await run.stepOnce();
  run.adjust({ training: { ...experiment.training, learningRate: 1e38 } });
  const places: number[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    await run.resume();
    expect(run.status).toBe('paused');
    places.push(run.step);
  }
  expect(places).toEqual([2, 1, 1]);
  expect(events.flatMap((event) => (event.type === 'rewound' ? [event.step] : []))).toEqual(places);
  await run.dispose();
});

test('adopts a changed network: what stays keeps its weights and state, the rest starts anew', async () => {
  const before = smallExperiment({ length: { unit: 'steps', count: 8 } });
  const { run, rows, checkpoints } = start(before);
  for (let step = 0; step < 2; step++) await run.stepOnce();
  const old = await run.weights('last');
  const after: Experiment = {
    ...before,
    heads: { ...before.heads, corner: [{ ...before.heads['corner']![0]!, units: 6 } as never] },
    training: { ...before.training, batchSize: 6 },
  };
  await run.adopt(after);
  expect(run.status).toBe('paused');
  expect(run.step).toBe(2);
  const adopted = await run.weights('last');
  const same = (name: string) =>
    named(adopted.tensors, name).values.join() === named(old.tensors, name).values.join();
  expect(same('trunk.0.conv.weight')).toBe(true);
  expect(same('trunk.0.bn.running_var')).toBe(true);
  expect(same('heads.light.0.weight')).toBe(true);
  expect(named(adopted.tensors, 'heads.corner.0.weight').shape[0]).toBe(6);
  const [checkpoint] = checkpoints().slice(-1);
  expect(checkpoint).toMatchObject({ step: 2, updates: 2 });
  expect(named(checkpoint!.optimiser, 'trunk.0.conv.weight.exp_avg').values.some(Boolean)).toBe(true);
  expect(named(checkpoint!.optimiser, 'heads.corner.0.weight.exp_avg').values.some(Boolean)).toBe(false);
  await run.resume();
  expect(rows().map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  await run.dispose();
});

test('adopts while it trains, and goes on; a change of the batch alone keeps every weight and the best', async () => {
  const before = smallExperiment({ length: { unit: 'steps', count: 40 } });
  const { run, events } = start(before);
  const training = run.resume();
  await expect.poll(() => events.some(({ type }) => type === 'best')).toBe(true);
  await run.adopt({ ...before, training: { ...before.training, batchSize: 4 } });
  const best = events.findLast((event) => event.type === 'best');
  expect(best?.steps['mean']).toBeGreaterThan(0);
  await training;
  await run.resume();
  expect(run.status).toBe('finished');
  expect(rowsOf(events, columns.length).map(([step]) => step)).toEqual(
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
  await run.dispose();
});

test('stays as it was where a changed experiment does not fit, in plain words', async () => {
  const whole = await trained(smallExperiment());
  const before = smallExperiment();
  const limits = { maxBufferBytes: 40_000, maxBindingBytes: 40_000 };
  const { run, rows } = start(before, { limits });
  await run.stepOnce();
  const wide = smallExperiment({}, { trunk: [{ kind: 'conv2d', filters: 100, kernel: 3 }] });
  await expect(run.adopt(wide)).rejects.toThrow(/must fit one buffer of this adapter/);
  await expect(run.adopt({ ...before, seed: 7 })).rejects.toThrow(/keeps its seed/);
  await expect(run.adopt({ ...before, data: { source: 'other', settings: {} } })).rejects.toThrow(
    /keeps its data set/,
  );
  await run.resume();
  expect(rows()).toEqual(whole.rows());
  await Promise.all([run.dispose(), whole.run.dispose()]);
});

test('checkpoints, breakdowns and adopted experiments leave nothing behind', async () => {
  const once = async () => {
    const wild = smallExperiment({ optimiser: { kind: 'sgd' }, learningRate: 100 });
    const { run, events } = start({ ...wild, training: { ...wild.training, learningRate: 1e30 } });
    await run.resume();
    expect(events.some(({ type }) => type === 'rewound')).toBe(true);
    await run.adopt(smallExperiment());
    await run.resume();
    await run.dispose();
  };
  await once();
  const before = held();
  await once();
  expect(held()).toEqual(before);
});
