import { afterEach, beforeEach, expect, test } from 'vitest';
import { deleteDB, openDB } from 'idb';
import type { Checkpoint, Evaluation, LayerGramians } from '#engine/types.ts';
import { parseExperiment } from '#experiment/parse.ts';
import { SeriesTable } from '#lib/series.ts';
import { headerOf, partsOf } from './checkpoint-parts.ts';
import { chunkFrom } from './chunks.ts';
import { RunLibrary, storageUsage } from './run-library.ts';
import type { RunRecord } from './run-record.ts';
import { checkpointsKept } from './timeline.ts';

const name = 'trunkline-runs-test';
let library: RunLibrary;

beforeEach(async () => {
  library = await RunLibrary.open(name);
});

afterEach(async () => {
  library.close();
  await deleteDB(name);
});

/** As after the page was closed. */
async function reopen(): Promise<void> {
  library.close();
  library = await RunLibrary.open(name);
}

const experiment = parseExperiment({
  version: 1,
  data: { source: 'small' },
  tasks: [{ kind: 'classification', id: 'corner', name: 'Corner', column: 'corner' }],
  trunk: [],
  heads: { corner: [] },
  training: { optimiser: { kind: 'adam' } },
});

const record = (id: string, more: Partial<RunRecord> = {}): RunRecord => ({
  id,
  name: '',
  difference: '',
  colour: 0,
  note: '',
  pinned: false,
  hidden: false,
  createdAt: 1,
  updatedAt: 1,
  experiment,
  status: 'running',
  step: 0,
  totalSteps: 10,
  seconds: 0,
  device: null,
  validations: [],
  test: null,
  best: {},
  checkpoints: [],
  rows: 0,
  gramianRows: 0,
  layerRows: 0,
  bytes: 0,
  curveBytes: 0,
  deletedAt: null,
  ...more,
});

function tableWith(rows: readonly (readonly number[])[]): SeriesTable {
  const table = new SeriesTable(['step', 'loss/a']);
  for (const row of rows) table.append(row);
  return table;
}

/** Numbers that tell where they came from, in tensors of odd sizes: the first is larger than a part. */
function checkpointAt(step: number, size = 2 ** 20 + 3): Checkpoint {
  const values = (length: number, seed: number) => Float32Array.from({ length }, (_, i) => seed + (i % 1009));
  const tensor = (tensorName: string, length: number, seed: number) => ({
    name: tensorName,
    shape: [length],
    values: values(length, seed),
  });
  return {
    step,
    updates: step,
    seconds: step / 10,
    tensors: [tensor('trunk.0.weight', size, step), tensor('trunk.0.bias', 0, 0)],
    optimiser: [tensor('trunk.0.weight.exp_avg', 7, -step)],
    strategy: [tensor('dwa.state', 2, 5)],
    normalisation: { mean: [0.5], deviation: [0.25] },
    best: [{ step: 1, losses: { mean: 0.5 }, tensors: [tensor('trunk.0.weight', 5, 9)] }],
    stopping: { lowest: Infinity, since: 0 },
    validatedAt: -1,
  };
}

const allTensors = ({ tensors, optimiser, strategy, best }: Checkpoint) => [
  ...tensors,
  ...optimiser,
  ...strategy,
  ...best.flatMap((each) => each.tensors),
];

/** All of a checkpoint as text, its numbers by length and hash: comparing millions one by one takes long. */
function digest(checkpoint: Checkpoint | undefined): string {
  return JSON.stringify(checkpoint, (_key, value: unknown) => {
    if (!(value instanceof Float32Array)) return value === Infinity ? 'Infinity' : value;
    let hash = value.length;
    for (const bits of new Uint32Array(value.slice().buffer)) hash = Math.imul(hash ^ bits, 0x01000193) >>> 0;
    return `${value.length} numbers, ${hash}`;
  });
}

/** Parts of checkpoints in the storage, whether anything counts them or not. */
async function countParts(): Promise<number> {
  const database = await openDB(name);
  const count = await database.count('parts');
  database.close();
  return count;
}

