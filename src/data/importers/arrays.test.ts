import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { arrays } from './arrays.ts';
import { cifar } from './cifar.ts';
import expected from './fixtures/arrays.json' with { type: 'json' };
import { idx } from './idx.ts';
import { ImportError, type ImageSource, type RawTable } from './importer.ts';
import { Listing } from './listing.ts';

type Content = Uint8Array<ArrayBuffer>;
const context = { signal: new AbortController().signal, progress: () => Promise.resolve() };
/** Made by scripts/fixtures/arrays.py from Debian's Fashion-MNIST and by NumPy from scikit-learn's digits. */
const fixture = async (name: string): Promise<Content> =>
  new Uint8Array(await readFile(new URL(`fixtures/${name}`, import.meta.url)));

function drop(files: Record<string, Content | string>): Listing {
  return new Listing(
    'drop',
    Object.entries(files).map(([path, content]) => {
      const blob = new Blob([content]);
      return { path, bytes: blob.size, blob: () => Promise.resolve(blob) };
    }),
  );
}

async function pixelsOf({ image }: { readonly image: ImageSource }): Promise<Uint8Array> {
  if (image.kind !== 'pixels') throw new Error('no pixels');
  return image.block.read(image.index, image.index + 1);
}
const cellsOf = ({ columns }: RawTable) =>
  Object.fromEntries(columns.map(({ name, cells }) => [name, cells]));
const splitsOf = ({ samples }: RawTable) => samples.map(({ split }) => split);
const sum = (values: Uint8Array) => values.reduce((a, b) => a + b, 0);

test('IDX: images and labels by their names, packed or not', async () => {
  const listing = drop({
    't10k-images-idx3-ubyte.gz': await fixture('t10k-images-idx3-ubyte.gz'),
    't10k-labels-idx1-ubyte': await fixture('t10k-labels-idx1-ubyte'),
    'README.md': 'hello',
  });
  expect(await idx.recognise(listing)).toBeGreaterThan(0.9);
  const table = await idx.read(listing, context);
  expect(cellsOf(table)).toEqual({ label: expected.fashion.labels.map(String) });
  expect(await Promise.all(table.samples.map(async (each) => sum(await pixelsOf(each))))).toEqual(
    expected.fashion.sums,
  );
  expect(new Set(splitsOf(table))).toEqual(new Set(['test']));
  expect(table.leftOut.map(({ name }) => name)).toEqual(['README.md']);
});

test('IDX: labels that are missing, of other images, or cut off', async () => {
  const images = gunzipSync(await fixture('t10k-images-idx3-ubyte.gz'));
  const labels = await fixture('t10k-labels-idx1-ubyte');
  const read = (files: Record<string, Content | string>) => idx.read(drop(files), context);
  const whole = new Uint8Array(images);
  expect((await read({ 'a-images-idx3-ubyte': whole })).columns).toEqual([]);
  const fewer = Uint8Array.from(labels);
  fewer[7] = 11;
  const { columns, leftOut } = await read({ 'a-images-idx3-ubyte': whole, 'a-labels-idx1-ubyte': fewer });
  expect(columns).toEqual([]);
  expect(leftOut[0]?.reason).toBe('holds labels of 11 images, a-images-idx3-ubyte 12');
  await expect(read({ 'a-images-idx3-ubyte': whole.slice(0, 5000) })).rejects.toThrow(
    'it is cut off: 12 × 28 × 28 bytes are 9408',
  );
  await expect(read({ 'a-images-idx3-ubyte': '<html>' })).rejects.toThrow(ImportError);
  const huge = Uint8Array.of(0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255);
  await expect(read({ 'a-images-idx3-ubyte': huge })).rejects.toThrow('it says that it holds');
});

