/** Drafts outlive the page that made them. */
import { deleteDB } from 'idb';
import { afterEach, expect, test } from 'vitest';
import { type DraftStore, openDrafts } from './drafts.ts';
import type { LabelEdit } from './edits.ts';

const name = 'label-drafts-test';
const opened: DraftStore[] = [];

async function open(): Promise<DraftStore> {
  const store = await openDrafts(name);
  opened.push(store);
  return store;
}

afterEach(async () => {
  for (const store of opened.splice(0)) store.close();
  await deleteDB(name);
});

const edit = (...samples: number[]): LabelEdit => ({
  kind: 'clear',
  column: 'animal',
  samples: Uint32Array.from(samples),
});

test('changes are read as they were made, set by set, and forgotten from any on', async () => {
  const writing = await open();
  await writing.write('own-a', 3, 0, edit(1));
  await writing.write('own-a', 3, 1, edit(2, 3));
  await writing.write('own-b', 1, 0, edit(9));
  writing.close();
  const store = await open();
  const draft = await store.read('own-a');
  expect(draft).toMatchObject({ revision: 3, edits: [edit(1), edit(2, 3)] });
  expect(draft?.at).toBeGreaterThan(Date.now() - 60_000);
  await store.cut('own-a', 1);
  expect((await store.read('own-a'))?.edits).toEqual([edit(1)]);
  await store.write('own-a', 3, 0, edit(7)); // undone to the start, then another way
  expect((await store.read('own-a'))?.edits).toEqual([edit(7)]);
  await store.cut('own-a', 0);
  expect(await store.read('own-a')).toBeNull();
  expect((await store.read('own-b'))?.edits).toEqual([edit(9)]);
});
