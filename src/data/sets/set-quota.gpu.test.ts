/**
 * A storage that is really full: the browser's own quota is made small. It counts the file system at once; of IndexedDB it looks
 * at the quota too seldom for a test, where set-store.gpu.test.ts refuses in its place.
 */
import { deleteDB } from 'idb';
import { afterEach, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { openSetStore, StorageFullError } from './set-store.ts';
import { batchOf, complete, draft } from './testing.ts';

const { origin } = location;
const size = 32 * 32 * 3;

/** Room for so many bytes more; null: as much as there is. */
async function leaveRoom(bytes: number | null): Promise<void> {
  const { usage = 0 } = await navigator.storage.estimate();
  await cdp().send(
    'Storage.overrideQuotaForOrigin',
    bytes === null ? { origin } : { origin, quotaSize: usage + bytes },
  );
}

afterEach(() => leaveRoom(null));

test('an import that finds the storage full keeps what is there, and goes on once there is room', async () => {
  const name = `trunkline-sets-quota-${Date.now()}`;
  const store = await openSetStore(name, { files: 'opfs' });
  const kept = await complete(await store.create(draft(50)), 50);
  const writer = await store.create(draft(1500));
  await leaveRoom(2 ** 21);
  const fill = async () => {
    while (writer.processed < 1500) await writer.append(batchOf(writer.processed, writer.processed + 100));
  };
  await expect(fill()).rejects.toThrow(StorageFullError);
  const { processed } = writer;
  expect(processed).toBeLessThan(1400);
  expect(await (await store.reader(kept.id)).range(0, 50)).toHaveLength(50 * size);
  await leaveRoom(null);
  const manifest = await complete(writer, 1500);
  expect(manifest.samples).toBe(1485);
  const first = await (await store.reader(manifest.id)).range(0, 99);
  expect(first).toEqual(batchOf(0, 100).pixels);
  const last = await (await store.reader(manifest.id)).range(1485 - 99, 1485);
  expect(last).toEqual(batchOf(1400, 1500).pixels);
  await store.remove(manifest.id);
  await store.purge(manifest.id);
  store.close();
  await deleteDB(name);
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(name, { recursive: true }).catch(() => {});
});
