/** Layouts as tools and their documentation show them, and which importer is surest where two could fit. */
import { expect, test } from 'vitest';
import type { RawTable } from './importer.ts';
import { importers, recognise } from './index.ts';
import { Listing } from './listing.ts';

type Content = Uint8Array<ArrayBuffer> | string;
const context = { signal: new AbortController().signal, progress: () => Promise.resolve() };
function drop(files: Record<string, Content>, ...pictures: string[]): Listing {
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
  if (first?.id !== id) throw new Error(`${first?.id} is surer than ${id}`);
  return first.read(listing, context);
}
const cellsOf = ({ columns }: RawTable) =>
  Object.fromEntries(columns.map(({ name, cells }) => [name, cells]));
const splitsOf = ({ samples }: RawTable) => samples.map(({ split }) => split);
const reasonsOf = ({ leftOut }: RawTable) => leftOut.map(({ name, reason }) => `${name} ${reason}`);

test('every importer has an example and a name of its own', () => {
  expect(new Set(importers.map(({ id }) => id)).size).toBe(importers.length);
  for (const { name, example } of importers)
    expect([name.length > 3, example.length > 10]).toEqual([true, true]);
});

test('torchvision: parts below any number of folders, by all their names', async () => {
  const table = await read(
    'folders',
    drop(
      { 'pets/README.txt': 'hello' },
      'pets/data/train/cat/1.jpg',
      'pets/data/valid/cat/2.jpg',
      'pets/data/validation/dog/3.jpg',
      'pets/data/Test/dog/4.jpg',
      'pets/data/val/dog/5.jpg',
    ),
  );
  expect(table.name).toBe('pets');
  expect(splitsOf(table)).toEqual(['test', 'train', 'validation', 'validation', 'validation']);
  expect(cellsOf(table)).toEqual({ class: ['dog', 'cat', 'dog', 'cat', 'dog'] });
});

test('an archive within whose folder is another one, and parts below the classes', async () => {
  const table = await read(
    'folders',
    drop({}, 'pets/pets/cat/train/1.jpg', 'pets/pets/cat/test/2.jpg', 'pets/pets/dog/train/3.jpg'),
  );
  expect(splitsOf(table)).toEqual(['test', 'train', 'train']);
  expect(cellsOf(table)).toEqual({ class: ['cat', 'cat', 'dog'] });
  const part = await read('folders', drop({}, 'pets/train/cat/1.jpg', 'pets/train/dog/3.jpg'));
  expect(splitsOf(part)).toEqual(['train', 'train']);
});

test('Kaggle: a table of identifiers without endings, words or numbers', async () => {
  const words = await read(
    'tables',
    drop({ 'labels.csv': 'id,breed\n000bec,boxer\n001513,dingo\n' }, 'train/000bec.jpg', 'train/001513.jpg'),
  );
  expect(cellsOf(words)).toEqual({ breed: ['boxer', 'dingo'] });
  expect(splitsOf(words)).toEqual(['train', 'train']);
  const numbers = await read(
    'tables',
    drop({ 'a.jsonl': '{"id":7,"a":"x"}\n{"id":8,"a":"y"}\n' }, '7.png', '8.png'),
  );
  expect(cellsOf(numbers)).toEqual({ a: ['x', 'y'] });
});

test('Hugging Face ImageFolder: a table in each part, pictures in folders below', async () => {
  const table = await read(
    'tables',
    drop(
      {
        'train/metadata.csv': 'file_name,text\nimages/0001.png,a\n',
        'test/metadata.csv': 'file_name,text\nimages/0001.png,b\n',
      },
      'train/images/0001.png',
      'test/images/0001.png',
    ),
  );
  expect(splitsOf(table)).toEqual(['test', 'train']);
  expect(cellsOf(table)).toEqual({ text: ['b', 'a'] });
});

test.each(['file_name', 'FileName', 'filename', 'image', 'path', 'img_path', 'Image Path', 'image-id'])(
  'files named in the column “%s”',
  async (column) => {
    const table = await read(
      'tables',
      drop({ 'deep/er/table.csv': `a;${column}\nx;images/1.png\ny;2.png\n` }, 'images/1.png', 'other/2.png'),
    );
    expect(cellsOf(table)).toEqual({ a: ['x', 'y'] });
  },
);

test('names in Latin-1, in composed and in decomposed letters', async () => {
  const latin = Uint8Array.from('filename,ort\r\nf\xfcchse/k\xe4fer.png,K\xf6ln\r\n', (sign) =>
    sign.charCodeAt(0),
  );
  expect(cellsOf(await read('tables', drop({ 'a.csv': latin }, 'fu\u0308chse/ka\u0308fer.png')))).toEqual({
    ort: ['Köln'],
  });
});

const annotations = (image: string) =>
  JSON.stringify({
    images: [{ id: 1, file_name: image, coco_url: 'http://images.example/1.jpg', height: 427, width: 640 }],
    annotations: [{ id: 1, image_id: 1, category_id: 18, iscrowd: 0, area: 702.1, bbox: [473, 395, 38, 28] }],
    categories: [{ supercategory: 'animal', id: 18, name: 'dog' }],
  });
