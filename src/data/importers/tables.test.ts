import { expect, test } from 'vitest';
import { ImportError, type RawTable } from './importer.ts';
import { Listing } from './listing.ts';
import { tables } from './tables.ts';

type Content = string | Uint8Array<ArrayBuffer>;

/** A drop of these tables, and of empty files called as pictures are. */
function drop(texts: Record<string, Content>, ...pictures: string[]): Listing {
  const contents: [string, Content][] = [
    ...Object.entries(texts),
    ...pictures.map((path): [string, Content] => [path, '']),
  ];
  return new Listing(
    'drop',
    contents.map(([path, content]) => {
      const blob = new Blob([content]);
      return { path, bytes: blob.size, blob: () => Promise.resolve(blob) };
    }),
  );
}
const context = { signal: new AbortController().signal, progress: () => Promise.resolve() };
const read = (...input: Parameters<typeof drop>) => tables.read(drop(...input), context);
const cellsOf = ({ columns }: RawTable) =>
  Object.fromEntries(columns.map(({ name, cells }) => [name, cells]));
const namesOf = ({ samples }: RawTable) => samples.map(({ name }) => name);
const reasonsOf = ({ leftOut }: RawTable) =>
  leftOut.map(({ name, row, reason }) => `${name}${row ? ` ${row}` : ''}: ${reason}`);

test('quoted fields, a byte order mark, CRLF and blank lines', async () => {
  const text = '\ufefffile_name,colour,note\r\n1.png,red,"a, ""b""\nc"\r\n\r\n2.png,,\r\n';
  const table = await read({ 'metadata.csv': text }, '1.png', '2.png');
  expect(cellsOf(table)).toEqual({ colour: ['red', null], note: ['a, "b"\nc', null] });
  expect(table.leftOut).toEqual([]);
});

test.each([
  ['semicolons', 'image;age\n1.png;3,5\n2.png;4\n', 'labels.csv'],
  ['tabs', 'img_path\tage\n1.png\t3,5\n2.png\t4\n', 'labels.tsv'],
])('%s', async (_, text, name) => {
  expect(cellsOf(await read({ [name]: text }, '1.png', '2.png'))).toEqual({ age: ['3,5', '4'] });
});

test('Latin-1 where it is no UTF-8, and UTF-16 with its mark', async () => {
  const latin = Uint8Array.from('filename,ort\nk\xe4fer.png,K\xf6ln\n', (sign) => sign.charCodeAt(0));
  expect(cellsOf(await read({ 'a.csv': latin }, 'käfer.png'))).toEqual({ ort: ['Köln'] });
  const wide = new Uint8Array(
    new Uint16Array(Array.from('\ufefffilename,a\n1.png,ö\n', (sign) => sign.charCodeAt(0))).buffer,
  );
  expect(cellsOf(await read({ 'a.csv': wide }, '1.png'))).toEqual({ a: ['ö'] });
});

test('JSON lines with lists, numbers and truth values; nested objects are no labels', async () => {
  const text = [
    '{"file_name":"1.png","tags":["a","b"],"age":3,"box":{"x":1},"ok":true}',
    'oops',
    '[1]',
    '{"file_name":"2.png","place":[0.5,1]}',
  ].join('\n');
  const table = await read({ 'metadata.jsonl': text }, '1.png', '2.png');
  expect(cellsOf(table)).toEqual({
    tags: [['a', 'b'], null],
    age: [3, null],
    ok: ['yes', null],
    place: [null, [0.5, 1]],
  });
  expect(reasonsOf(table)).toEqual(['metadata.jsonl 2: is no JSON', 'metadata.jsonl 3: is no JSON object']);
});

test('tables at any depth name files from where they lie; parts come from folders', async () => {
  const table = await read(
    {
      'set/train/metadata.csv': 'file_name,a\nx/1.png,p\n',
      'set/test/metadata.csv': 'file_name,a,b\n1.png,q,r\n',
    },
    'set/train/x/1.png',
    'set/test/1.png',
  );
  expect(namesOf(table)).toEqual(['test/1.png', 'train/x/1.png']);
  expect(table.samples.map(({ split }) => split)).toEqual(['test', 'train']);
  expect(cellsOf(table)).toEqual({ a: ['q', 'p'], b: ['r', null] });
});

test('from the top, or by a file name that occurs once', async () => {
  const table = await read(
    { 'labels/all.csv': 'path,a\nimages/1.png,p\nelsewhere/2.PNG,q\n' },
    'images/1.png',
    'pictures/2.png',
  );
  expect(namesOf(table)).toEqual(['images/1.png', 'pictures/2.png']);
});

