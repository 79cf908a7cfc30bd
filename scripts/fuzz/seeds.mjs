// @ts-check
/** What is mutated: a drop of every format, as it should be. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, strToU8 } from 'fflate';
import sharp from 'sharp';
import { root } from '../setup.mjs';

/** @typedef {{ name: string, files: Record<string, Uint8Array> }} Seed files by path: what is mutated comes first */

const fixtures = path.join(root, 'src/data/importers/fixtures');
/** @param {string} name */
const fixture = (name) => new Uint8Array(readFileSync(path.join(fixtures, name)));

/** Texts as the tools write them. */
const texts = {
  csv: 'file_name,colour,age,tags,split\n1.png,red,3.5,a|b,train\n2.png,"blue, ""dark""",,b|c,val\n3.png,,1e3,a,test\n',
  semicolons: '\ufeffimage;grösse;ja\r\n1.png;1,5;0\r\n2.png;2,5;1\r\n3.png;;-1\r\n',
  tsv: 'img_path\tclass\n1.png\tcat\n2.png\tdog\n3.png\tcat\n',
  jsonl:
    '{"file_name":"1.png","tags":["a","b"],"age":3,"box":{"x":1}}\n{"file_name":"2.png","place":[0.5,1],"ok":true}\n',
  attributes: '3\nBald Smiling Young\n1.jpg -1 1 1\n2.jpg 1 -1 1\n3.jpg -1 -1 1\n',
  landmarks: '2\nlefteye_x lefteye_y\n1.jpg 69 109\n2.jpg 70 111\n',
  partition: '1.jpg 0\n2.jpg 1\n3.jpg 2\n',
  classes: 'filename, cat, dog\n1.jpg, 1, 0\n2.jpg, 0, 1\n3.jpg, 1, 1\n',
  coco: JSON.stringify({
    images: [
      { id: 1, file_name: '1.jpg', width: 640, height: 480 },
      { id: 2, file_name: '2.jpg' },
    ],
    annotations: [
      { id: 1, image_id: 1, category_id: 3, bbox: [1, 2, 3, 4] },
      { id: 2, image_id: 2, category_id: 4 },
    ],
    categories: [
      { id: 3, name: 'cat', supercategory: 'animal' },
      { id: 4, name: 'dog' },
    ],
  }),
  multi: JSON.stringify({
    metainfo: { tasks: ['gender', { name: 'wear', categories: ['hat', 'coat'] }] },
    data_list: [
      { img_path: '1.jpg', gt_label: { gender: 0 } },
      { img_path: '2.jpg', gt_label: { gender: 1, wear: [1, 0] } },
    ],
  }),
};

async function pictures() {
  const pixels = Buffer.from(Array.from({ length: 12 * 9 * 3 }, (_, i) => (i * 37) % 256));
  const picture = sharp(pixels, { raw: { width: 12, height: 9, channels: 3 } });
  const jpeg = picture.clone().withMetadata({ orientation: 6 }).jpeg();
  /** @type {Record<string, import('sharp').Sharp>} */
  const formats = {
    png: picture.clone().png(),
    'palette png': picture.clone().png({ palette: true }),
    jpeg,
    webp: picture.clone().webp(),
    'lossless webp': picture.clone().webp({ lossless: true }),
    gif: picture.clone().gif(),
    avif: picture.clone().avif({ effort: 0 }),
  };
  const made = await Promise.all(
    Object.entries(formats).map(
      async ([name, format]) => /** @type {const} */ ([name, new Uint8Array(await format.toBuffer())]),
    ),
  );
  return new Map(made);
}

/**
 * @param {string} name
 * @param {Record<string, string | Uint8Array>} files
 * @returns {Seed}
 */
function seed(name, files) {
  const contents = Object.entries(files).map(([file, content]) => [
    file,
    typeof content === 'string' ? strToU8(content) : content,
  ]);
  return { name, files: Object.fromEntries(contents) };
}

