import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import expected from './fixtures/parquet.json' with { type: 'json' };
import { ImportError, type Importer, type RawTable } from './importer.ts';
import { recognise } from './index.ts';
import { Listing } from './listing.ts';
import { parquet } from './parquet.ts';

const context = { signal: new AbortController().signal, progress: () => Promise.resolve() };
/** Made by scripts/fixtures/parquet.py with Hugging Face's datasets, pyarrow and Polars. */
const fixture = async (name: string) =>
  new Uint8Array(await readFile(new URL(`fixtures/${name}`, import.meta.url)));

function drop(files: Record<string, Uint8Array<ArrayBuffer> | string>, ...pictures: string[]): Listing {
  const contents = [...Object.entries(files), ...pictures.map((path) => [path, ''] as const)];
  return new Listing(
    'drop',
    contents.map(([path, content]) => {
      const blob = new Blob([content]);
      return { path, bytes: blob.size, blob: () => Promise.resolve(blob) };
    }),
  );
}
async function read(id: string, listing: Listing): Promise<RawTable> {
  const [first] = await recognise(listing);
  expect(first?.id).toBe(id);
  return (first as Importer).read(listing, context);
}
const cellsOf = ({ columns }: RawTable) =>
  Object.fromEntries(columns.map(({ name, cells }) => [name, cells]));
async function sizesOf({ samples }: RawTable): Promise<number[]> {
  const sizes: number[] = [];
  for (const { image } of samples) {
    if (image.kind !== 'encoded') throw new Error('no file');
    const bytes = new Uint8Array(await (await image.file.blob()).arrayBuffer());
    expect([...bytes.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
    sizes.push(bytes.length);
  }
  return sizes;
}

test('Hugging Face: shards with pictures, classes by name, lists of classes, parts by their names', async () => {
  const files = ['test-00000-of-00001', 'train-00000-of-00002', 'train-00001-of-00002'];
  const contents = await Promise.all(
    files.map(async (name) => [`data/${name}.parquet`, await fixture(`${name}.parquet`)] as const),
  );
  const table = await read('parquet', drop({ ...Object.fromEntries(contents), 'README.md': '# digits' }));
  const order = [6, 7, 0, 1, 2, 3, 4, 5];
  const digit = (i: number) => expected.digits[i] ?? -1;
  expect(table.samples.map(({ split }) => split)).toEqual([
    'test',
    'test',
    'train',
    'train',
    'train',
    'train',
    'train',
    'train',
  ]);
  expect(table.samples[2]?.name).toBe('data/train-00000-of-00002.parquet, row 1');
  const cells = cellsOf(table);
  expect(cells['label']).toEqual(order.map((i) => (i === 5 ? null : `digit ${digit(i)}`)));
  expect(table.columns.map(({ name, kind, names }) => [name, kind, names?.length])).toEqual([
    ['label', 'class', 10],
    ['tags', 'labels', 3],
    ['ink', undefined, undefined],
    ['note', undefined, undefined],
  ]);
  expect(cells['tags']?.[2]).toEqual(['even', 'round']);
  expect(cells['tags']?.[3]).toEqual(['straight']);
  expect(cells['note']).toEqual(order.map((i) => (i % 2 ? null : `no. ${i}`)));
  expect(await sizesOf(table)).toEqual(order.map((i) => expected.sizes[i]));
  expect(table.leftOut).toEqual([{ kind: 'file', name: 'README.md', reason: 'is no Parquet file' }]);
});

test('plain bytes of any order, in several pages and row groups', async () => {
  const table = await read('parquet', drop({ 'bytes.parquet': await fixture('bytes.parquet') }));
  expect(cellsOf(table)).toEqual({ id: [0, 1, 2, 3, 4, 5, 6, 7] });
  expect(await sizesOf(table)).toEqual(expected.sizes);
  expect((await sizesOf({ ...table, samples: table.samples.toReversed() })).toReversed()).toEqual(
    expected.sizes,
  );
});

test.each(['metadata.parquet', ...expected.tables])('a table beside pictures: %s', async (name) => {
  const listing = drop(
    { [`set/${name}`]: await fixture(name) },
    'set/0.png',
    'set/1.png',
    'set/2.png',
    'set/3.png',
  );
  const table = await read('tables', listing);
  expect(cellsOf(table)).toEqual({
    colour: ['red', null, 'blue', 'red'],
    age: [3, 4, null, 70],
    sure: ['yes', 'no', null, 'yes'],
    taken: ['2022-01-08', '2022-01-09', null, '2022-01-11'],
    marks: [[1.5, 2.5], [], null, [4.5]],
    'box.x': [1, 1, 1, 1],
    'box.y': [2, 2, 2, 2],
  });
});

test('thousands of rows in pages and groups, as Polars writes them', async () => {
  const { tableOf } = await import('./parquet.ts');
  const content = await fixture('polars.parquet');
  const blob = new Blob([content]);
  const file = { path: 'polars.parquet', bytes: blob.size, blob: () => Promise.resolve(blob) };
  const { columns, cells } = await tableOf(file, Infinity);
  expect(columns).toEqual(['file_name', 'word', 'number', 'lists']);
  const rows = Array.from({ length: 5000 }, (_, i) => i);
  expect(cells).toEqual([
    rows.map((i) => `${i % 4}.png`),
    rows.map((i) => `word ${(i * i) % 37}`),
    rows.map((i) => i * 0.25),
    rows.map((i) => Array.from({ length: i % 4 }, (_, k) => `t${k}`)),
  ]);
  expect((await tableOf(file, 1)).cells[0]).toHaveLength(2000);
});

test('what is damaged, cut off or lies about its size ends in a sentence', async () => {
  const good = await fixture('train-00000-of-00002.parquet');
  const from = (content: Uint8Array<ArrayBuffer> | string) =>
    parquet.read(drop({ 'a.parquet': content }), context);
  for (const bad of [good.slice(0, -100), good.slice(100), '<html>', '', 'PAR1PAR1'])
    await expect(from(bad)).rejects.toThrow(ImportError);
  await expect(from(good.slice(0, -1))).rejects.toThrow('a.parquet: it is damaged, or no Parquet file');
  const long = good.slice();
  new DataView(long.buffer).setUint32(long.length - 8, 0xffffffff, true);
  await expect(from(long)).rejects.toThrow('longer than it');
  // pictures that are damaged fail alone, when they are read
  const flipped = good.slice();
  flipped.fill(0xff, 10, 40);
  await expect(from(flipped)).rejects.toThrow(ImportError);
  // a good file beside it is read
  const table = await parquet.read(drop({ 'a.parquet': '<html>', 'b.parquet': good }), context);
  expect(table.samples).toHaveLength(3);
  expect(table.leftOut[0]?.reason).toContain('no Parquet file');
  await expect(recognise(drop({ 'a.parquet': '<html>' }))).resolves.toHaveLength(1);
});