const evaluationAt = (step: number, split: Evaluation['split'] = 'validation'): Evaluation => ({
  split,
  step,
  seconds: step,
  tasks: { corner: { loss: 1 / step, metrics: { accuracy: 0.5 } } },
  meanLoss: 1 / step,
  outputs: { corner: Float32Array.of(step, 0) },
});

const layersAt = (step: number): LayerGramians => ({
  step,
  layers: ['trunk.0'],
  gramians: Float32Array.of(step, 1, 2),
  losses: Float32Array.of(1, Number.NaN),
  milliseconds: 1,
});

test('lists records newest first, as they were last changed', async () => {
  await library.add(record('a', { createdAt: 1 }));
  await library.add(record('b', { createdAt: 2 }));
  const next = await library.update('a', { name: 'First', note: 'best so far', curveBytes: 12 });
  await reopen();
  expect((await library.all()).map(({ id }) => id)).toEqual(['b', 'a']);
  expect(await library.get('a')).toEqual(next);
  expect(next).toMatchObject({ name: 'First', note: 'best so far', status: 'running', bytes: 12 });
});

test('does not write a record that is gone', async () => {
  expect(await library.update('gone', { name: 'x' }, { metrics: chunkFrom(tableWith([[1, 2]]), 0) })).toBe(
    undefined,
  );
  expect(await library.putCheckpoint('gone', checkpointAt(3), undefined)).toBe(undefined);
  expect(await library.all()).toEqual([]);
  expect(await library.curves(record('gone'), 'metrics', ['step'])).toHaveLength(0);
});

test('joins the chunks of a curve, also where the run went back and where its columns changed', async () => {
  await library.add(record('a'));
  const first = tableWith([
    [1, 0.5],
    [2, 0.4],
    [3, Number.NaN],
  ]);
  await library.update('a', { rows: 3 }, { metrics: chunkFrom(first, 0) });
  const more = tableWith([
    [1, 0.5],
    [2, 0.4],
    [3, Number.NaN],
    [4, 0.2],
  ]);
  await library.update('a', { rows: 4 }, { metrics: chunkFrom(more, 3) });
  const again = tableWith([
    [1, 0.5],
    [2, 9],
  ]);
  await library.update('a', { rows: 2 }, { metrics: chunkFrom(again, 1) });
  const wider = new SeriesTable(['step', 'loss/b', 'loss/a']);
  wider.append([0, 0, 0, 0, 0, 0, 3, 7, 8]);
  await library.update('a', { rows: 3 }, { metrics: chunkFrom(wider, 2), gramians: chunkFrom(first, 0) });
  await library.update('a', { gramianRows: 0 }, { gramians: chunkFrom(tableWith([]), 0) });
  await reopen();
  const [kept] = await library.all();
  if (!kept) throw new Error('no record');
  const table = await library.curves(kept, 'metrics', ['step', 'loss/a', 'loss/b']);
  expect([...table.column('step')]).toEqual([1, 2, 3]);
  expect([...table.column('loss/a')]).toEqual([0.5, 9, 8]);
  expect([...table.column('loss/b')]).toEqual([Number.NaN, Number.NaN, 7]);
  expect(await library.curves(kept, 'gramians', ['step'])).toHaveLength(0);
});

test('keeps measurements by layer, and of the evaluations the last of each part of the data', async () => {
  await library.add(record('a'));
  await library.add(record('b'));
  const evaluations = [evaluationAt(1), evaluationAt(2)];
  const layers = { start: 0, measured: [layersAt(1), layersAt(2)] };
  await library.update('a', { layerRows: 2 }, { layers, evaluations });
  await library.update(
    'a',
    { layerRows: 2 },
    { layers: { start: 1, measured: [layersAt(7)] }, evaluations: [evaluationAt(3, 'test')] },
  );
  await library.update('b', { layerRows: 1 }, { layers: { start: 0, measured: [layersAt(5)] } });
  const kept = await library.get('a');
  if (!kept) throw new Error('no record');
  expect(await library.layers(kept)).toEqual([layersAt(1), layersAt(7)]);
  expect(await library.evaluations('a')).toEqual([evaluationAt(3, 'test'), evaluationAt(2)]);
  expect(await library.evaluations('b')).toEqual([]);
});

