/** Sets kept in a real browser, both ways: written, read, revised, interrupted, deleted. */
import { deleteDB } from 'idb';
import { afterEach, describe, expect, test } from 'vitest';
import type { SetManifest } from './manifest.ts';
import type { FilesKind, SetFiles } from './set-files.ts';
import { openSetStore, StorageFullError, type SetStore } from './set-store.ts';
import { openTables } from './tables.ts';
import { databaseFiles } from './database-files.ts';
import { batchOf, complete, draft, imageOf, labelsOf } from './testing.ts';

let count = 0;
const names: string[] = [];
const stores: SetStore[] = [];

function newName(): string {
  const name = `trunkline-sets-test-${Date.now()}-${count++}`;
  names.push(name);
  return name;
}

async function open(name: string, options: Parameters<typeof openSetStore>[1] = {}): Promise<SetStore> {
  const store = await openSetStore(name, options);
  stores.push(store);
  return store;
}

afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  const root = await navigator.storage.getDirectory();
  for (const name of names.splice(0)) {
    await deleteDB(name);
    await root.removeEntry(name, { recursive: true }).catch(() => {});
  }
});

/** Files of a set in the browser's file system, by name. */
async function opfsFiles(name: string, id: string): Promise<string[]> {
  const root = await navigator.storage.getDirectory();
  const found: string[] = [];
  try {
    const folder = await (await root.getDirectoryHandle(name)).getDirectoryHandle(id);
    for await (const file of folder.keys()) found.push(file);
  } catch {
    return [];
  }
  return found.toSorted();
}

/** All images of a set, one after the other. */
const allOf = async (store: SetStore, { id, samples }: SetManifest) =>
  (await store.reader(id)).range(0, samples);

const sha = async (bytes: Uint8Array): Promise<string> =>
  String(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))));

/** Kills the worker once it has told of so many samples. */
async function interrupted(name: string, files: FilesKind, total: number, until: number): Promise<string> {
  const worker = new Worker(new URL('./fixtures/append-worker.ts', import.meta.url), { type: 'module' });
  const id = await new Promise<string>((resolve, reject) => {
    let made = '';
    worker.addEventListener('message', ({ data }: MessageEvent<Record<string, unknown>>) => {
      if (typeof data['id'] === 'string') made = data['id'];
      if (typeof data['error'] === 'string') reject(new Error(data['error']));
      // The next batch is being written by now: it is killed in the midst of it.
      if (Number(data['processed']) >= until) resolve(made);
    });
    worker.postMessage({ name, files, total, batch: 50 });
  });
  worker.terminate();
  return id;
}

