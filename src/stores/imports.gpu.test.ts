import { afterEach, expect, test } from 'vitest';
import type { Dropped, ImportChoices } from '#data/importing/import-view.ts';
import { bmp } from '#data/importing/testing.ts';
import { experimentStore } from './experiment.ts';
import {
  applyImportPlan,
  beginImport,
  cancelImport,
  commitImport,
  importPlanFile,
  importStore,
  openImports,
} from './imports.ts';
import { openSets, setsStore } from './sets.ts';

const pets: Dropped[] = Array.from({ length: 30 }, (_, i) => {
  const path = `pets/${i % 2 ? 'cat' : 'dog'}/${i}.bmp`;
  return { path, file: new File([bmp(16, 16, [i, 0, 0])], `${i}.bmp`) };
});
function choices(): ImportChoices {
  const { view } = importStore.getState();
  if (!view) throw new Error('nothing was understood');
  const split = { validation: 0.2, test: 0.2, seed: 1, stratifyBy: null, groupBy: null };
  return { name: 'Pets', image: view.image, split, duplicates: 'keep' };
}
afterEach(() => cancelImport());

test('what is dropped becomes a sheet, a set, and the data of the experiment', async () => {
  const storage = `test-${crypto.randomUUID()}`;
  await openSets(storage);
  await openImports(storage);
  await beginImport(pets);
  expect(importStore.getState()).toMatchObject({ status: 'sheet', view: { name: 'pets', samples: 30 } });
  const { blob, name } = await importPlanFile(choices());
  expect(name).toBe('Pets.trunkline-data.json');
  expect((await applyImportPlan(await blob.text())).name).toBe('Pets');
  const manifest = await commitImport(choices());
  expect(importStore.getState()).toMatchObject({ status: 'done', unfinished: [], error: null });
  expect(setsStore.getState().sets.map(({ id }) => id)).toEqual([manifest?.id]);
  expect(experimentStore.getState().experiment.data.source).toBe(manifest?.id);
});

test('what cannot be read says so, and leaves the page as it was', async () => {
  await openImports(`test-${crypto.randomUUID()}`);
  await expect(beginImport([{ path: 'a.txt', file: new File(['hello'], 'a.txt') }])).rejects.toThrow(
    'no picture',
  );
  expect(importStore.getState()).toMatchObject({ status: 'failed', view: null });
  await beginImport(pets);
  await expect(
    commitImport({ ...choices(), name: 'x', newTasks: [{ name: 'a', classes: [] }] }),
  ).rejects.toThrow('needs at least two classes');
  expect(importStore.getState().status).toBe('sheet');
});
