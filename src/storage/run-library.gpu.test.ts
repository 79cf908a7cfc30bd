import { afterEach, beforeEach, expect, test } from 'vitest';
import { deleteDB, openDB } from 'idb';
import type { Checkpoint, Evaluation, LayerGramians } from '#engine/types.ts';
import { parseExperiment } from '#experiment/parse.ts';
import { SeriesTable } from '#lib/series.ts';
import { chunkFrom } from './chunks.ts';
import { RunLibrary, storageUsage } from './run-library.ts';
import { checkpointsKept, type RunRecord } from './run-record.ts';

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

test('gives a checkpoint back bit for bit, and keeps the last and the best alone', async () => {
  await library.add(record('a'));
  for (const step of [0, 3, 6, 9])
    await library.putCheckpoint('a', checkpointAt(step), step >= 3 ? 3 : undefined);
  await reopen();
  expect(await countParts()).toBe(2 * 2);
  const kept = await library.get('a');
  const bytes = 4 * (2 ** 20 + 3 + 7 + 2 + 5);
  expect(kept?.checkpoints).toEqual([
    { step: 3, bytes },
    { step: 9, bytes },
  ]);
  expect(kept?.bytes).toBe(2 * bytes);
  expect(digest(await library.checkpoint('a', 9))).toBe(digest(checkpointAt(9)));
  expect(digest(await library.checkpoint('a', 3))).toBe(digest(checkpointAt(3)));
  expect(await library.checkpoint('a', 6)).toBe(undefined);
  const changedWeights = checkpointAt(9, 4);
  await library.putCheckpoint('a', changedWeights, 3);
  expect(digest(await library.checkpoint('a', 9))).toBe(digest(changedWeights));
});

test('drops checkpoints later than the one that a run went back to', () => {
  expect(checkpointsKept([3, 9], 6, 3)).toEqual([3, 6]);
  expect(checkpointsKept([3, 9], 6, 9)).toEqual([6]);
  expect(checkpointsKept([], 0, undefined)).toEqual([0]);
});

test('sweeps what was deleted and checkpoints that were never finished, but nothing that another page writes', async () => {
  await library.add(record('a'));
  await library.add(record('b', { deletedAt: 5 }));
  await library.add(record('c', { deletedAt: 5 }));
  for (const id of ['a', 'b', 'c']) await library.putCheckpoint(id, checkpointAt(1, 4), undefined);
  // As after a kill while a checkpoint was being written: some parts, and nothing that counts them.
  const writing = library.putCheckpoint('a', checkpointAt(2), undefined);
  const closed = expect(writing).rejects.toThrow();
  library.close();
  await closed;
  await reopen();
  expect(digest(await library.checkpoint('a', 1))).toBe(digest(checkpointAt(1, 4)));
  expect((await library.get('a'))?.checkpoints).toHaveLength(1);
  expect(await countParts()).toBeGreaterThan(3);
  await library.sweep((id) => id === 'c');
  expect(await countParts()).toBe(2);
  expect((await library.all()).map(({ id }) => id).toSorted()).toEqual(['a', 'c']);
  expect(digest(await library.checkpoint('a', 1))).toBe(digest(checkpointAt(1, 4)));
  expect(await library.checkpoint('b', 1)).toBe(undefined);
  expect(digest(await library.checkpoint('c', 1))).toBe(digest(checkpointAt(1, 4)));
});

test('tells what is used of the storage', async () => {
  const usage = await storageUsage();
  expect(usage?.quota).toBeGreaterThan(0);
});