describe.each<FilesKind>(['opfs', 'indexeddb'])('in %s', (files) => {
  test('keeps images, names and labels, and reads any of them after it is opened again', async () => {
    const name = newName();
    const first = await open(name, { files });
    expect(first.files).toBe(files);
    const total = 300;
    const writer = await first.create(draft(total));
    const manifest = await complete(writer, total);
    expect(writer.skipped.map(({ place }) => place)).toEqual([99, 199, 299]);
    expect(manifest).toMatchObject({ name: 'Pets', samples: 297, origins: ['Pets'] });
    expect(manifest.revisions[0]).toMatchObject({
      number: 1,
      counts: { train: 177, validation: 60, test: 60 },
    });
    first.close();

    const store = await open(name, { files });
    expect(await store.list()).toEqual([manifest]);
    const reader = await store.reader(manifest.id);
    const rows = [250, 0, 98, 99, 3, 3];
    const places = [252, 0, 98, 100, 3, 3];
    const size = 32 * 32 * 3;
    const read = await reader.read(rows);
    for (const [i, place] of places.entries())
      expect(await sha(read.subarray(i * size, (i + 1) * size))).toBe(await sha(imageOf(place)));
    expect(await sha((await reader.range(100, 102)).subarray(size))).toBe(await sha(imageOf(102)));
    await expect(reader.read([297])).rejects.toThrow('not 297');
    expect((await store.names(manifest.id))[296]).toBe('pets/296.png');
    expect(await store.labels(manifest.id, 1)).toEqual(labelsOf(297));
  });

  test('keeps every revision of the labels', async () => {
    const name = newName();
    const store = await open(name, { files });
    const { id, bytes } = await complete(await store.create(draft(120)), 120);
    const labels = labelsOf(119);
    const merged = {
      ...labels,
      columns: labels.columns
        .slice(0, 1)
        .map((column) => ({ ...column, values: column.values.map(() => 1) })),
    };
    const manifest = await store.revise(id, 'cat and dog merged', merged);
    expect(manifest.revisions.map(({ number, change }) => [number, change])).toEqual([
      [1, 'Imported'],
      [2, 'cat and dog merged'],
    ]);
    expect(manifest.bytes).toBeGreaterThan(bytes);
    expect(await store.labels(id, 1)).toEqual(labels);
    expect(await store.labels(id, 2)).toEqual(merged);
    await expect(store.labels(id, 3)).rejects.toThrow('no labels of revision 3');
    await expect(store.revise(id, 'x', labelsOf(7))).rejects.toThrow('do not fit 119 images');
    expect((await store.rename(id, 'Animals')).name).toBe('Animals');
  });

  test('goes on after its last batch where its worker was killed, to the very same files', async () => {
    const name = newName();
    const total = 700;
    const id = await interrupted(name, files, total, 250);
    const store = await open(name, { files });
    await expect.poll(async () => (await store.unfinished()).map((each) => each.id)).toEqual([id]);
    const [unfinished] = await store.unfinished();
    expect(unfinished).toMatchObject({ signature: `pets ${total}`, total });
    expect(unfinished?.processed).toBeGreaterThanOrEqual(250);
    expect(unfinished?.processed).toBeLessThan(total);
    const writer = await store.resume(id);
    expect(writer.processed).toBe(unfinished?.processed);
    expect(await store.unfinished()).toEqual([]);
    await expect((await open(name, { files })).resume(id)).rejects.toThrow('on another page');
    const resumed = await complete(writer, total);
    const undisturbed = await complete(await store.create(draft(total)), total, 64);
    expect(resumed.shards).toEqual(undisturbed.shards);
    expect(resumed.samples).toBe(693);
    expect(await sha(await allOf(store, resumed))).toBe(await sha(await allOf(store, undisturbed)));
    expect(writer.digests).toHaveLength(693);
    expect(writer.skipped).toHaveLength(7);
    expect(await store.unfinished()).toEqual([]);
  });

  test('leaves nothing of an import that is discarded or abandoned', async () => {
    const name = newName();
    const id = await interrupted(name, files, 500, 100);
    const store = await open(name, { files });
    await expect.poll(async () => (await store.unfinished()).length).toBe(1);
    await store.discard(id);
    const writer = await store.create(draft(200));
    await writer.append(batchOf(0, 50));
    await writer.abandon();
    await expect(writer.append(batchOf(50, 60))).rejects.toThrow('over');
    expect(await store.unfinished()).toEqual([]);
    expect(await opfsFiles(name, id)).toEqual([]);
    expect(await opfsFiles(name, writer.id)).toEqual([]);
    const database = await openTables(name);
    for (const table of ['sets', 'journals', 'batches', 'pieces'] as const)
      expect(await database.count(table)).toBe(0);
    database.close();
  });

  test('takes away, brings back, and frees', async () => {
    const name = newName();
    const store = await open(name, { files });
    const { id } = await complete(await store.create(draft(100)), 100);
    expect((await store.remove(id)).deletedAt).toBeGreaterThan(0);
    // Another page that opens leaves it alone as long as it can be brought back.
    await open(name, { files });
    expect((await store.restore(id)).deletedAt).toBeUndefined();
    expect((await store.reader(id)).count).toBe(99);
    await store.remove(id);
    await store.purge(id);
    expect(await opfsFiles(name, id)).toEqual([]);
    const database = await openTables(name);
    expect(await database.count('pieces')).toBe(0);
    database.close();
    await expect(store.restore(id)).rejects.toThrow('was deleted');
    await expect(store.reader(id)).rejects.toThrow('import it again, or open the run');
    expect((await store.list())[0]).toMatchObject({ id, name: 'Pets', samples: 99 });
  });

  test('frees what was deleted at the next start, and what nobody counts, but nothing that is being written', async () => {
    const name = newName();
    const before = await open(name, { files });
    const { id } = await complete(await before.create(draft(60)), 60);
    await before.remove(id);
    before.close();
    const writing = await open(name, { files, sweep: false });
    const writer = await writing.create(draft(100));
    await writer.append(batchOf(0, 30));
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(name, { create: true });
    if (files === 'opfs') await folder.getDirectoryHandle('own-0123456789ab', { create: true });
    const store = await open(name, { files });
    await expect(store.labels(id, 1)).rejects.toThrow('was deleted');
    const left: string[] = [];
    for await (const entry of folder.keys()) left.push(entry);
    expect(left).toEqual(files === 'opfs' ? [writer.id] : []);
    const manifest = await complete(writer, 100);
    expect((await allOf(store, manifest)).slice(0, 3072)).toEqual(imageOf(0));
  });

  test('lets nobody delete what another page holds', async () => {
    const name = newName();
    const store = await open(name, { files });
    const { id } = await complete(await store.create(draft(30)), 30);
    const release = await (await open(name, { files })).hold(id);
    await expect(store.remove(id)).rejects.toThrow('in use on another page');
    await release();
    expect((await store.remove(id)).deletedAt).toBeDefined();
  });
});

/** Files in a database of their own, with room for so many bytes. */
async function smallFiles(name: string, room: { bytes: number }): Promise<SetFiles> {
  const inner = databaseFiles(await openTables(name));
  return {
    ...inner,
    async write(set, file, at, bytes) {
      if (bytes.length > room.bytes) throw new StorageFullError();
      room.bytes -= bytes.length;
      await inner.write(set, file, at, bytes);
    },
  };
}

test('says that the storage is full, loses nothing, and goes on once there is room', async () => {
  const name = newName();
  const room = { bytes: Number.POSITIVE_INFINITY };
  const backend = await smallFiles(name, room);
  const store = await open(name, { backend });
  const kept = await complete(await store.create(draft(50)), 50);
  const whole = await sha(await allOf(store, kept));
  const writer = await store.create(draft(200));
  room.bytes = 120 * 32 * 32 * 3;
  await writer.append(batchOf(0, 100));
  await expect(writer.append(batchOf(100, 200))).rejects.toThrow(StorageFullError);
  expect(writer.processed).toBe(100);
  expect(await sha(await allOf(store, kept))).toBe(whole);
  room.bytes = 0;
  await expect(store.revise(kept.id, 'x', labelsOf(50))).rejects.toThrow(StorageFullError);
  expect((await store.get(kept.id))?.revisions).toHaveLength(1);
  room.bytes = Number.POSITIVE_INFINITY;
  const manifest = await complete(writer, 200);
  expect(manifest.samples).toBe(198);
  const size = 32 * 32 * 3;
  const last = (await allOf(store, manifest)).subarray(-size);
  expect(await sha(last)).toBe(await sha(imageOf(198)));
});