test('gives checkpoints back bit for bit, and keeps those that the timeline has room for', async () => {
  await library.add(record('a'));
  const steps = Array.from({ length: 21 }, (_, i) => i / 2);
  for (const step of steps) await library.putCheckpoint('a', checkpointAt(step, 4), undefined);
  const late = checkpointAt(10);
  await library.putCheckpoint('a', late, undefined);
  await reopen();
  const kept = await library.get('a');
  const bytes = 4 * (4 + 7 + 2 + 5);
  const expected = checkpointsKept({ steps, last: 10, best: undefined, totalSteps: 10, bytes });
  expect(kept?.checkpoints.map(({ step }) => step)).toEqual(expected);
  expect(expected).toHaveLength(9);
  expect(kept?.checkpoints[0]?.bytes).toBe(bytes);
  expect(kept?.bytes).toBe(bytes * 8 + 4 * (2 ** 20 + 3 + 7 + 2 + 5));
  for (const step of expected)
    expect(digest(await library.checkpoint('a', step))).toBe(
      digest(step === 10 ? late : checkpointAt(step, 4)),
    );
  expect(await library.checkpoint('a', 0.5)).toBe(undefined);
  expect(await countParts()).toBe(8 * 2 + 3); // the best weights have no digest: each has its own
});

test('writes best weights once that several checkpoints share, and drops them with the last of these', async () => {
  await library.add(record('a', { totalSteps: 1000 }));
  const best = (step: number) => ({ ...checkpointAt(step).best[0]!, step, digest: `of-${step}` });
  const at = (step: number, ...steps: number[]) => ({ ...checkpointAt(step, 4), best: steps.map(best) });
  const before = at(100, 100);
  await library.putCheckpoint('a', before, 100);
  await library.putCheckpoint('a', at(200, 100), 100);
  const shared = at(300, 100, 300);
  await library.putCheckpoint('a', shared, 100);
  expect(await countParts()).toBe(3 + 2);
  const own = 4 * (4 + 7 + 2);
  const kept = await library.get('a');
  expect(kept?.checkpoints).toEqual([
    { step: 100, bytes: own + 20 },
    { step: 200, bytes: own },
    { step: 300, bytes: own + 20 },
  ]);
  expect(kept?.bytes).toBe(3 * own + 40);
  await reopen();
  expect(digest(await library.checkpoint('a', 100))).toBe(digest(before));
  expect(digest(await library.checkpoint('a', 300))).toBe(digest(shared));
  // The run went back and went another way: nobody has the weights of step 300 any more.
  const back = at(150, 100);
  await library.putCheckpoint('a', back, 100);
  expect((await library.get('a'))?.checkpoints.map(({ step }) => step)).toEqual([100, 150]);
  expect(await countParts()).toBe(2 + 1);
  expect(digest(await library.checkpoint('a', 150))).toBe(digest(back));
});

test('reads a checkpoint as the first pages wrote it, under one token', async () => {
  await library.add(record('a'));
  const checkpoint = checkpointAt(2, 4);
  const numbers = [...partsOf({ token: '', tensors: allTensors(checkpoint) })];
  const database = await openDB(name);
  await database.put('checkpoints', { ...headerOf(checkpoint), token: 'old' }, ['a', 2]);
  for (const [number, part] of numbers.entries()) await database.put('parts', part, ['a', 'old', number]);
  database.close();
  expect(digest(await library.checkpoint('a', 2))).toBe(digest(checkpoint));
  await library.sweep(() => false);
  expect(digest(await library.checkpoint('a', 2))).toBe(digest(checkpoint));
  await library.putCheckpoint('a', checkpointAt(3, 4), undefined);
  expect(await countParts()).toBe(1 + 2);
});