test('CIFAR-100: two labels, planes of colour, names of classes', async () => {
  const records = new Uint8Array(gunzipSync(await fixture('cifar-100-test.bin.gz')));
  const listing = drop({
    'cifar/test.bin': records,
    'cifar/coarse_label_names.txt': 'animals\nthings\n',
    'cifar/fine_label_names.txt': 'ant\nbee\ncup\n',
    'cifar/notes.txt': 'hello',
  });
  expect(await cifar.recognise(listing)).toBeGreaterThan(0.9);
  const table = await cifar.read(listing, context);
  expect(table.columns).toEqual([
    {
      name: 'superclass',
      kind: 'class',
      cells: expected.cifar.coarse.map((k) => ['animals', 'things'][k]),
      names: ['animals', 'things'],
    },
    {
      name: 'class',
      kind: 'class',
      cells: expected.cifar.fine.map((k) => ['ant', 'bee', 'cup'][k]),
      names: ['ant', 'bee', 'cup'],
    },
  ]);
  const at = 3 * (5 * 32 + 7);
  const colours = await Promise.all(
    table.samples.map(async (each) => Array.from((await pixelsOf(each)).subarray(at, at + 3))),
  );
  expect(colours).toEqual(expected.cifar.pixels);
  expect(splitsOf(table)).toEqual(['test', 'test', 'test']);
  expect(table.leftOut.map(({ name }) => name)).toEqual(['notes.txt']);
  expect(await cifar.recognise(drop({ 'test.bin': records.slice(1) }))).toBe(0);
});

test('CIFAR-10: one label, numbers where names are missing', async () => {
  const table = await cifar.read(
    drop({ 'data_batch_1.bin': new Uint8Array(2 * 3073).fill(7), 'test_batch.bin': new Uint8Array(3073) }),
    context,
  );
  expect(table.columns).toEqual([{ name: 'class', kind: 'class', cells: ['7', '7', '0'] }]);
  expect(splitsOf(table)).toEqual(['train', 'train', 'test']);
});

test('NumPy: an npz with parts, floats of another range stretched', async () => {
  const listing = drop({ 'digits.npz': await fixture('digits.npz') });
  expect(await arrays.recognise(listing)).toBe(0.9);
  const table = await arrays.read(listing, context);
  const { test: held, train, first } = expected.digits;
  const isTest = splitsOf(table).map((split) => split === 'test');
  expect(cellsOf(table)['label']?.filter((_, i) => isTest[i])).toEqual(held.map(String));
  expect(cellsOf(table)['label']?.filter((_, i) => !isTest[i])).toEqual(train.map(String));
  const sample = table.samples[isTest.indexOf(false)];
  expect(sample && [...(await pixelsOf(sample))]).toEqual(first);
  expect(table.leftOut).toEqual([
    { kind: 'file', name: 'names.npy', reason: 'has the shape 2, which fits no images' },
  ]);
});

test('NumPy: single files, channels first, texts, big-endian; objects are left out', async () => {
  const table = await arrays.read(
    drop({
      'images.npy': await fixture('torch-images.npy'),
      'time.npy': await fixture('torch-labels.npy'),
      'objects.npy': await fixture('objects.npy'),
    }),
    context,
  );
  expect(cellsOf(table)).toEqual({ time: ['día', 'noche', 'día', 'noche'] });
  const [image] = table.samples;
  // [channel, row, column] = 4c + 2r + k of 47, as [row, column, channel]
  const bytes = [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11].map((value) => Math.round((value / 47) * 255));
  expect(image && [...(await pixelsOf(image))]).toEqual(bytes);
  expect(table.leftOut.map(({ name, reason }) => `${name} ${reason}`)).toEqual([
    'objects.npy it holds Python objects or records, not an array of numbers or texts.',
  ]);
});

test('NumPy: what is cut off or no array is left out, and nothing is left is an error', async () => {
  const file = await fixture('torch-images.npy');
  const read = (bytes: Content | string) => arrays.read(drop({ 'a.npy': bytes }), context);
  for (const bytes of [file.slice(0, -1), file.slice(0, 20), '<html>', ''])
    await expect(read(bytes)).rejects.toThrow('no array in it has the shape of images');
  await expect(arrays.read(drop({ 'a.npz': 'zip?' }), context)).rejects.toThrow(ImportError);
});
