import { readFile } from 'node:fs/promises';
import { zipSync } from 'fflate';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { ImportError } from '../importers/importer.ts';
import type { SourceFile } from '../importers/source-file.ts';
import { consecutiveSplit } from '../split.ts';
import type { ImportChoices, ImportView } from './import-view.ts';
import { memoryTarget, type MemorySet } from './memory-target.ts';
import { ImportSession } from './session.ts';
import { sourceOfDataset } from './set-table.ts';
import { bmp, bmpDecoder, file } from './testing.ts';

/** A picture unlike all others of the same test; its first byte is its number. */
const picture = (number: number) => bmp(20, 16, [0, number >> 8, number & 255]);
const pictures = (...paths: string[]): SourceFile[] => paths.map((path, i) => file(path, picture(i + 1)));
const choices = ({ image }: ImportView, change: Partial<ImportChoices> = {}): ImportChoices => ({
  name: 'Mine',
  image,
  split: { validation: 0.25, test: 0.25, seed: 1, stratifyBy: null, groupBy: null },
  duplicates: 'keep',
  ...change,
});
async function commit(session: ImportSession, chosen: ImportChoices): Promise<MemorySet> {
  let set: MemorySet | undefined;
  await session.commit(
    chosen,
    memoryTarget((done) => (set = done)),
  );
  return set as MemorySet;
}
const labelsOf = ({ labels, names }: MemorySet, id: string) => {
  const column = labels.columns.find(({ info }) => info.id === id);
  return Object.fromEntries(names.map((name, i) => [name, column?.values[i]]));
};
const column = (view: ImportView, name: string) => {
  const found = view.columns.find(({ plan }) => plan.name === name);
  if (!found)
    throw new Error(`no column ${name} among ${view.columns.map(({ plan }) => plan.name).join(', ')}`);
  return found;
};
const lines = (session: ImportSession) => Papa.parse<string[]>(session.leftOut()).data.slice(1);

test('a folder per class, with what else lies in it, becomes a set', async () => {
  const session = new ImportSession(bmpDecoder());
  const view = await session.add(
    [
      ...pictures('pets/cats/1.bmp', 'pets/cats/2.bmp', 'pets/dogs/3.bmp', 'pets/dogs/4.bmp'),
      file('pets/dogs/page.png', '<html>'),
      file('pets/notes.txt', 'hello'),
      file('../pets/away.bmp', ''),
    ],
    'drop',
  );
  expect(view).toMatchObject({
    name: 'pets',
    samples: 5,
    sizes: '20×16',
    said: { train: 0, none: 5 },
    image: { shape: { width: 20, height: 16, channels: 3 } },
    tables: [{ name: 'pets', importer: 'folders', samples: 5 }],
  });
  expect(column(view, 'class')).toMatchObject({
    key: 't1:0',
    labelled: 5,
    missing: 0,
    distinct: 2,
    histogram: [
      { name: 'dogs', count: 3 },
      { name: 'cats', count: 2 },
    ],
  });
  const set = await commit(session, choices(view));
  expect(set.manifest).toMatchObject({
    name: 'Mine',
    source: 'Folder per class',
    samples: 4,
    origins: ['pets'],
  });
  expect(set.names).toEqual(['cats/1.bmp', 'cats/2.bmp', 'dogs/3.bmp', 'dogs/4.bmp']);
  expect(labelsOf(set, 'class')).toEqual({
    'cats/1.bmp': 0,
    'cats/2.bmp': 0,
    'dogs/3.bmp': 1,
    'dogs/4.bmp': 1,
  });
  const size = 20 * 16 * 3;
  expect(set.names.map((_, i) => set.images[i * size])).toEqual([1, 2, 3, 4]);
  expect([...set.labels.parts].toSorted((a, b) => a - b)).toEqual([0, 0, 1, 2]);
  expect(lines(session).map(([what, name, , reason]) => [what, name, reason])).toEqual([
    ['file', '../pets/away.bmp', 'has a path that leads out of its folder, or is far too deep or long'],
    ['file', 'notes.txt', 'is no picture'],
    ['file', 'dogs/page.png', 'is no picture'],
  ]);
});