const captions = JSON.stringify({
  images: [{ id: 1, file_name: 'a.jpg' }],
  annotations: [{ id: 1, image_id: 1, caption: 'A dog.' }],
});

test('COCO: several files of annotations; one of captions beside them is listed', async () => {
  const table = await read(
    'coco',
    drop(
      {
        'annotations/captions_train2017.json': captions,
        'annotations/instances_train2017.json': annotations('a.jpg'),
        'annotations/instances_val2017.json': annotations('b.jpg'),
      },
      'images/train2017/a.jpg',
      'images/val2017/b.jpg',
    ),
  );
  expect(splitsOf(table)).toEqual(['train', 'validation']);
  expect(cellsOf(table)).toEqual({ categories: [['dog'], ['dog']] });
  expect(reasonsOf(table)[0]).toContain('annotations/captions_train2017.json at annotations.0.category_id');
});

test('Roboflow: COCO in each part, with its own name of the file', async () => {
  const table = await read(
    'coco',
    drop(
      {
        'train/_annotations.coco.json': annotations('a.jpg'),
        'valid/_annotations.coco.json': annotations('a.jpg'),
      },
      'train/a.jpg',
      'valid/a.jpg',
    ),
  );
  expect(splitsOf(table)).toEqual(['train', 'validation']);
});

test('an array among pictures is not what was meant; a table that names few pictures neither', async () => {
  await read('folders', drop({ 'features.npy': 'x' }, 'cats/1.png', 'dogs/2.png'));
  await read(
    'folders',
    drop({ 'notes.csv': 'image,a\ngone.png,x\nlost.png,y\n' }, 'cats/1.png', 'dogs/2.png'),
  );
});

test('CIFAR: a batch that is cut off is left out, the others are read', async () => {
  const record = new Uint8Array(3073).fill(7);
  const table = await read(
    'cifar',
    drop({ 'data_batch_1.bin': record, 'test_batch.bin': record.slice(0, 3000) }),
  );
  expect(table.samples).toHaveLength(1);
  expect(reasonsOf(table)).toEqual(['test_batch.bin is cut off: its last record is not whole']);
});

test('IDX: labels that are damaged are listed, the images are read; alone they say what is wrong', async () => {
  const images = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 5, 6]);
  const files = { 'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte': 'oops' };
  const table = await read('idx', drop(files));
  expect(table.samples).toHaveLength(2);
  expect(reasonsOf(table)).toEqual(['train-labels-idx1-ubyte it is no IDX file.']);
  await expect(read('idx', drop({ 'train-images-idx3-ubyte': 'oops' }))).rejects.toThrow(
    'train-images-idx3-ubyte: it is no IDX file.',
  );
});

test('mmpretrain: tasks with their categories, as its own tests have them', async () => {
  const list = {
    metainfo: {
      tasks: [
        { name: 'gender', categories: ['male', 'female'], type: 'single-label' },
        { name: 'wear', categories: ['shirt', 'coat', 'jeans', 'pants'], type: 'multi-label' },
      ],
    },
    data_list: [
      { img_path: 'a/1.JPG', gt_label: { gender: 0 } },
      { img_path: 'b/2.jpeg', gt_label: { gender: 0, wear: [1, 0, 1, 0] } },
      { img_path: 'b/subb/3.jpg', gt_label: { gender: 1, wear: [0, 1, 0, 1] } },
    ],
  };
  const listing = drop({ 'multi-task.json': JSON.stringify(list) }, 'a/1.JPG', 'b/2.jpeg', 'b/subb/3.jpg');
  const table = await read('multi-task-json', listing);
  expect(table.columns).toEqual([
    { name: 'gender', kind: 'class', names: ['male', 'female'], cells: ['male', 'male', 'female'] },
    {
      name: 'wear',
      kind: 'labels',
      names: ['shirt', 'coat', 'jeans', 'pants'],
      cells: [null, ['shirt', 'jeans'], ['coat', 'pants']],
    },
  ]);
});

test('CelebA: boxes, whose header names the pictures, too, and fields by several blanks', async () => {
  const files = {
    'Anno/list_bbox_celeba.txt':
      '2\nimage_id x_1 y_1 width height\n000001.jpg    95  71 226 313\n000002.jpg    72  94 221 306\n',
    'Anno/list_landmarks_celeba.txt':
      '2\nlefteye_x lefteye_y righteye_x righteye_y\n000001.jpg 165  184  244  176\n000002.jpg 140  204  220  204\n',
  };
  const table = await read('celeba', drop(files, 'img_celeba/000001.jpg', 'img_celeba/000002.jpg'));
  expect(cellsOf(table)).toEqual({
    landmarks: [
      [165, 184, 244, 176],
      [140, 204, 220, 204],
    ],
    box: [
      [95, 71, 226, 313],
      [72, 94, 221, 306],
    ],
  });
  expect(table.columns[1]?.names).toEqual(['x_1', 'y_1', 'width', 'height']);
});
