import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheFolder, FileTuningStore } from './tuning-store.ts';

let folder: string;
const winners = { 'correlate [1]': { variant: { pixels: 4 }, milliseconds: 1.5 } };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'trunkline-tuning-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('gives back what was kept, per adapter, from a folder that it makes', async () => {
  const home = path.join(folder, 'deep', 'down');
  await new FileTuningStore(home).save('one', winners);
  await new FileTuningStore(home).save('two', {});
  const store = new FileTuningStore(home);
  expect(await store.load('one')).toEqual(winners);
  expect(await store.load('two')).toEqual({});
  expect(await store.load('three')).toEqual({});
  expect(await readdir(home)).toEqual(['tuning.json']);
  await store.clear();
  expect(await store.load('one')).toEqual({});
  await store.clear();
});

test('keeps the eight latest adapters', async () => {
  const store = new FileTuningStore(folder);
  for (let i = 0; i < 9; i++) await store.save(`adapter ${i}`, winners);
  await store.save('adapter 1', winners);
  await store.save('adapter 9', winners);
  const { adapters } = JSON.parse(await readFile(path.join(folder, 'tuning.json'), 'utf8'));
  expect(Object.keys(adapters)).toEqual([3, 4, 5, 6, 7, 8, 1, 9].map((i) => `adapter ${i}`));
});

test.each([
  ['no JSON', '{"version":1,'],
  ['another version', '{"version":2,"adapters":{"one":{"a":1}}}'],
  ['another form', '{"version":1,"adapters":["one"]}'],
  ['far too much', `{"version":1,"adapters":{"one":{"a":"${'x'.repeat(2 ** 24)}"}}}`],
])('takes a file with %s for an empty one, and replaces it', async (_, text) => {
  await writeFile(path.join(folder, 'tuning.json'), text);
  const store = new FileTuningStore(folder);
  expect(await store.load('one')).toEqual({});
  await store.save('one', winners);
  expect(await store.load('one')).toEqual(winners);
});

test('lies where the system keeps what can be made again', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/cache' }, 'linux')).toBe(path.join('/cache', 'trunkline'));
  expect(cacheFolder({}, 'linux')).toMatch(/\.cache.trunkline$/);
  expect(cacheFolder({}, 'darwin')).toMatch(/Library.Caches.trunkline$/);
  expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(path.join('/local', 'trunkline', 'Cache'));
});