test('a table: a question must be answered, cells without a place are listed, formulas are harmless', async () => {
  const rows = Array.from(
    { length: 20 },
    (_, i) => `${i}.bmp,${i % 2 ? 1 : -1},${i === 3 ? '1e999' : i * 1.5},=${i % 2}+1,p${i >> 2}`,
  );
  const session = new ImportSession(bmpDecoder());
  const view = await session.add(
    [
      file('m.csv', `file_name,smile,age,formula,person\n${rows.join('\n')}\n=lost.bmp,1,2,=1,p\n`),
      ...pictures(...rows.map((_, i) => `${i}.bmp`)),
    ],
    'faces',
  );
  const smile = column(view, 'smile');
  expect(smile.question).toEqual({ column: 'smile', value: '-1' });
  expect(column(view, 'age').unread).toEqual({ count: 1, examples: ['1e999'] });
  await expect(commit(session, choices(view))).rejects.toThrow('−1 in “smile” may be a label');
  // renaming is no answer
  session.plan(smile.key, { ...smile.plan, name: 'Smile' });
  await expect(commit(session, choices(view))).rejects.toThrow(ImportError);
  const answered = session.plan(smile.key, { ...smile.plan, name: 'Smile', answered: '-1' });
  expect(column(answered, 'Smile')).toMatchObject({ question: null, labelled: 20 });
  const person = column(answered, 'person').key;
  session.plan(person, { ...column(answered, 'person').plan, kind: 'ignore', reason: 'a name' });
  const split = { validation: 0.2, test: 0.2, seed: 3, stratifyBy: smile.key, groupBy: person };
  const set = await commit(session, choices(view, { split }));
  expect(labelsOf(set, 'smile')['1.bmp']).toBe(1);
  expect(set.labels.columns.map(({ info }) => info.id)).toEqual(['smile', 'age', 'formula']);
  const partOf = new Map(set.names.map((name, i) => [Number.parseInt(name, 10), set.labels.parts[i]]));
  for (let p = 0; p < 5; p++) expect(new Set([0, 1, 2, 3].map((i) => partOf.get(4 * p + i))).size).toBe(1);
  expect(lines(session).map(([what, name, row]) => [what, name, row])).toEqual([
    ['row', 'm.csv', '21'],
    ['cell', '3.bmp', ''],
  ]);
  // missing: a value among what means nothing
  const missing = session.plan(smile.key, { ...smile.plan, missing: ['-1'], answered: '-1' });
  expect(column(missing, 'smile')).toMatchObject({
    labelled: 10,
    missing: 10,
    problem: 'has fewer than two classes',
    plan: { classes: [{ name: '1', values: ['1'] }] },
  });
  await expect(commit(session, choices(view))).rejects.toThrow('has fewer than two classes');
});

test('a name that begins as a formula is harmless in the list', async () => {
  const session = new ImportSession(bmpDecoder());
  await session.add([...pictures('a/1.bmp', 'b/2.bmp'), file('=cmd', '')], 'x');
  expect(lines(session)).toEqual([['file', "'=cmd", '', 'is no picture']]);
});

test('duplicates: one is kept where labels agree, contradictions are listed', async () => {
  const same = picture(9);
  const files = [
    file('d/a/1.bmp', same),
    file('d/a/2.bmp', same),
    file('d/b/3.bmp', same),
    file('d/b/4.bmp', picture(1)),
    file('d/b/5.bmp', picture(2)),
  ];
  const session = new ImportSession(bmpDecoder(2));
  const view = await session.add(files, 'd');
  const first = await commit(session, choices(view, { duplicates: 'first' }));
  expect(first.names).toEqual(['a/1.bmp', 'b/3.bmp', 'b/4.bmp', 'b/5.bmp']);
  expect(lines(session).map(([, name, , reason]) => `${name} ${reason}`)).toEqual([
    'a/2.bmp is the same picture as “a/1.bmp”',
    'b/3.bmp is the same picture as “a/1.bmp”, which is labelled otherwise (class): both were kept',
  ]);
  // twins lie in one part
  expect(first.labels.parts[0]).toBe(first.labels.parts[1]);
  const all = await commit(session, choices(view));
  expect(all.names).toHaveLength(5);
});

