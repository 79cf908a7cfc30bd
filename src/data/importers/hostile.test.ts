/** Files that mean ill, one by one: each ends in a sentence or is listed, and what lies beside it is read. */
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { applyPlan } from '../understanding/apply.ts';
import { guessColumn } from '../understanding/guess.ts';
import { withArchives } from './archives.ts';
import { ImportError, type RawTable } from './importer.ts';
import { recognise } from './index.ts';
import { Listing } from './listing.ts';
import type { SourceFile } from './source-file.ts';
import { readZip } from './zip.ts';

const source = (path: string, content: BlobPart = ''): SourceFile => {
  const blob = new Blob([content]);
  return { path, bytes: blob.size, blob: () => Promise.resolve(blob) };
};
const context = { signal: new AbortController().signal, progress: () => Promise.resolve() };
async function importOf(...dropped: SourceFile[]): Promise<RawTable> {
  const { files, leftOut } = await withArchives(dropped);
  const listing = new Listing('drop', files);
  const [first] = await recognise(listing);
  if (!first) throw new Error('none');
  const table = await first.read(listing, context);
  return { ...table, leftOut: [...leftOut, ...table.leftOut] };
}
const namesOf = ({ samples }: RawTable) => samples.map(({ name }) => name);
const reasonsOf = ({ leftOut }: RawTable) => leftOut.map(({ reason }) => reason);
const unsafe = 'has a path that leads out of its folder, or is far too deep or long';

test('paths that lead out, absolute ones, drives and 10,000 folders deep, out of a zip', async () => {
  const paths = [
    '../../etc/1.png',
    '/etc/2.png',
    String.raw`C:\3.png`,
    String.raw`..\4.png`,
    `${'d/'.repeat(10_000)}5.png`,
  ];
  const zip = zipSync(
    Object.fromEntries(['cats/a.png', 'dogs/b.png', ...paths].map((path) => [path, strToU8('x')])),
  );
  const table = await importOf(source('set.zip', new Uint8Array(zip)));
  expect(namesOf(table).filter((name) => /^(cats|dogs)/.test(name))).toEqual(['cats/a.png', 'dogs/b.png']);
  expect(namesOf(table).some((name) => name.includes('..') || name.startsWith('/'))).toBe(false);
  expect(reasonsOf(table).filter((reason) => reason === unsafe).length).toBeGreaterThanOrEqual(4);
});

test('the same paths among dropped files', () => {
  const listing = new Listing('drop', [
    source('a/1.png'),
    source('../1.png'),
    source('/etc/passwd.png'),
    source(String.raw`\\host\share.png`),
    source('c:/x.png'),
    source(`${'deep/'.repeat(10_000)}1.png`),
    source('a/\u0000.png'),
  ]);
  expect(listing.files.map(({ path }) => path)).toEqual(['1.png']);
  expect(listing.leftOut.map(({ reason }) => reason)).toEqual(Array.from({ length: 6 }, () => unsafe));
});

