import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { collect, fromFiles } from './collect.ts';
import { sortFiles } from './own-files.ts';

/** A folder as browsers without handles tell of it: `{cats: {'1.png': 'x'}}`; a number of entries at a time. */
type Tree = { readonly [name: string]: Tree | string | null };

function entryOf(tree: Tree | string | null, name: string, fullPath: string): FileSystemEntry {
  const base = { name, fullPath, isFile: tree === null || typeof tree === 'string' };
  if (tree === null || typeof tree === 'string')
    return {
      ...base,
      isDirectory: false,
      file: (take: (file: File) => void, fail: (error: Error) => void) =>
        queueMicrotask(() => (tree === null ? fail(new Error('gone')) : take(new File([tree], name)))),
    } as unknown as FileSystemEntry;
  const createReader = () => {
    const rest = Object.entries(tree).map(([key, below]) => entryOf(below, key, `${fullPath}/${key}`));
    const readEntries = (take: (entries: FileSystemEntry[]) => void) =>
      queueMicrotask(() => take(rest.splice(0, 2)));
    return { readEntries };
  };
  return { ...base, isDirectory: true, createReader } as unknown as FileSystemEntry;
}

/** A transfer as a drop event of such a browser has it. */
function transferOf(tree: Tree): DataTransfer {
  const items = Object.entries(tree).map(([name, below]) => ({
    kind: 'file',
    webkitGetAsEntry: () => entryOf(below, name, `/${name}`),
    getAsFile: () => (typeof below === 'string' ? new File([below], name) : null),
  }));
  return { items, files: [] } as unknown as DataTransfer;
}

test('files of a real transfer come in order, under their names', async () => {
  const transfer = new DataTransfer();
  transfer.items.add('some text', 'text/plain');
  for (const name of ['b.png', 'a.csv']) transfer.items.add(new File(['x'], name));
  const { dropped, unreadable } = await collect(transfer);
  expect(dropped.map(({ path }) => path)).toEqual(['b.png', 'a.csv']);
  expect(unreadable).toEqual([]);
});

test('folders without handles are looked through to their ends, whatever lies there', async () => {
  let deep: Tree = { 'end.png': 'x' };
  for (let i = 0; i < 2000; i++) deep = { d: deep };
  const cats = { '1.png': 'x', '2.png': 'x', '3.png': 'x', 'gone.png': null, deep };
  const { dropped, unreadable } = await collect(transferOf({ pets: { cats, dogs: {} }, 'm.csv': 'x' }));
  const paths = dropped.map(({ path }) => path);
  expect(paths.slice(0, 3)).toEqual(['pets/cats/1.png', 'pets/cats/2.png', 'pets/cats/3.png']);
  expect(paths.at(-1)).toBe('m.csv');
  expect(paths.filter((path) => path.endsWith('end.png'))).toHaveLength(1);
  expect(unreadable).toEqual(['pets/cats/gone.png']);
});

test('a folder comes as its handle where the browser has one', async () => {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getDirectoryHandle('collect-test', { create: true });
  const item = {
    kind: 'file',
    getAsFileSystemHandle: () => Promise.resolve(handle),
    webkitGetAsEntry: () => entryOf({ 'a.png': 'x' }, 'pets', '/pets'),
    getAsFile: () => null,
  };
  const { dropped } = await collect({ items: [item], files: [] } as unknown as DataTransfer);
  expect(dropped).toEqual([{ path: 'collect-test', handle }]);
  await root.removeEntry('collect-test', { recursive: true });
});

test('our own files are told from data by name, and by what is in them', async () => {
  const zip = (name: string, inside: string) => new File([zipSync({ [inside]: strToU8('x') })], name);
  const files = [
    new File(['{'], 'broken.trunkline.json'),
    new File(['{"tasks":[],"trunk":[]}'], 'experiment.json'),
    new File(['{"images":[],"annotations":[]}'], 'coco.json'),
    new File(['{}'], 'choices.trunkline-data.json'),
    zip('pets.zip', 'cats/1.png'),
    zip('run.zip', 'capsule.json'),
    zip('all.zip', 'weights.safetensors'),
    new File(['PK'], 'damaged.zip'),
    new File(['x'], 'cut.safetensors'),
  ];
  const { own, data } = await sortFiles(fromFiles(files));
  expect(own.map(({ name }) => name)).toEqual([
    'broken.trunkline.json',
    'experiment.json',
    'run.zip',
    'all.zip',
    'cut.safetensors',
  ]);
  expect(data.map(({ path }) => path)).toEqual([
    'coco.json',
    'choices.trunkline-data.json',
    'pets.zip',
    'damaged.zip',
  ]);
});
