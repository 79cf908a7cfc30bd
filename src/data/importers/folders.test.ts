import { expect, test } from 'vitest';
import { folders } from './folders.ts';
import { ImportError } from './importer.ts';
import { Listing } from './listing.ts';

const listingOf = (...paths: string[]) =>
  new Listing(
    'drop',
    paths.map((path) => ({ path, bytes: 0, blob: () => Promise.resolve(new Blob()) })),
  );
const context = { signal: new AbortController().signal, progress: () => Promise.resolve() };
const read = (...paths: string[]) => folders.read(listingOf(...paths), context);

test('a folder per class, with the parts on top in whatever case', async () => {
  const { name, samples, columns } = await read(
    'pets/Train/cats/1.png',
    'pets/Train/dogs/2.jpg',
    'pets/valid/cats/3.webp',
    'pets/TEST/dogs/4.gif',
  );
  expect(name).toBe('pets');
  expect(samples.map(({ name: path, split }) => [path, split])).toEqual([
    ['TEST/dogs/4.gif', 'test'],
    ['Train/cats/1.png', 'train'],
    ['Train/dogs/2.jpg', 'train'],
    ['valid/cats/3.webp', 'validation'],
  ]);
  expect(columns).toEqual([{ name: 'class', kind: 'class', cells: ['dogs', 'cats', 'dogs', 'cats'] }]);
});

test('folders in folders are several columns; pictures further up have no label in the lower ones', async () => {
  const { columns } = await read(
    'x/day/cat/1.png',
    'x/night/cat/2.png',
    'x/night/dog/3.png',
    'x/day/4.png',
    'x/5.png',
  );
  expect(columns).toEqual([
    { name: 'folder 1', kind: 'class', cells: [null, 'day', 'day', 'night', 'night'] },
    { name: 'folder 2', kind: 'class', cells: [null, null, 'cat', 'cat', 'dog'] },
  ]);
});

test('a level that tells nothing is no column', async () => {
  const { columns, leftOut } = await read('readme.md', 'images/cat/1.png', 'images/dog/2.png');
  expect(columns).toEqual([{ name: 'class', kind: 'class', cells: ['cat', 'dog'] }]);
  expect(leftOut).toEqual([{ kind: 'file', name: 'readme.md', reason: 'is no picture' }]);
});

test('pictures without folders have no columns, and are still samples', async () => {
  const { samples, columns } = await read('1.png', '2.png');
  expect(samples).toHaveLength(2);
  expect(columns).toEqual([]);
});

test('without a picture, it says what is read', async () => {
  await expect(read('a.txt')).rejects.toThrow(ImportError);
  await expect(read('a.txt')).rejects.toThrow('drop: there is no picture in it. PNG');
});

test('it is the surer the more pictures lie in folders', async () => {
  const sure = (...paths: string[]) => folders.recognise(listingOf(...paths));
  expect(await sure('a.txt')).toBe(0);
  const loose = await sure('1.png', 'a/2.csv');
  const some = await sure('1.png', 'a/2.png');
  const all = await sure('b/1.png', 'a/2.png');
  expect(0 < loose && loose < some && some < all && all < 1).toBe(true);
});
