/** Own sets as the page knows them: opened, edited with undo, refused to be deleted while they are in use. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSetStore } from '#data/sets/set-store.ts';
import { complete, draft, labelsOf } from '#data/sets/testing.ts';
import type { SetManifest } from '#data/sets/manifest.ts';
import { experimentStore, openExperiment, undo } from './experiment.ts';
import {
  deleteSet,
  openSets,
  purgeDeleted,
  renameSet,
  reviseSet,
  setImages,
  setLabels,
  setNames,
  setsStore,
  undeleteSet,
  useSet,
} from './sets.ts';

let name = '';
let count = 0;
let manifest: SetManifest;
const before = experimentStore.getState().experiment;

beforeEach(async () => {
  name = `trunkline-sets-page-test-${Date.now()}-${count++}`;
  const store = await openSetStore(name);
  manifest = await complete(await store.create(draft(60)), 60);
  store.close();
  await openSets(name);
});

afterEach(async () => {
  openExperiment(before);
  await openSets(`${name}-none`);
  const root = await navigator.storage.getDirectory();
  for (const each of [name, `${name}-none`]) {
    indexedDB.deleteDatabase(each);
    await root.removeEntry(each, { recursive: true }).catch(() => {});
  }
});

const listed = () => setsStore.getState().sets.map(({ name: called }) => called);
const revisionOnPage = () => experimentStore.getState().experiment.data.settings['revision'];

test('lists what is kept, opens it in the experiment, and keeps it from being deleted meanwhile', async () => {
  expect(setsStore.getState()).toMatchObject({ status: 'ready', sets: [manifest], reason: null });
  expect(setsStore.getState().usage?.quota).toBeGreaterThan(0);
  await renameSet(manifest.id, '  Animals ');
  expect(listed()).toEqual(['Animals']);
  const [renamed = manifest] = setsStore.getState().sets;
  expect(useSet(renamed)).toBe(true);
  const { experiment, info, problems } = experimentStore.getState();
  expect(info).toMatchObject({ id: manifest.id, name: 'Animals', counts: manifest.revisions[0]?.counts });
  expect(experiment.data).toEqual({ source: manifest.id, settings: { revision: 1 } });
  expect(experiment.tasks.map(({ column }) => column)).toEqual(['kind', 'age']);
  expect(problems).toEqual([]);
  await expect(deleteSet(manifest.id)).rejects.toThrow('The experiment on the page uses this data set');
  expect(await setImages(manifest.id, [0, 59])).toHaveLength(2 * 32 * 32 * 3);
  expect(await setNames(manifest.id)).toHaveLength(60);
});

test('deletes, brings back, and deletes for good', async () => {
  useSet(manifest);
  undo();
  await deleteSet(manifest.id);
  expect(listed()).toEqual([]);
  await undeleteSet(manifest.id);
  expect(listed()).toEqual(['Pets']);
  await deleteSet(manifest.id);
  await purgeDeleted();
  await expect(undeleteSet(manifest.id)).rejects.toThrow('Pets was deleted');
  // An experiment on it can still be shown; only its images are gone.
  expect(useSet(manifest)).toBe(true);
  expect(experimentStore.getState().info.name).toBe('Pets');
});

test('moves the experiment to changed labels, and back by undo', async () => {
  useSet(manifest);
  const [kind, age] = labelsOf(60).columns;
  if (!kind || !age || kind.info.kind !== 'class') throw new Error('The labels of the tests have changed.');
  const info = { ...kind.info, classes: ['cat', 'dog', 'bird'] };
  const next = await reviseSet(manifest.id, 'bird added to Kind', {
    ...labelsOf(60),
    columns: [{ ...kind, info }, age],
  });
  expect(next.revisions.map(({ change }) => change)).toEqual(['Imported', 'bird added to Kind']);
  expect(revisionOnPage()).toBe(2);
  expect(experimentStore.getState().info.columns[0]).toMatchObject({ classes: ['cat', 'dog', 'bird'] });
  undo();
  expect(revisionOnPage()).toBe(1);
  expect(experimentStore.getState().info.columns[0]).toMatchObject({ classes: ['cat', 'dog'] });
  expect((await setLabels(manifest.id, 1)).columns[0]?.info).toEqual(kind.info);
  // A task whose column is gone goes with it.
  await reviseSet(manifest.id, 'Kind taken away', { ...labelsOf(60), columns: [age] });
  expect(experimentStore.getState().experiment.tasks.map(({ column }) => column)).toEqual(['age']);
});

test('refuses in words an experiment whose set is not here, and keeps the one that was', () => {
  const { experiment } = experimentStore.getState();
  const elsewhere = { ...experiment, data: { source: 'own-00000000000a', settings: {} } };
  expect(() => openExperiment(elsewhere)).toThrow(
    'is not kept in this browser (found "own-00000000000a"). Import this data set again, or open the run where it was trained.',
  );
  expect(experimentStore.getState().experiment).toBe(experiment);
});

test('means the latest labels where a reference leaves the revision out, and writes that down', () => {
  const { experiment } = experimentStore.getState();
  useSet(manifest);
  openExperiment({
    ...experimentStore.getState().experiment,
    data: { source: manifest.id, settings: { hide: 0.2 } },
  });
  expect(experimentStore.getState().experiment.data.settings).toEqual({ hide: 0.2, revision: 1 });
  expect(experiment.data.source).toBe('multi-fashion');
});