test('a column of parts is no label, unless it says something else, too', async () => {
  const rows = (last: string) => `file_name,split,a\n1.png,train,p\n2.png,val,q\n3.png,${last},r\n`;
  const table = await read({ 'a.csv': rows('test') }, '1.png', '2.png', '3.png');
  expect(table.samples.map(({ split }) => split)).toEqual(['train', 'validation', 'test']);
  expect(Object.keys(cellsOf(table))).toEqual(['a']);
  const other = await read({ 'a.csv': rows('banana') }, '1.png', '2.png', '3.png');
  expect(Object.keys(cellsOf(other))).toEqual(['split', 'a']);
});

test('several tables of one picture, as CelebA comes from Kaggle', async () => {
  const table = await read(
    {
      'list_attr_celeba.csv': 'image_id,Smiling,Young\n1.jpg,-1,1\n2.jpg,1,1\n',
      'list_eval_partition.csv': 'image_id,partition\n1.jpg,0\n2.jpg,2\n3.jpg,1\n',
    },
    'img/1.jpg',
    'img/2.jpg',
    'img/3.jpg',
  );
  expect(cellsOf(table)).toEqual({ Smiling: ['-1', '1', null], Young: ['1', '1', null] });
  expect(table.samples.map(({ split }) => split)).toEqual(['train', 'test', 'validation']);
});

test('rows without file, files without row, doubles and foreign files are listed', async () => {
  const text = 'file_name,a\n1.png,p\ngone.png,q\n1.png,r\n,s\n../1.png,t\nnotes.txt,u\n2.png,v,w\n';
  const table = await read(
    { 'm.csv': text, 'notes.txt': 'hello', 'other.csv': 'x,y\n1,2\n' },
    '1.png',
    '3.png',
  );
  expect(namesOf(table)).toEqual(['1.png']);
  expect(reasonsOf(table)).toEqual([
    'm.csv 7: has 3 fields, the header 2',
    'm.csv 2: names “gone.png”, which is not there',
    'm.csv 3: is one more for “1.png”: the first one is used',
    'm.csv 4: names no file',
    'm.csv 5: names “../1.png”, which is not there',
    'm.csv 6: names “notes.txt”, which is no picture',
    'other.csv: has no column of file names (file_name)',
    '3.png: is in no row of a table',
    'notes.txt: is no picture',
  ]);
});

test('hostile tables end in a sentence', async () => {
  await expect(read({ 'm.csv': `file_name${',x'.repeat(1_000_000)}\n1.png\n` }, '1.png')).rejects.toThrow(
    'm.csv: it has 1000001 columns; tables of up to 2000 are read.',
  );
  const keys = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, 1]));
  await expect(read({ 'm.jsonl': JSON.stringify(keys) }, '1.png')).rejects.toThrow('3000 columns');
  await expect(read({ 'm.csv': 'file_name,a\ngone.png,q\n' }, '1.png')).rejects.toThrow(ImportError);
  const odd = await read({ 'm.csv': 'file_name,__proto__,a,a,\n1.png,1e999,<b>,‮x,🦊\n' }, '1.png');
  expect(odd.columns.map(({ name, cells }) => [name, cells[0]])).toEqual([
    ['__proto__', '1e999'],
    ['a', '<b>'],
    ['a (2)', '‮x'],
    ['column 5', '🦊'],
  ]);
});

test('it is the surer the more rows find their pictures', async () => {
  const sure = (...input: Parameters<typeof drop>) => tables.recognise(drop(...input));
  expect(await sure({ 'm.csv': 'file_name,a\n1.png,p\n' }, '1.png')).toBeCloseTo(0.9);
  expect(await sure({ 'm.csv': 'file_name,a\n1.png,p\n2.png,p\n' }, '1.png')).toBeCloseTo(0.45);
  expect(await sure({ 'm.csv': 'name,a\n1.png,p\n' }, '1.png')).toBe(0);
  expect(await sure({ 'm.csv': `file_name${',x'.repeat(5000)}\n` }, '1.png')).toBe(0);
  expect(await sure({}, '1.png')).toBe(0);
  const long = `file_name,a\n${'1.png,p\n'.repeat(20_000)}`;
  expect(await sure({ 'm.csv': long }, '1.png')).toBeCloseTo(0.9);
});