test('zip bombs: by the ratio of one file, by all files together, by their number, and one in another', async () => {
  const zeros = new Uint8Array(100e6);
  const bomb = new Uint8Array(zipSync({ 'a/zeros.png': zeros, 'b/1.png': strToU8('x') }));
  const table = await importOf(source('bomb.zip', bomb));
  const [first] = table.samples;
  if (first?.image.kind !== 'encoded') throw new Error('no file');
  await expect(first.image.file.blob()).rejects.toThrow('unpacks to more than 64 MB');

  // sixty files that say that each unpacks to 60 MB, which each of them may
  const many = zipSync(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.png`, strToU8('x')])));
  const view = new DataView(many.buffer);
  for (let at = 0; at + 46 < many.length; at++)
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 60e6, true);
  await expect(importOf(source('many.zip', new Uint8Array(many)))).rejects.toThrow(
    'many.zip: it unpacks to more than 1000 MB',
  );
  const beside = await importOf(
    source('many.zip', new Uint8Array(many)),
    source('cats/1.png'),
    source('dogs/2.png'),
  );
  expect(namesOf(beside)).toEqual(['cats/1.png', 'dogs/2.png']);

  const three = new Blob([new Uint8Array(zipSync({ a: strToU8(''), b: strToU8(''), c: strToU8('') }))]);
  await expect(readZip(three, 'three.zip', 2)).rejects.toThrow('three.zip: it holds more than 2 files.');

  const nested = new Uint8Array(
    zipSync({ 'cats/1.png': strToU8('x'), 'dogs/2.png': strToU8('x'), 'inner.zip': bomb }),
  );
  const outer = await importOf(source('outer.zip', nested));
  expect(namesOf(outer)).toEqual(['cats/1.png', 'dogs/2.png']);
  expect(outer.leftOut).toEqual([{ kind: 'file', name: 'inner.zip', reason: 'is no picture' }]);
});

test('names twice in one archive: the first is used, the other is listed', async () => {
  const zip = new Uint8Array(
    zipSync({ 'cats/1.png': strToU8('x'), 'cats/2.png': strToU8('y'), 'dogs/3.png': strToU8('z') }),
  );
  const text = new TextDecoder('latin1').decode(zip).replaceAll('cats/2.png', 'cats/1.png');
  const table = await importOf(
    source(
      'set.zip',
      Uint8Array.from(text, (sign) => sign.charCodeAt(0)),
    ),
  );
  expect(namesOf(table)).toEqual(['cats/1.png', 'dogs/3.png']);
  expect(reasonsOf(table)).toEqual(['is there twice: the first one is used']);
});

test('class names of HTML, emoji, right-to-left text and objects stay texts', async () => {
  const classes = [
    '<img src=x onerror=alert(1)>',
    '🦊',
    '\u202eevil',
    'שלום',
    '__proto__',
    'constructor',
    'a\u0301',
  ];
  const table = await importOf(...classes.map((name, i) => source(`${name.replace('/', '')}/${i}.png`)));
  const found = table.columns[0]?.cells ?? [];
  expect(new Set(found)).toEqual(new Set(classes.map((name) => name.normalize('NFC'))));
  const column = table.columns[0];
  if (!column) throw new Error('no column');
  const { plan } = guessColumn(column);
  expect(plan.kind === 'class' && plan.classes).toHaveLength(classes.length);
});

test('numbers without end are no labels, and are told', async () => {
  const values = [
    '1e999',
    '-1e999',
    '1e39',
    'NaN',
    'Infinity',
    ...Array.from({ length: 200 }, (_, i) => `${i / 7}`),
  ];
  const rows = values.map((value, i) => `${i}.png,${value}\n`).join('');
  const table = await importOf(
    source('m.csv', `file_name,size\n${rows}`),
    ...values.map((_, i) => source(`${i}.png`)),
  );
  const column = table.columns[0];
  if (!column) throw new Error('no column');
  const { plan } = guessColumn(column);
  if (plan.kind !== 'number') throw new Error(`it is ${plan.kind}`);
  const { column: read, unread } = applyPlan(column, plan, 'size');
  expect(unread.map(({ text }) => text).toSorted()).toEqual(['-1e999', '1e39', '1e999', 'Infinity']);
  expect(read.values.every((value) => Number.isNaN(value) || Number.isFinite(value))).toBe(true);
});

test('a table of a million columns, alone and beside a good one', async () => {
  const wide = `file_name${',x'.repeat(1_000_000)}\n1.png\n`;
  const good = source('good.csv', 'file_name,a\n1.png,p\n');
  await expect(importOf(source('m.csv', wide), source('1.png'))).resolves.toMatchObject({ columns: [] });
  const table = await importOf(source('m.csv', wide), good, source('1.png'));
  expect(table.columns.map(({ name }) => name)).toEqual(['a']);
  expect(reasonsOf(table)).toEqual(['it has 1000001 columns; tables of up to 2000 are read.']);
});

test('annotations without an end, and deep ones', async () => {
  const pictures = [source('1.jpg'), source('2.jpg')];
  const deep = `{"images":${'['.repeat(200_000)}`;
  await expect(importOf(source('instances_train.json', deep), ...pictures)).rejects.toThrow(ImportError);
  const quote = `file_name,a\n1.jpg,"${'x\n'.repeat(300_000)}`;
  const table = await importOf(source('metadata.csv', quote), ...pictures);
  expect(namesOf(table)).toHaveLength(1);
});