test('several data sets: samples carry only the labels they have; columns of one name are joined where classes are', async () => {
  const session = new ImportSession(bmpDecoder());
  const view = await session.add(
    [
      ...pictures('pets/cat/1.bmp', 'pets/cat/2.bmp', 'pets/dog/3.bmp'),
      ...pictures('faces/1.bmp', 'faces/2.bmp'),
      file('faces/metadata.csv', 'file_name,class,mood\n1.bmp,old,glad\n2.bmp,young,sad\n'),
      file('farm.zip', zipSync({ 'animals/dog/5.bmp': picture(5), 'animals/cow/6.bmp': picture(6) })),
    ],
    'drop',
  );
  expect(view.tables.map(({ name, importer, samples }) => [name, importer, samples])).toEqual([
    ['pets', 'folders', 3],
    ['faces', 'tables', 2],
    ['farm', 'folders', 2],
  ]);
  // pets and farm share “dog”, faces share nothing with either
  expect(view.columns.map(({ plan }) => plan.name)).toEqual(['class', 'faces: class', 'mood']);
  expect(column(view, 'class').union).toMatchObject({
    how: 'joined',
    tables: ['pets', 'farm'],
    reason: '1 of 3 classes are in both',
  });
  expect(column(view, 'faces: class').union?.how).toBe('apart');
  const set = await commit(session, choices(view));
  expect([...set.labels.origins]).toEqual([0, 0, 0, 1, 1, 2, 2]);
  const classes = set.labels.columns[0];
  expect(classes?.info).toMatchObject({ classes: ['cat', 'cow', 'dog'] });
  expect([...(classes?.values ?? [])]).toEqual([0, 0, 2, Number.NaN, Number.NaN, 1, 2]);
  const apart = await session.join('class', 'apart');
  expect(apart.columns.map(({ plan }) => plan.name)).toEqual([
    'pets: class',
    'faces: class',
    'farm: class',
    'mood',
  ]);
  const without = await session.dropTable('t2');
  expect(without.columns).toHaveLength(2);
  expect(without.samples).toBe(5);
});

test('two folders of pictures are two classes; a table that comes later tells of what is there', async () => {
  const session = new ImportSession(bmpDecoder());
  const view = await session.add(pictures('cats/1.bmp', 'dogs/2.bmp'), 'drop');
  expect(view.tables).toHaveLength(1);
  expect(column(view, 'class').plan).toMatchObject({
    kind: 'class',
    classes: [{ name: 'cats' }, { name: 'dogs' }],
  });
  const later = await session.add([file('m.csv', 'file_name,age\ncats/1.bmp,3\ndogs/2.bmp,4.5\n')], 'm');
  expect(later.tables).toMatchObject([{ importer: 'tables', samples: 2 }]);
  expect(column(later, 'age').plan.kind).toBe('number');
});

test('a kept or built-in set beside files', async () => {
  const info = {
    id: 'x',
    name: 'Digits',
    description: '',
    licence: '',
    source: '',
    image: { width: 16, height: 16, channels: 1 },
    columns: [{ id: 'digit', name: 'Digit', kind: 'class', classes: ['0', '1'] }],
    counts: { train: 2, validation: 1, test: 0 },
  } as const;
  const images = Uint8Array.from({ length: 3 * 256 }, (_, i) => 100 + Math.floor(i / 256));
  const values = Float32Array.from([1, Number.NaN, 0]);
  const dataset = {
    info,
    images,
    columns: [{ info: info.columns[0], values }],
    split: consecutiveSplit(info.counts),
  };
  const session = new ImportSession(bmpDecoder());
  await session.add(pictures('p/cat/1.bmp', 'p/dog/2.bmp'), 'p');
  const view = await session.addSet(sourceOfDataset(dataset));
  expect(view.said).toEqual({ train: 2, validation: 1, test: 0, none: 2 });
  const set = await commit(session, choices(view));
  expect([...(set.labels.columns[1]?.values ?? [])]).toEqual([Number.NaN, Number.NaN, 1, Number.NaN, 0]);
  expect(set.manifest.origins).toEqual(['p', 'Digits']);
  expect(set.images.at(-1)).toBe(102);
});

