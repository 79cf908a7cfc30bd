/** Studies in the browser's real database, also in one that an earlier version of the page left behind. */
import { afterEach, expect, test } from 'vitest';
import { deleteDB, openDB } from 'idb';
import { parseExperiment } from '#experiment/parse.ts';
import type { Study } from '#studies/study.ts';
import { RunLibrary } from './run-library.ts';
import { runTables } from './tables.ts';

const name = `trunkline-studies-test-${Math.random()}`;
let library: RunLibrary | undefined;

afterEach(async () => {
  library?.close();
  await deleteDB(name);
});

const experiment = parseExperiment({
  version: 1,
  data: { source: 'small' },
  tasks: [{ kind: 'classification', id: 'corner', name: 'Corner', column: 'corner' }],
  trunk: [],
  heads: { corner: [] },
  training: { optimiser: { kind: 'adam' } },
});

const study = (id: string, createdAt: number): Study => ({
  id,
  kind: 'seeds',
  name: `Study ${id}`,
  members: [{ label: 'seed 1', experiment, run: null, state: 'waiting', reason: '' }],
  turn: null,
  stopping: null,
  budget: 60,
  baseline: null,
  createdAt,
  state: 'training',
  deletedAt: null,
});

test('keeps studies, newest first, as they were last changed', async () => {
  library = await RunLibrary.open(name);
  await library.studies.add(study('a', 1));
  await library.studies.add(study('b', 2));
  expect(await library.studies.update('a', { state: 'paused' })).toEqual({
    ...study('a', 1),
    state: 'paused',
  });
  expect(await library.studies.update('gone', { state: 'paused' })).toBe(undefined);
  library.close();
  library = await RunLibrary.open(name);
  expect(await library.studies.all()).toEqual([study('b', 2), { ...study('a', 1), state: 'paused' }]);
  await library.studies.remove('b');
  expect((await library.studies.all()).map(({ id }) => id)).toEqual(['a']);
});

test('takes over the runs of the first version, which knew no studies', async () => {
  const record = {
    id: 'old',
    name: 'Mine',
    createdAt: 1,
    rows: 2,
    experiment,
    checkpoints: [],
    deletedAt: null,
  };
  const first = await openDB(name, 1, {
    upgrade: (database) => {
      for (const table of runTables) database.createObjectStore(table);
    },
  });
  await first.put('records', record, 'old');
  await first.put('chunks', { start: 0, columns: ['step', 'loss'], rows: Float32Array.of(1, 0.5, 2, 0.25) }, [
    'old',
    'metrics',
    0,
  ]);
  first.close();
  library = await RunLibrary.open(name);
  const kept = await library.get('old');
  expect(kept).toEqual(record);
  if (!kept) return;
  expect([...(await library.curves(kept, 'metrics', ['step', 'loss'])).column('loss')]).toEqual([0.5, 0.25]);
  expect(await library.studies.all()).toEqual([]);
  await library.studies.add(study('a', 1));
  expect(await library.studies.all()).toHaveLength(1);
});
