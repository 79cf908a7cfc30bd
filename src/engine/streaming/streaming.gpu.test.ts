/** Runs whose images do not fit the device: the same curves however fast they come, and answers as if they all lay there. */
import { beforeEach, expect, test } from 'vitest';
import { metricColumns } from '#experiment/metric-columns.ts';
import type { Experiment } from '#experiment/schema.ts';
import { answersOf } from '../answers.ts';
import { intercept } from '../capture/intercept.ts';
import { openDevice } from '../device.ts';
import { held } from '../kernels/testing.ts';
import { testRange } from '../range-test.ts';
import { disposeResident, openDataset, residentDataset, type ResidentDataset } from '../resident.ts';
import type { RunOptions } from '../run-options.ts';
import { Run } from '../run.ts';
import { timeSteps } from '../step-timing.ts';
import { rowsOf, smallDataset, smallExperiment } from '../testing.ts';
import type { Checkpoint, Evaluation, RunEvent } from '../types.ts';
import { webgpuBackend } from '../webgpu/dispatch.ts';
import { StreamedImages } from './streamed-images.ts';
import { testReader, type TestReader } from './testing.ts';

const whole = smallDataset({ train: 160, validation: 150, test: 13 });
/** A window of 64 images: 16 blocks of four. */
const room = { bytes: 64 * 64 };
const columns = metricColumns(['corner', 'light']);
/** An epoch takes 20 steps. */
const experiment = smallExperiment({
  length: { unit: 'steps', count: 45 },
  validateEvery: { unit: 'steps', count: 20 },
});

beforeEach(async () => {
  await openDevice('webgpu');
});

interface Started {
  readonly run: Run;
  readonly events: RunEvent[];
  readonly reader: TestReader;
  readonly resident: ResidentDataset;
  end(): Promise<void>;
}

async function start(of: Experiment, more: Partial<RunOptions> = {}, bytes = room.bytes): Promise<Started> {
  const events: RunEvent[] = [];
  const reader = testReader(whole);
  const dataset = { ...whole, images: reader };
  const resident = await openDataset(dataset, { bytes });
  const run = new Run({
    experiment: of,
    dataset,
    resident,
    onEvent: (event) => events.push(structuredClone(event)),
    ...more,
  });
  return {
    run,
    events,
    reader,
    resident,
    async end() {
      await run.dispose();
      disposeResident(resident);
    },
  };
}

/** All that must repeat: every column but the time. */
const rows = ({ events }: Pick<Started, 'events'>) =>
  rowsOf(events, columns.length).map((row) => row.filter((_, i) => columns[i] !== 'seconds'));
const evaluations = ({ events }: Pick<Started, 'events'>) =>
  events.flatMap((event): Evaluation[] => (event.type === 'evaluation' ? [event.evaluation] : []));
const timeless = ({ seconds: _seconds, ...evaluation }: Evaluation) => evaluation;
const checkpoints = ({ events }: Pick<Started, 'events'>) =>
  events.flatMap((event): Checkpoint[] => (event.type === 'checkpoint' ? [event.checkpoint] : []));

async function trained(of: Experiment, set: (started: Started) => void = () => {}, bytes?: number) {
  const started = await start(of, {}, bytes);
  set(started);
  await started.run.resume();
  const { tensors } = await started.run.weights('last');
  const details = started.run.details();
  const result = {
    status: started.run.status,
    rows: rows(started),
    evaluations: evaluations(started).map(timeless),
    tensors,
    details,
    read: started.reader.imagesRead,
  };
  await started.end();
  return result;
}

test('trains the same, bit for bit, whether images come at once or late, and reads each once an epoch', async () => {
  const before = held();
  const fast = await trained(experiment);
  expect(held()).toEqual(before);
  expect(fast.status).toBe('finished');
  expect(fast.rows.map(([step]) => step)).toEqual(Array.from({ length: 45 }, (_, i) => i + 1));
  expect(fast.details.mode).toBe('replayed');
  expect(fast.details.uploadedBytes).toBe(8 * (64 + 8));
  const slow = await trained(experiment, ({ reader }) => {
    reader.delay = (read) => (read * 7) % 30;
  });
  expect(slow.rows).toEqual(fast.rows);
  expect(slow.tensors).toEqual(fast.tensors);
  expect(slow.evaluations).toEqual(fast.evaluations);
  expect(slow.details.waitedForImages).toBeGreaterThan(100);
  const perEpoch = 160;
  const evaluated = 3 * 150 + 13;
  // Statistics, two and a quarter epochs, what was read ahead, and evaluations.
  expect(fast.read).toBeLessThan(160 + 3.2 * perEpoch + evaluated);
});

