import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { obstacles, readOwnData } from './own-import.ts';
import { importOwnData } from './own-data.ts';
import { jsonOf } from './own-report.ts';
import { sets, writeDigit } from './own-sets/testing.ts';
import { Progress } from './progress.ts';
import { readOptions, type Options } from './usage.ts';

const root = mkdtempSync(path.join(tmpdir(), 'trunkline-own-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]) => path.join(root, ...names);
const quiet = new Progress(true);
const stop = new AbortController().signal;

/** What the options of `look` come to. */
function optionsOf(args: readonly string[]): NonNullable<Options['data']> {
  const options = readOptions(['look', ...args]);
  if (options === 'help' || !options.data) throw new Error('no data');
  return options.data;
}
const read = (...args: string[]) => readOwnData(optionsOf(args), quiet, stop);
const importOf = (...args: string[]) => importOwnData(optionsOf(args), quiet, stop);

describe.each(Object.keys(sets))('%s', (kind) => {
  test('is understood and imported', async () => {
    const folder = at(kind.replaceAll(/[^A-Za-z]/g, '-'));
    const expected = await sets[kind]!(folder);
    const decided = await read(folder, ...(expected.options ?? []));
    const { view } = decided;
    const said = JSON.parse(JSON.stringify(jsonOf(decided, null)));
    expect(said.tables.map(({ importer }: { importer: string }) => importer)).toEqual([expected.importer]);
    const own = await importOf(folder, ...(expected.options ?? []));
    expect(own.manifest.samples).toBe(view.samples);
    if (expected.samples < 0) return; // its numbers are those of the importers' own tests
    expect(view.samples).toBe(expected.samples);
    expect(view.leftOut.count).toBe(expected.leftOut);
    expect(view.said).toMatchObject(expected.said);
    for (const [name, [columnKind, counts]] of Object.entries(expected.columns)) {
      const column = said.columns.find((each: { name: string }) => each.name === name);
      expect(column, name).toMatchObject({ kind: columnKind });
      const found = column.histogram.map((each: { name: string; count: number }) => [each.name, each.count]);
      if (counts) expect(Object.fromEntries(found), name).toEqual(counts);
    }
    expect(obstacles(view)).toEqual([]);
  });
});

test('−1 beside 1 is asked, and refused until it is answered', async () => {
  const folder = at('asked');
  for (let i = 0; i < 12; i++) await writeDigit(path.join(folder, `${i}.png`), i % 3, i);
  const rows = Array.from({ length: 12 }, (_, i) => `${i}.png,${i % 2 === 0 ? 1 : -1},${i % 3}`);
  writeFileSync(path.join(folder, 'labels.csv'), `file_name,smiles,digit\n${rows.join('\n')}\n`);
  const task = ['--task', 'digit:classification', '--task', 'smiles:classification'];
  await expect(importOf(folder, ...task)).rejects.toThrow(
    /--answer "smiles=-1:no" or --answer "smiles=-1:missing"/,
  );
  const no = await importOf(folder, ...task, '--answer', 'smiles=-1:no');
  const missing = await importOf(
    folder,
    ...task,
    '--answer',
    'smiles=-1:missing',
    '--task',
    'smiles:multi-label',
  );
  expect(no.manifest.revisions[0]?.columns[0]).toMatchObject({ kind: 'class', classes: ['-1', '1'] });
  expect(missing.manifest.id).not.toBe(no.manifest.id);
  await expect(importOf(folder, '--task', 'age:regression')).rejects.toThrow(
    'There is no column “age”: there are smiles, digit.',
  );
});

test('the same data have the same name wherever they lie; other sizes, parts and labels another one', async () => {
  for (const copy of ['one', 'two']) await sets['folder per class']!(at('same', copy, 'digits'));
  const [one, two] = [await importOf(at('same/one/digits')), await importOf(at('same/two/digits'))];
  expect(two.manifest.id).toBe(one.manifest.id);
  expect(one.manifest.image).toEqual({ width: 28, height: 28, channels: 1 });
  const others = [
    ['--image-size', '16'],
    ['--image-size', '32x24', '--fit', 'contain'],
    ['--test', '0.4'],
    ['--validation', '25%'],
  ];
  const ids = new Set([one.manifest.id]);
  for (const options of others) ids.add((await importOf(at('same/one/digits'), ...options)).manifest.id);
  expect(ids.size).toBe(5);
});

test('decisions are saved, and hold for the folder beside their file', async () => {
  await sets['labels in names']!(at('plans/digits'));
  const first = ['--pattern', '{digit}_{parity}_*.png', '--image-size', '20', '--task', 'parity:ignore'];
  const one = await importOf(
    at('plans/digits'),
    ...first,
    '--save-plan',
    at('plans/digits.trunkline-data.json'),
  );
  const two = await importOf(at('plans/digits.trunkline-data.json'));
  expect(two.manifest.id).toBe(one.manifest.id);
  expect(two.manifest.image).toMatchObject({ width: 20, height: 20 });
  expect(two.manifest.revisions[0]?.columns.map(({ id }) => id)).toEqual(['digit']);
});

test('several paths make a union, each with the labels it has', async () => {
  await sets['folder per class']!(at('union/classes'));
  await sets['metadata.jsonl']!(at('union/marks'));
  const own = await importOf(at('union/classes'), at('union/marks'));
  expect(own.manifest.samples).toBe(48);
  expect(own.manifest.origins).toEqual(['classes', 'marks']);
  expect(own.manifest.revisions[0]?.columns.map(({ id }) => id)).toEqual(['class', 'parity', 'marks']);
  const { columns } = own.dataset({ data: own.reference, seed: 0 });
  const labelled = columns.map(({ info, values }) => [
    info.id,
    values.filter((value) => !Number.isNaN(value)).length,
  ]);
  expect(Object.fromEntries(labelled)).toEqual({ class: 24, parity: 24, marks: 72 });
});

test('what is broken or left on the disk is named, and all else is imported', async () => {
  const folder = at('broken');
  await sets['folder per class']!(folder);
  writeFileSync(path.join(folder, '1/page.png'), '<html><script>window.ran = true</script></html>');
  writeFileSync(path.join(folder, '1/drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const csv = at('left.csv');
  const own = await importOf(folder, '--left-out', csv);
  expect(own.manifest.samples).toBe(24);
  const lines = readFileSync(csv, 'utf8').trim().split(/\r?\n/);
  expect(lines[0]).toBe('what,name,row,reason');
  expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual(
    expect.arrayContaining(['1/drawing.svg', 'readme.txt', '1/page.png']),
  );
});

test('pictures without labels are no task, and the way out is told', async () => {
  const folder = at('unlabelled');
  for (let i = 0; i < 3; i++) await writeDigit(path.join(folder, `${i}.png`), i, 0);
  await expect(importOf(folder)).rejects.toThrow('--pattern "{label}_*.png"');
});