test('pictures without labels: refused with words, imported with a task to label by hand', async () => {
  const session = new ImportSession(bmpDecoder());
  const view = await session.add(pictures('1.bmp', '2.bmp', 'young_3.bmp'), 'pile');
  await expect(commit(session, choices(view))).rejects.toThrow('it has no task yet');
  const newTasks = [{ name: 'Sort', classes: ['good', 'bad'] }];
  const set = await commit(session, choices(view, { newTasks }));
  expect(set.labels.columns[0]?.info).toEqual({
    id: 'sort',
    name: 'Sort',
    kind: 'class',
    classes: ['good', 'bad'],
  });
  expect([...(set.labels.columns[0]?.values ?? [])]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  await expect(
    commit(session, choices(view, { newTasks: [{ name: 'x', classes: ['a', 'a'] }] })),
  ).rejects.toThrow(ImportError);
});

test('a pattern is applied live, and told where it cannot be', async () => {
  const session = new ImportSession(bmpDecoder());
  await session.add(pictures('3_m_x.bmp', '4_f_x.bmp', 'other.bmp', '5_f_.bmp'), 'pile');
  const wrong = await session.reread('t1', { pattern: '{a}{b}' });
  expect(wrong.tables[0]?.patternProblem).toContain('something must stand between');
  const view = await session.reread('t1', { pattern: '{age}_{sex}_*.bmp' });
  expect(view.columns.map(({ key, labelled, missing }) => [key, labelled, missing])).toEqual([
    ['t1:{age}', 3, 1],
    ['t1:{sex}', 3, 1],
  ]);
  expect((await session.reread('t1', { pattern: null })).columns).toEqual([]);
});

test('a preview shows each class, and how many come into each part', async () => {
  const session = new ImportSession(bmpDecoder());
  const view = await session.add(
    pictures(...Array.from({ length: 40 }, (_, i) => `p/${i % 5 === 0 ? 'rare' : 'usual'}/${i}.bmp`)),
    'p',
  );
  const preview = await session.preview(choices(view));
  expect(preview.names).toHaveLength(12);
  expect(preview.labels['t1:0']?.filter((each) => each === 'rare')).toHaveLength(6);
  expect(preview.pixels).toHaveLength(12 * 20 * 16 * 3);
  expect(preview.counts).toEqual({ train: 20, validation: 10, test: 10 });
});

test('arrays that no decoder reads pictures from, of a test part alone: dealt anew', async () => {
  const fixture = async (name: string) =>
    file(name, new Uint8Array(await readFile(new URL(`../importers/fixtures/${name}`, import.meta.url))));
  const session = new ImportSession(bmpDecoder(16));
  const view = await session.add(
    [await fixture('t10k-images-idx3-ubyte.gz'), await fixture('t10k-labels-idx1-ubyte')],
    'fashion',
  );
  expect(view.said.test).toBe(view.samples);
  expect(view.image.shape).toEqual({ width: 28, height: 28, channels: 1 });
  const set = await commit(session, choices(view));
  expect(set.manifest.revisions[0]?.counts.train).toBeGreaterThan(0);
});

test('decisions as a file, on the same files and on others', async () => {
  const files = pictures('p/cat/1_3.bmp', 'p/dog/2_4.bmp', 'p/dog/3_4.bmp');
  const session = new ImportSession(bmpDecoder());
  const first = await session.add(files, 'p');
  await session.reread('t1', { pattern: '*_{age}.bmp' });
  const { missing } = column(first, 'class').plan;
  const classes = [
    { name: 'pet', values: ['cat'] },
    { name: 'hound', values: ['dog'] },
  ];
  session.plan('t1:0', { column: 'class', name: 'Animal', missing, kind: 'class', classes });
  const chosen = choices(session.view(), {
    split: { validation: 0.1, test: 0.1, seed: 5, stratifyBy: 't1:0', groupBy: null },
  });
  const text = session.planFile(chosen);
  const again = new ImportSession(bmpDecoder());
  await again.add(files, 'p');
  const applied = await again.applyPlanFile(text);
  expect(applied.problems).toEqual([]);
  expect(applied.choices.split).toMatchObject({ seed: 5, stratifyBy: 't1:0' });
  expect(column(applied.view, 'Animal').plan).toMatchObject({
    classes: [{ name: 'pet' }, { name: 'hound' }],
  });
  expect(again.signature(applied.choices)).toBe(session.signature(chosen));
  const other = new ImportSession(bmpDecoder());
  await other.add(pictures('q/cow/1.bmp', 'q/dog/2.bmp'), 'q');
  expect((await other.applyPlanFile(text)).problems).toEqual([
    '1 labels of “class” have no place in it, such as “cow”.',
  ]);
  await expect(other.applyPlanFile('{}')).rejects.toThrow('it says nothing of how data are imported');
  await expect(other.applyPlanFile('{"format":"trunkline-data","version":2}')).rejects.toThrow('version 2');
});

test('stopped while it decodes: nothing stays', async () => {
  const session = new ImportSession(bmpDecoder(1));
  const view = await session.add(pictures('p/a/1.bmp', 'p/b/2.bmp', 'p/b/3.bmp'), 'p');
  const stop = new AbortController();
  const { begin } = memoryTarget(() => expect.fail('it was finished'));
  let abandoned = 0;
  const target: Parameters<ImportSession['commit']>[1] = {
    begin: async (draft) => {
      const writer = await begin(draft);
      const abandon = writer.abandon.bind(writer);
      writer.abandon = () => (abandoned++, abandon());
      return writer;
    },
  };
  const progress = ({ done }: { done: number }) => done === 2 && stop.abort(new Error('enough'));
  await expect(session.commit(choices(view), target, progress, stop.signal)).rejects.toThrow('enough');
  expect(abandoned).toBe(1);
});

test('hostile tables: names that turn around, huge cells, a million columns, ten thousand classes', async () => {
  const session = new ImportSession(bmpDecoder());
  const names = ['\u202eevil', '<b>x</b>', '👩‍👩‍👧', 'مرحبا', 'e\u0301'];
  const rows = Array.from(
    { length: 20 },
    (_, i) => `${i}.bmp,${names[i % 5]},${'x'.repeat(i === 19 ? 5e6 : 3)}${i % 2}`,
  );
  const view = await session.add(
    [
      file(
        'm.csv',
        `file_name,\u202ename,name,text\n${rows.map((row) => row.replace(/,([^,]*),/, ',$1,$1,')).join('\n')}`,
      ),
      file('empty.csv', ''),
      ...pictures(...rows.map((_, i) => `${i}.bmp`)),
    ],
    'x',
  );
  const plans = view.columns.filter(({ plan }) => plan.kind === 'class').map(({ plan }) => plan);
  expect(plans[0]).toMatchObject({
    name: 'name',
    classes: ['<b>x</b>', 'evil', 'é', 'مرحبا', '👩‍👩‍👧'].map((name) => ({ name })),
  });
  expect(JSON.stringify(view).length).toBeLessThan(30_000);
  const wide = new ImportSession(bmpDecoder());
  const beside = await wide.add(
    [file('wide.csv', `file_name${',a'.repeat(1e6)}\n`), ...pictures('a/1.bmp', 'b/2.bmp')],
    'x',
  );
  expect([beside.columns.length, beside.leftOut.count]).toEqual([1, 1]);
  const many = new ImportSession(bmpDecoder(1000));
  const found = await many.add(
    pictures(...Array.from({ length: 20_000 }, (_, i) => `c/${i >> 1}/${i}.bmp`)),
    'c',
  );
  expect(found.columns[0]).toMatchObject({ distinct: 10_000, labelled: 20_000 });
  expect(found.columns[0]?.histogram).toHaveLength(200);
});