test('is the resident run, bit for bit, where the window takes all training images', async () => {
  const streamed = await trained(experiment, () => {}, 160 * 64);
  const events: RunEvent[] = [];
  const run = new Run({
    experiment,
    dataset: whole,
    onEvent: (event) => events.push(structuredClone(event)),
  });
  await run.resume();
  expect(run.details().waitedForImages).toBeUndefined();
  expect(streamed.details.waitedForImages).toBeDefined();
  expect(streamed.rows).toEqual(rows({ events }));
  expect(streamed.tensors).toEqual((await run.weights('last')).tensors);
  expect(streamed.evaluations).toEqual(evaluations({ events }).map(timeless));
  expect(streamed.evaluations.map(({ split, step }) => `${split} ${step}`).slice(0, 2)).toEqual([
    'validation 20',
    'validation 40',
  ]);
  await run.dispose();
});

test('draws samples as often as the list has them, like a resident run', async () => {
  const draws = Uint32Array.from({ length: 240 }, (_, i) => (i * 7) % 100);
  const of = smallExperiment({
    length: { unit: 'steps', count: 35 },
    validateEvery: { unit: 'steps', count: 99 },
  });
  const drawn = { ...whole, draws };
  const through = async (bytes: number) => {
    const events: RunEvent[] = [];
    const resident = residentDataset(drawn, { bytes });
    const onEvent = (event: RunEvent) => void events.push(structuredClone(event));
    const run = new Run({ experiment: of, dataset: drawn, resident, onEvent });
    await run.resume();
    await run.dispose();
    disposeResident(resident);
    return { table: rows({ events }), isStreamed: resident.images instanceof StreamedImages };
  };
  const [resident, window, narrow] = [await through(1e9), await through(104 * 64), await through(48 * 64)];
  expect([resident.isStreamed, window.isStreamed, narrow.isStreamed]).toEqual([false, true, true]);
  expect(window.table).toEqual(resident.table);
  expect(narrow.table).toHaveLength(35);
  expect(narrow.table).not.toEqual(resident.table);
});

test.each([
  ['several batches a step, measured beside', { kind: 'modo', gradients: 'representation', settings: {} }],
] as const)('works with %s', async (_name, strategy) => {
  const of = smallExperiment(
    { batchSize: 4, length: { unit: 'steps', count: 30 }, validateEvery: { unit: 'steps', count: 1000 } },
    { strategy },
  );
  const once = async (delay: number) => {
    const started = await start(of, { watchEvery: 3 }, 96 * 64);
    started.reader.delay = () => delay;
    await started.run.resume();
    const result = [rows(started), (await started.run.weights('last')).tensors, started.run.status];
    await started.end();
    return result;
  };
  const fast = await once(0);
  expect(fast[2]).toBe('finished');
  expect(await once(15)).toEqual(fast);
});

test('runs on the processor from the same order', async () => {
  const of = smallExperiment({
    learningRate: 0.002,
    length: { unit: 'steps', count: 25 },
    validateEvery: { unit: 'steps', count: 25 },
  });
  const webgpu = await trained(of);
  await openDevice('cpu');
  const cpu = await trained(of);
  expect(cpu.status).toBe('finished');
  const losses = (table: readonly number[][]) =>
    table.map((row) => row[columns.indexOf('loss/light') - 1] ?? 0);
  for (const [i, loss] of losses(cpu.rows).entries())
    expect(Math.abs(loss - (losses(webgpu.rows)[i] ?? NaN))).toBeLessThan(1e-3 * (1 + loss));
});

test('goes on from a checkpoint at any step to the same end, and from a live change of method', async () => {
  const reference = await start(experiment);
  for (let step = 0; step < 26; step++) await reference.run.stepOnce();
  await expect.poll(() => checkpoints(reference).at(-1)?.step).toBe(26);
  const saved = checkpoints(reference);
  await reference.run.resume();
  for (const at of [3, 20, 26]) {
    const checkpoint = saved.findLast(({ step }) => step === at);
    if (!checkpoint) throw new Error(`no checkpoint at ${at}`);
    const again = await start(experiment, { checkpoint });
    await again.run.resume();
    expect(rows(again)).toEqual(rows(reference).slice(at));
    expect((await again.run.weights('last')).tensors).toEqual((await reference.run.weights('last')).tensors);
    await again.end();
  }
  await reference.end();

  const changed = await start(experiment);
  for (let step = 0; step < 5; step++) await changed.run.stepOnce();
  changed.run.adjust({ strategy: { kind: 'modo', gradients: 'representation', settings: {} } });
  await changed.run.adopt({ ...experiment, trunk: experiment.trunk.slice(0, 2) });
  await changed.run.resume();
  expect(changed.run.status).toBe('finished');
  expect(rows(changed)).toHaveLength(45);
  await changed.end();
});

