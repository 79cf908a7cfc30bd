import { expect, test } from 'vitest';
import { openSetStore, type SetStore } from '../sets/set-store.ts';
import { connectImport, ImportCancelled, type ImportClient } from './client.ts';
import type { Dropped, ImportChoices, ImportProgress, ImportView } from './import-view.ts';
import { remembered } from './remembered.ts';
import { bmp } from './testing.ts';

const fresh = () => `test-${crypto.randomUUID()}`;
const ignore = () => {};

/** Pictures of two classes, each of its own colour. */
function pets(count: number): Dropped[] {
  return Array.from({ length: count }, (_, i) => {
    const path = `pets/${i % 3 === 0 ? 'cat' : 'dog'}/${String(i).padStart(4, '0')}.bmp`;
    const bytes = bmp(16, 16, [i & 255, i >> 8, 90]);
    return { path, file: new File([bytes], path.slice(path.lastIndexOf('/') + 1)) };
  });
}
const choices = ({ image }: ImportView): ImportChoices => ({
  name: 'Pets',
  image,
  split: { validation: 0.2, test: 0.2, seed: 1, stratifyBy: 't1:0', groupBy: null },
  duplicates: 'first',
});
async function looked(storage: string, dropped: Dropped[], onProgress: (p: ImportProgress) => void = ignore) {
  const client = connectImport(onProgress, storage);
  const view = await client.call('add', { dropped, name: 'drop' });
  return { client, view };
}
async function everything(store: SetStore, id: string) {
  const [labels, names, reader] = await Promise.all([store.labels(id, 1), store.names(id), store.reader(id)]);
  return { labels, names, pixels: await reader.range(0, reader.count) };
}
const commit = (client: ImportClient, view: ImportView) => client.call('commit', { choices: choices(view) });

test('from dropped files to a kept set, in a worker', async () => {
  const storage = fresh();
  const progress: ImportProgress[] = [];
  const { client, view } = await looked(storage, pets(40), (each) => progress.push(each));
  expect(view).toMatchObject({ name: 'pets', samples: 40, sizes: '16×16' });
  const preview = await client.call('preview', { choices: choices(view) });
  expect(preview.pixels).toHaveLength(12 * 16 * 16 * 3);
  const manifest = await commit(client, view);
  client.terminate();
  expect(manifest).toMatchObject({ name: 'Pets', samples: 40, image: { width: 16, height: 16 } });
  expect(progress.at(-1)?.phase).toBe('writing');
  const store = await openSetStore(storage);
  expect(await store.list()).toHaveLength(1);
  const { labels, names, pixels } = await everything(store, manifest.id);
  expect(names[0]).toBe('cat/0000.bmp');
  expect([...pixels.subarray(0, 3)]).toEqual([0, 0, 90]);
  expect(labels.columns[0]?.values[0]).toBe(0);
  expect(await remembered(storage)).toEqual([]);
  store.close();
});

test('folders as handles are looked through; what is far too deep is listed', async () => {
  const root = await navigator.storage.getDirectory();
  const name = fresh();
  const top = await root.getDirectoryHandle(name, { create: true });
  const put = async (folder: FileSystemDirectoryHandle, file: string, bytes: Blob) => {
    const writable = await (await folder.getFileHandle(file, { create: true })).createWritable();
    await writable.write(bytes);
    await writable.close();
  };
  for (const [i, each] of ['cat', 'dog'].entries())
    await put(
      await top.getDirectoryHandle(each, { create: true }),
      `${i}.bmp`,
      new Blob([bmp(16, 16, [i, 0, 0])]),
    );
  let deep = top;
  for (let i = 0; i < 70; i++) deep = await deep.getDirectoryHandle('d', { create: true });
  const { client, view } = await looked(fresh(), [{ path: name, handle: top }]);
  client.terminate();
  await root.removeEntry(name, { recursive: true });
  expect(view).toMatchObject({ name, samples: 2, leftOut: { count: 1 } });
  expect(view.columns[0]?.histogram.map((each) => each.name)).toEqual(['cat', 'dog']);
});

test('stopped: refused as such, and nothing stays', async () => {
  const storage = fresh();
  let isStopped = false;
  const { client, view } = await looked(storage, pets(300), ({ phase }) => {
    if (phase !== 'decoding' || isStopped) return;
    isStopped = true;
    void client.call('cancel', {});
  });
  await expect(commit(client, view)).rejects.toThrow(ImportCancelled);
  const store = await openSetStore(storage);
  expect([await store.list(), await store.unfinished(), await remembered(storage)]).toEqual([[], [], []]);
  // and it can be done after all
  expect((await commit(client, view)).samples).toBe(300);
  client.terminate();
  store.close();
});

test('a worker that is killed: the same files go on, to the very same set', async () => {
  const [whole, cut] = [fresh(), fresh()];
  const undisturbed = await looked(whole, pets(900));
  const expected = await commit(undisturbed.client, undisturbed.view);
  undisturbed.client.terminate();
  const store = await openSetStore(cut, { sweep: false });
  let killed: ImportClient | undefined;
  const first = await looked(cut, pets(900), ({ phase, done, total }) => {
    if (phase === 'decoding' && done > 0 && done < total) killed?.terminate();
  });
  killed = first.client;
  await expect(commit(first.client, first.view)).rejects.toThrow('was ended');
  let unfinished = await store.unfinished();
  for (let i = 0; unfinished.length === 0 && i < 50; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    unfinished = await store.unfinished();
  }
  expect(unfinished).toMatchObject([{ name: 'Pets', total: 900 }]);
  const [memory] = await remembered(cut);
  expect(memory?.signature).toBe(unfinished[0]?.signature);
  const seen: number[] = [];
  const again = await looked(cut, pets(900), ({ phase, done }) => phase === 'decoding' && seen.push(done));
  const applied = await again.client.call('applyPlanFile', { text: memory?.plan ?? '' });
  expect(applied.problems).toEqual([]);
  const manifest = await again.client.call('commit', { choices: applied.choices });
  again.client.terminate();
  expect(manifest.id).toBe(unfinished[0]?.id);
  expect(seen[0]).toBe(unfinished[0]?.processed);
  const other = await openSetStore(whole, { sweep: false });
  expect(await everything(store, manifest.id)).toEqual(await everything(other, expected.id));
  expect(await store.unfinished()).toEqual([]);
  store.close();
  other.close();
});