test('drops checkpoints but the last, and keeps best weights that others share', async () => {
  await library.add(record('a', { totalSteps: 100 }));
  const best = { ...checkpointAt(0, 9), step: 1 }.best.map((each) => ({ ...each, digest: 'same' }));
  for (const step of [20, 50, 70]) await library.putCheckpoint('a', { ...checkpointAt(step, 9), best }, 20);
  const before = await library.get('a');
  expect(before?.checkpoints.map(({ step }) => step)).toEqual([20, 50, 70]);
  const after = await library.dropCheckpoints('a', [20, 70, 99]);
  expect(after?.checkpoints.map(({ step }) => step)).toEqual([50, 70]);
  expect(await library.checkpoint('a', 20)).toBeUndefined();
  expect(digest(await library.checkpoint('a', 50))).toBe(digest({ ...checkpointAt(50, 9), best }));
  const bytes = (of: RunRecord | undefined) => of?.checkpoints.map((each) => each.bytes);
  expect(bytes(after)).toEqual([bytes(before)?.[0], bytes(before)?.[2]]); // the first has what is shared
  expect(await countParts()).toBe(3); // two of their own, and one that both share
  expect(await library.dropCheckpoints('none', [1])).toBeUndefined();
});

test('sweeps what was deleted and checkpoints that were never finished, but nothing that another page writes', async () => {
  await library.add(record('a'));
  await library.add(record('b', { deletedAt: 5 }));
  await library.add(record('c', { deletedAt: 5 }));
  for (const id of ['a', 'b', 'c']) await library.putCheckpoint(id, checkpointAt(1, 4), undefined);
  // As after a kill while a checkpoint was being written: some parts, and nothing that counts them.
  const database = await openDB(name);
  for (const id of ['a', 'c']) await database.put('parts', Float32Array.of(1), [id, 'never-finished', 0]);
  database.close();
  await reopen();
  expect(digest(await library.checkpoint('a', 1))).toBe(digest(checkpointAt(1, 4)));
  expect((await library.get('a'))?.checkpoints).toHaveLength(1);
  expect(await countParts()).toBe(3 * 2 + 2);
  await library.sweep((id) => id === 'c');
  expect(await countParts()).toBe(2 + 2 + 1);
  expect((await library.all()).map(({ id }) => id).toSorted()).toEqual(['a', 'c']);
  expect(digest(await library.checkpoint('a', 1))).toBe(digest(checkpointAt(1, 4)));
  expect(await library.checkpoint('b', 1)).toBe(undefined);
  expect(digest(await library.checkpoint('c', 1))).toBe(digest(checkpointAt(1, 4)));
});

test('refuses what is being written when it is closed', async () => {
  await library.add(record('a'));
  const writing = expect(library.putCheckpoint('a', checkpointAt(2), undefined)).rejects.toThrow();
  library.close();
  await writing;
  await reopen();
  expect((await library.get('a'))?.checkpoints).toEqual([]);
});

test('tells what is used of the storage', async () => {
  const usage = await storageUsage();
  expect(usage?.quota).toBeGreaterThan(0);
});

test('a checkpoint is written all the same where the worker that writes it dies without a sound', async () => {
  const started: Worker[] = [];
  const RealWorker = globalThis.Worker;
  globalThis.Worker = class extends RealWorker {
    constructor(...options: ConstructorParameters<typeof RealWorker>) {
      super(...options);
      started.push(this);
    }
  };
  try {
    await library.add(record('a'));
    await library.putCheckpoint('a', checkpointAt(1), undefined);
    started[0]?.terminate();
    await library.putCheckpoint('a', checkpointAt(2), undefined);
    expect(started).toHaveLength(2);
    expect(await library.checkpoint('a', 2)).toEqual(checkpointAt(2));
  } finally {
    globalThis.Worker = RealWorker;
  }
});