test('evaluates, answers, tests rates and times steps as if all images lay on the device', async () => {
  const streamed = await start(experiment);
  const resident = residentDataset(whole);
  for (let step = 0; step < 2; step++) await streamed.run.stepOnce();
  const { tensors, normalisation } = await streamed.run.weights('last');
  const at = { tensors, step: 2 };
  const other = new Run({ experiment, dataset: whole, resident, onEvent: () => {}, ...at });
  for (const split of ['validation', 'test', 'train'] as const) {
    const [one, two] = [await streamed.run.evaluate(split, 'last'), await other.evaluate(split, 'last')];
    expect(timeless(one)).toEqual(timeless(two));
  }
  const asked = { experiment, info: whole.info, limits: undefined, tensors, normalisation };
  const on = (data: ResidentDataset) => ({ ...asked, on: { resident: data, split: 'validation' } as const });
  expect(await answersOf(on(streamed.resident))).toEqual(await answersOf(on(resident)));
  await other.dispose();
  disposeResident(resident);

  const options = { experiment, dataset: whole, resident: streamed.resident };
  const { signal } = new AbortController();
  const range = { low: 1e-5, high: 1e-3, steps: 12 };
  const points = await testRange({ ...options, range, onPoints: () => {}, signal, checkpoint: undefined });
  expect(points).toHaveLength(12);
  expect((await timeSteps(options, signal)).milliseconds).toBeGreaterThan(0);
  const reference = await trained(experiment);
  await streamed.run.resume(); // the window was somewhere else meanwhile
  expect(rows(streamed)).toEqual(reference.rows);
  await streamed.end();
}, 120_000);

test('writes images between submits, never while a step is encoded', async () => {
  const { queue, device } = webgpuBackend() ?? {};
  if (!queue || !device) throw new Error('no WebGPU');
  const { run, end } = await start(
    smallExperiment({ length: { unit: 'steps', count: 60 }, validateEvery: { unit: 'steps', count: 1000 } }),
  );
  for (let step = 0; step < 4; step++) await run.stepOnce();
  let isEncoding = false;
  const seen: string[] = [];
  const undo = [
    intercept(queue, 'writeBuffer', (write) => (buffer, offset, data, from, size) => {
      seen.push(isEncoding ? 'write inside a step' : 'write');
      write(buffer, offset, data, from, size);
    }),
    intercept(device, 'createCommandEncoder', (create) => (descriptor) => {
      isEncoding = true;
      return create(descriptor);
    }),
    intercept(queue, 'submit', (submit) => (commands) => {
      isEncoding = false;
      seen.push('submit');
      submit(commands);
    }),
  ];
  await run.resume(50);
  for (const restore of undo) restore();
  expect(seen).toContain('submit');
  expect(seen).toContain('write');
  expect(seen).not.toContain('write inside a step');
  expect(run.details().mode).toBe('replayed');
  await end();
});

test('pauses with the reason where images cannot be read, and goes on to the same end once they can', async () => {
  const reference = await trained(experiment);
  const broken = await start(experiment);
  await broken.run.resume(5);
  expect(broken.run.step).toBe(5);
  broken.reader.failure = 'the file shard-3 is gone';
  await broken.run.resume();
  expect(broken.run.status).toBe('paused');
  expect(broken.run.step).toBeLessThan(45);
  expect(broken.events.findLast(({ type }) => type === 'interrupted')).toMatchObject({
    message: 'Images of the data set could not be read: the file shard-3 is gone.',
  });
  await broken.run.resume(); // still gone
  expect(broken.run.status).toBe('paused');
  expect(broken.events.filter(({ type }) => type === 'failed')).toEqual([]);
  await expect(broken.run.evaluate('test', 'last')).rejects.toThrow('shard-3 is gone');
  broken.reader.failure = undefined;
  await broken.run.resume();
  expect(broken.run.status).toBe('finished');
  expect(rows(broken)).toEqual(reference.rows);
  expect(evaluations(broken).map(timeless)).toEqual(reference.evaluations);
  await broken.end();
});

test('pauses while it waits for images that do not come', async () => {
  const { run, reader, end, resident } = await start(experiment);
  expect(resident.images).toBeInstanceOf(StreamedImages);
  reader.delay = () => 60_000;
  const training = run.resume();
  await run.pause();
  await training;
  expect([run.status, run.step]).toEqual(['paused', 0]);
  await end();
});

test('refuses a batch for which the window is too small, and keeps a method that the window is large enough for', async () => {
  await expect(start(smallExperiment({ batchSize: 24 }))).rejects.toThrow(
    /takes 64 of its images at a time: too few for a batch of 24 a step. Use a smaller batch/,
  );
  const { run, end } = await start(smallExperiment({ batchSize: 14, length: { unit: 'steps', count: 3 } }));
  const modo = { kind: 'modo', gradients: 'representation', settings: {} } as const;
  expect(() => run.adjust({ strategy: modo })).toThrow(/too few for 3 batches of 14 a step/);
  await run.resume();
  expect(run.status).toBe('finished');
  await end();
});

test('keeps images on the device that are few enough, wherever they are', async () => {
  const reader = testReader(whole);
  const resident = await openDataset({ ...whole, images: reader });
  expect(resident.images).not.toBeInstanceOf(StreamedImages);
  disposeResident(resident);
  const drawn = residentDataset({ ...whole, draws: Uint32Array.of(5, 5, 7) });
  expect([...((await drawn.draws?.data()) ?? [])]).toEqual([5, 5, 7]);
  disposeResident(drawn);
});
