import { expect, test } from 'vitest';
import { Listing } from './listing.ts';
import { extensionOf, isImagePath, safePath, type SourceFile } from './source-file.ts';

const fileAt = (path: string, text = ''): SourceFile => {
  const blob = new Blob([text]);
  return { path, bytes: blob.size, blob: () => Promise.resolve(blob) };
};
const listingOf = (...paths: string[]) =>
  new Listing(
    'drop',
    paths.map((path) => fileAt(path, path)),
  );
const pathsOf = ({ files }: Listing) => files.map(({ path }) => path);

test('paths are unified, and those that lead elsewhere refused', () => {
  expect(safePath('a\\b//./c.png')).toBe('a/b/c.png');
  expect(safePath('cafe\u0301.png')).toBe('caf\u00e9.png');
  const bad = [
    '../a',
    'a/../b',
    '/etc/passwd',
    'C:\\a',
    'a\u0000b',
    'a\nb',
    '',
    '.',
    'x/'.repeat(64) + 'y',
    'x'.repeat(1025),
  ];
  expect(bad.map(safePath)).toEqual(bad.map(() => null));
  expect(safePath('x/'.repeat(63) + 'y')).not.toBeNull();
  expect(safePath('a..b/...c')).toBe('a..b/...c');
});

test('extensions', () => {
  expect(['a/b.PNG', 'a.b/c', '.png', 'x.tar.gz', 'a.'].map(extensionOf)).toEqual(['png', '', '', 'gz', '']);
  expect(['a.JPeG', 'a.svg', 'a.png.txt'].map(isImagePath)).toEqual([true, false, false]);
});

test('the one folder around all files names the drop and is taken off', () => {
  const listing = listingOf('pets/dogs/2.png', 'pets/cats/1.png', '__MACOSX/pets/._1.png', 'pets/.DS_Store');
  expect(listing.name).toBe('pets');
  expect(pathsOf(listing)).toEqual(['cats/1.png', 'dogs/2.png']);
  expect(listing.leftOut).toEqual([]);
});

test('without one around all, paths stay', () => {
  const listing = listingOf('cats/1.png', 'dogs/1.png', 'readme.txt');
  expect(listing.name).toBe('drop');
  expect(pathsOf(listing)).toEqual(['cats/1.png', 'dogs/1.png', 'readme.txt']);
  expect(pathsOf(listingOf('1.png'))).toEqual(['1.png']);
  expect(pathsOf(listingOf())).toEqual([]);
});

test('unsafe and double files are left out with their reasons', () => {
  const listing = listingOf('a/1.png', 'a//1.png', '../up.png', 'b/2.png');
  expect(pathsOf(listing)).toEqual(['a/1.png', 'b/2.png']);
  expect(listing.leftOut.map(({ name, reason }) => `${name} ${reason}`)).toEqual([
    '../up.png has a path that leads out of its folder, or is far too deep or long',
    'a/1.png is there twice: the first one is used',
  ]);
});

test('files are found by path, else whatever their case, and by name', async () => {
  const listing = listingOf('A/x.png', 'a/X.png', 'b/Y.PNG', 'b/y.csv');
  expect(listing.at('a/X.png')?.path).toBe('a/X.png');
  expect(listing.at('B/y.png')?.path).toBe('b/Y.PNG');
  expect(listing.at('c')).toBeUndefined();
  expect(listing.images().map(({ path }) => path)).toEqual(['A/x.png', 'a/X.png', 'b/Y.PNG']);
  expect(listing.named(/^y\./i).map(({ path }) => path)).toEqual(['b/Y.PNG', 'b/y.csv']);
  expect(await (await listing.at('b/y.csv')?.blob())?.text()).toBe('b/y.csv');
});