/** Tables and annotations, which are mutated, beside pictures. @param {Map<string, Uint8Array>} made */
function annotated(made) {
  const png = made.get('png') ?? new Uint8Array();
  const jpeg = made.get('jpeg') ?? new Uint8Array();
  const pngs = { '1.png': png, '2.png': png, '3.png': png };
  const jpegs = { '1.jpg': jpeg, '2.jpg': jpeg, '3.jpg': jpeg };
  return [
    seed('csv', { 'metadata.csv': texts.csv, ...pngs }),
    seed('csv with semicolons', { 'labels.csv': texts.semicolons, ...pngs }),
    seed('tsv', { 'metadata.tsv': texts.tsv, ...pngs }),
    seed('jsonl', { 'metadata.jsonl': texts.jsonl, ...pngs }),
    seed('CelebA attributes', { 'list_attr_celeba.txt': texts.attributes, ...jpegs }),
    seed('CelebA landmarks', { 'list_landmarks_celeba.txt': texts.landmarks, ...jpegs }),
    seed('CelebA partition', {
      'list_eval_partition.txt': texts.partition,
      'list_attr_celeba.txt': texts.attributes,
      ...jpegs,
    }),
    seed('Roboflow', { '_classes.csv': texts.classes, ...jpegs }),
    seed('COCO', { 'instances_train.json': texts.coco, ...jpegs }),
    seed('mmpretrain', { 'train.json': texts.multi, ...jpegs }),
  ];
}

/** Arrays, archives and Parquet. @param {Uint8Array} png */
function packed(png) {
  const four = Object.fromEntries([0, 1, 2, 3].map((i) => [`${i}.png`, png]));
  const codecs = ['snappy-1', 'snappy-2', 'gzip-1', 'zstd-2', 'brotli-1', 'lz4-2', 'delta', 'metadata'];
  return [
    seed('IDX', {
      't10k-images-idx3-ubyte': gunzipSync(fixture('t10k-images-idx3-ubyte.gz')),
      't10k-labels-idx1-ubyte': fixture('t10k-labels-idx1-ubyte'),
    }),
    seed('IDX labels', {
      't10k-labels-idx1-ubyte': fixture('t10k-labels-idx1-ubyte'),
      't10k-images-idx3-ubyte.gz': fixture('t10k-images-idx3-ubyte.gz'),
    }),
    seed('IDX gz', { 't10k-images-idx3-ubyte.gz': fixture('t10k-images-idx3-ubyte.gz') }),
    seed('CIFAR', { 'test.bin': gunzipSync(fixture('cifar-100-test.bin.gz')) }),
    seed('npz', { 'digits.npz': fixture('digits.npz') }),
    seed('npy images', {
      'images.npy': fixture('torch-images.npy'),
      'labels.npy': fixture('torch-labels.npy'),
    }),
    seed('npy labels', {
      'labels.npy': fixture('torch-labels.npy'),
      'images.npy': fixture('torch-images.npy'),
    }),
    ...['plain.zip', 'streamed-64-bit.zip', 'ustar.tar', 'gnu.tar', 'pax.tar.gz'].map((name) =>
      seed(name, { [name]: fixture(name) }),
    ),
    seed('pax.tar', { 'pax.tar': gunzipSync(fixture('pax.tar.gz')) }),
    seed('Hugging Face Parquet', { 'train-00000-of-00002.parquet': fixture('train-00000-of-00002.parquet') }),
    seed('Parquet of bytes', { 'bytes.parquet': fixture('bytes.parquet') }),
    seed('Polars Parquet', { 'polars.parquet': fixture('polars.parquet'), ...four }),
    ...codecs.map((name) =>
      seed(`${name}.parquet`, { [`${name}.parquet`]: fixture(`${name}.parquet`), ...four }),
    ),
  ];
}

/** @returns {Promise<Seed[]>} */
export async function seeds() {
  const made = await pictures();
  const png = made.get('png') ?? new Uint8Array();
  return [
    ...annotated(made),
    ...packed(png),
    ...Array.from(made, ([name, bytes]) =>
      seed(name, { [`cats/1.${name.split(' ').at(-1)}`]: bytes, 'dogs/2.png': png }),
    ),
  ];
}
