import { expect, test } from 'vitest';
import type { Importer, RawTable } from './importer.ts';
import { importers, recognise } from './index.ts';
import { Listing } from './listing.ts';
import { columnsFromNames, namePattern, PatternError } from './name-pattern.ts';

const context = { signal: new AbortController().signal, progress: () => Promise.resolve() };

function drop(texts: Record<string, string>, ...pictures: string[]): Listing {
  const contents = [...Object.entries(texts), ...pictures.map((path) => [path, ''] as const)];
  return new Listing(
    'drop',
    contents.map(([path, content]) => {
      const blob = new Blob([content]);
      return { path, bytes: blob.size, blob: () => Promise.resolve(blob) };
    }),
  );
}

/** Reads a drop with the importer that is surest of it, which must be this one. */
async function read(id: string, listing: Listing): Promise<RawTable> {
  const [first] = await recognise(listing);
  expect(first?.id).toBe(id);
  return (first as Importer).read(listing, context);
}
const cellsOf = ({ columns }: RawTable) =>
  Object.fromEntries(columns.map(({ name, cells }) => [name, cells]));
const splitsOf = ({ samples }: RawTable) =>
  Object.fromEntries(samples.map(({ name, split }) => [name, split]));
const reasonsOf = ({ leftOut }: RawTable) =>
  leftOut.map(({ name, row, reason }) => `${name}${row ? ` ${row}` : ''} ${reason}`);

test('CelebA: attributes, parts, landmarks and identities of one picture', async () => {
  const table = await read(
    'celeba',
    drop(
      {
        'Anno/list_attr_celeba.txt':
          '3\nBald Smiling \n000001.jpg -1  1\n000002.jpg  1 -1\nlost.jpg 1 1\n000003.jpg 1\n',
        'Anno/list_landmarks_align_celeba.txt':
          '2\nlefteye_x lefteye_y\n000001.jpg 69 109\n000002.jpg 70 x\n',
        'Anno/identity_CelebA.txt': '000001.jpg 2880\n000002.jpg 2937\n',
        'Eval/list_eval_partition.txt': '000001.jpg 0\n000002.jpg 2\n000001.jpg 7\n',
        'README.txt': 'hello',
      },
      'img_align_celeba/000001.jpg',
      'img_align_celeba/000002.jpg',
      'img_align_celeba/000003.jpg',
    ),
  );
  expect(cellsOf(table)).toEqual({
    Bald: ['no', 'yes'],
    Smiling: ['yes', 'no'],
    landmarks: [[69, 109], null],
    identity: ['2880', '2937'],
  });
  expect(table.columns.find(({ name }) => name === 'landmarks')?.names).toEqual(['lefteye_x', 'lefteye_y']);
  expect(splitsOf(table)).toEqual({
    'img_align_celeba/000001.jpg': 'train',
    'img_align_celeba/000002.jpg': 'test',
  });
  expect(reasonsOf(table)).toEqual([
    'Anno/list_attr_celeba.txt 3 names “lost.jpg”, which is not there',
    'Anno/list_attr_celeba.txt 4 has 1 values, not 2',
    'Anno/list_landmarks_align_celeba.txt 2 has not 2 numbers',
    'Eval/list_eval_partition.txt 3 says “7”, which is no part: 0, 1 and 2 are',
    'README.txt is no picture',
    'img_align_celeba/000003.jpg is in no row of a table',
  ]);
});

test('Roboflow: classes side by side in each part', async () => {
  const table = await read(
    'one-hot',
    drop(
      {
        'train/_classes.csv': 'filename, cat, dog\na.jpg, 1, 1\nb.jpg, 0, 0\nc.jpg, 2, 0\n',
        'valid/_classes.csv': 'filename, cat, dog\na.jpg, 0, 1\n',
      },
      'train/a.jpg',
      'train/b.jpg',
      'train/c.jpg',
      'valid/a.jpg',
    ),
  );
  expect(table.columns).toEqual([
    { name: 'labels', kind: 'labels', names: ['cat', 'dog'], cells: [['cat', 'dog'], [], ['dog']] },
  ]);
  expect(splitsOf(table)).toEqual({
    'train/a.jpg': 'train',
    'train/b.jpg': 'train',
    'valid/a.jpg': 'validation',
  });
  expect(reasonsOf(table)[0]).toBe('train/_classes.csv 3 says “2” where 0 or 1 belongs');
});

test('COCO: categories of each picture, none where nothing is annotated', async () => {
  const annotations = {
    info: { year: 2017 },
    images: [
      { id: 7, file_name: 'a.jpg', height: 3 },
      { id: 8, file_name: 'b.jpg' },
      { id: 9, file_name: 'gone.jpg' },
    ],
    annotations: [
      { id: 1, image_id: 7, category_id: 1, bbox: [0, 0, 1, 1] },
      { id: 2, image_id: 7, category_id: 1 },
      { id: 3, image_id: 7, category_id: 18 },
      { id: 4, image_id: 7, category_id: 5 },
      { id: 5, image_id: 70, category_id: 1 },
    ],
    categories: [
      { id: 18, name: 'dog', supercategory: 'animal' },
      { id: 1, name: 'person' },
      { id: 2, name: 'kite' },
    ],
  };
  const table = await read(
    'coco',
    drop(
      { 'annotations/instances_val2017.json': JSON.stringify(annotations) },
      'val2017/a.jpg',
      'val2017/b.jpg',
    ),
  );
  expect(table.columns).toEqual([
    { name: 'categories', kind: 'labels', names: ['dog', 'person', 'kite'], cells: [['person', 'dog'], []] },
  ]);
  expect(splitsOf(table)).toEqual({ 'val2017/a.jpg': 'validation', 'val2017/b.jpg': 'validation' });
  expect(reasonsOf(table)).toEqual([
    'annotations/instances_val2017.json 4 is an annotation of category 5, which is not listed',
    'annotations/instances_val2017.json 5 is an annotation of image 70, which is not listed',
    'annotations/instances_val2017.json 3 names “gone.jpg”, which is not there',
  ]);
});

test('mmpretrain: tasks by name, each picture with those that it has', async () => {
  const list = {
    metainfo: { tasks: ['gender', 'wear'] },
    data_list: [
      { img_path: 'a.jpg', gt_label: { gender: 0 } },
      { img_path: 'b.jpg', gt_label: { gender: 1, wear: [1, 0] } },
      { img_path: 'c.jpg', gt_label: { age: 3 } },
    ],
  };
  const table = await read(
    'multi-task-json',
    drop({ 'train.json': JSON.stringify(list) }, 'a.jpg', 'b.jpg', 'c.jpg'),
  );
  expect(cellsOf(table)).toEqual({ gender: ['0', '1'], wear: [null, ['0']] });
  expect(splitsOf(table)).toEqual({ 'a.jpg': 'train', 'b.jpg': 'train' });
  expect(reasonsOf(table)[0]).toBe('train.json 3 has a label of “age”, which is no task of the file');
});

test('JSON that is damaged or of another shape says where', async () => {
  const readAs = (id: string, text: string) =>
    importers.find((each) => each.id === id)?.read(drop({ 'coco.json': text }, 'a.jpg'), context);
  await expect(readAs('coco', '{"images": [')).rejects.toThrow('coco.json: it is no JSON');
  await expect(
    readAs('coco', '{"images": [{"id": 1}], "annotations": [], "categories": []}'),
  ).rejects.toThrow('coco.json: at images.0.file_name');
  await expect(readAs('multi-task-json', '{"metainfo": {}}')).rejects.toThrow('coco.json: at metainfo.tasks');
});

test('what was dropped is recognised among all importers, or it is said what to drop', async () => {
  const surest = async (...input: Parameters<typeof drop>) =>
    (await recognise(drop(...input))).map(({ id }) => id);
  expect(await surest({}, 'cats/1.png', 'dogs/2.png')).toEqual(['folders']);
  expect(await surest({ 'metadata.csv': 'file_name,a\ncats/1.png,b\n' }, 'cats/1.png', 'dogs/2.png')).toEqual(
    ['tables', 'folders'],
  );
  await expect(surest({ 'a.txt': 'x' })).rejects.toThrow(
    'drop: no picture, and no file of images that is known, is in it.',
  );
  await expect(surest({})).rejects.toThrow('drop: it is empty.');
});

test('a folder called as a property of every object is a folder', async () => {
  const table = await read('folders', drop({}, 'constructor/1.png', 'toString/2.png', 'train/3.png'));
  expect(splitsOf(table)).toEqual({
    'constructor/1.png': null,
    'toString/2.png': null,
    'train/3.png': 'train',
  });
});

test('labels in file names', () => {
  const names = ['utk/39_1_20170116.jpg', 'x/7_0_.JPG', '39_1.jpg', 'a_b_c_d.jpg'].map((name) => ({ name }));
  expect(columnsFromNames(names, namePattern('{age}_{gender}_*.jpg'))).toEqual([
    { name: 'age', cells: ['39', '7', null, 'a'] },
    { name: 'gender', cells: ['1', '0', null, 'b'] },
  ]);
  const paths = columnsFromNames(names, namePattern('{set}/*_{end}.jpg'));
  expect(paths.map(({ cells }) => cells)).toEqual([
    ['utk', 'x', null, null],
    ['20170116', '0_', null, null],
  ]);
  expect(namePattern('{a (1)}.[x]$*').match('b.[x]$c')).toEqual(['b']);
});

test.each([
  ['', 'names no label'],
  ['*.jpg', 'names no label'],
  ['{a}{b}', 'something must stand between'],
  ['{a}_{a}', 'occurs twice'],
  ['{}', 'needs the name'],
  ['{a_*', 'left open'],
  ['{a}*_*_*_*', 'At most 3'],
])('the pattern “%s” is refused', (pattern, reason) => {
  expect(() => namePattern(pattern)).toThrow(PatternError);
  expect(() => namePattern(pattern)).toThrow(reason);
});
