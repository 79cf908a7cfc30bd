/** CIFAR-10 and CIFAR-100 in their binary version (Krizhevsky 2009): records of label bytes and 32×32 planes of red, green, blue. */
import {
  ImportError,
  type Importer,
  type LeftOut,
  type PixelBlock,
  type RawColumn,
  type RawSample,
} from './importer.ts';
import type { Listing } from './listing.ts';
import type { SourceFile } from './source-file.ts';
import { readText } from './text.ts';

const plane = 32 * 32;
const image = 3 * plane;

/** One of the two sets: which files hold it, and its label bytes. */
interface Layout {
  readonly files: RegExp;
  /** A column for each label byte, and the file with the names of its classes. */
  readonly labels: readonly { readonly name: string; readonly classes: RegExp }[];
}

const layouts: readonly Layout[] = [
  {
    files: /^(data_batch_\d+|test_batch)\.bin$/i,
    labels: [{ name: 'class', classes: /^batches\.meta\.txt$/i }],
  },
  {
    files: /^(train|test)\.bin$/i,
    labels: [
      { name: 'superclass', classes: /^coarse_label_names\.txt$/i },
      { name: 'class', classes: /^fine_label_names\.txt$/i },
    ],
  },
];

const recordBytes = ({ labels }: Layout) => labels.length + image;

/** Files of a layout that are as long as some whole records. */
const wholeFiles = (listing: Listing, layout: Layout) =>
  listing.named(layout.files).filter(({ bytes }) => bytes > 0 && bytes % recordBytes(layout) === 0);

/** The layout that the files' names and sizes are of. */
function layoutOf(listing: Listing): Layout | undefined {
  return layouts.find((layout) => wholeFiles(listing, layout).length > 0);
}

/** Planes of red, green and blue as pixels: [n, 32, 32, 3]. */
function interleave(records: Uint8Array, skip: number): Uint8Array {
  const count = records.length / (skip + image);
  const pixels = new Uint8Array(count * image);
  for (let i = 0; i < count; i++) {
    const from = i * (skip + image) + skip;
    for (let p = 0; p < plane; p++)
      for (let c = 0; c < 3; c++) pixels[i * image + 3 * p + c] = records[from + c * plane + p] ?? 0;
  }
  return pixels;
}

async function classesOf(listing: Listing, pattern: RegExp): Promise<string[] | undefined> {
  const [file] = listing.named(pattern);
  if (!file) return undefined;
  const names = (await readText(file)).split(/\r?\n/).map((line) => line.trim());
  return names.filter((name) => name !== '');
}

/** The images of a file, and its label bytes by column. */
async function readBatch(file: SourceFile, { labels }: Layout) {
  const size = labels.length + image;
  const blob = await file.blob();
  const count = blob.size / size;
  const block: PixelBlock = {
    shape: { height: 32, width: 32, channels: 3 },
    count,
    read: async (start, end) =>
      interleave(new Uint8Array(await blob.slice(start * size, end * size).arrayBuffer()), labels.length),
  };
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const values = labels.map((_, l) => Array.from({ length: count }, (__, i) => bytes[i * size + l] ?? 0));
  return { block, values };
}

async function read(listing: Listing, signal: AbortSignal) {
  const layout = layoutOf(listing);
  if (!layout) throw new ImportError(listing.name, 'its files have not the size of CIFAR records.');
  const samples: RawSample[] = [];
  const values: number[][] = layout.labels.map(() => []);
  const files = wholeFiles(listing, layout);
  for (const file of files) {
    signal.throwIfAborted();
    const batch = await readBatch(file, layout);
    const split = /test/i.test(file.path) ? 'test' : 'train';
    for (let index = 0; index < batch.block.count; index++)
      samples.push({
        image: { kind: 'pixels', block: batch.block, index },
        name: `${file.path}, image ${index + 1}`,
        split,
      });
    for (const [l, each] of batch.values.entries()) for (const value of each) values[l]?.push(value);
  }
  const columns: RawColumn[] = [];
  for (const [l, { name, classes }] of layout.labels.entries()) {
    const names = await classesOf(listing, classes);
    const cells = (values[l] ?? []).map((value) => (names ? (names[value] ?? null) : `${value}`));
    columns.push({ name, kind: 'class', cells, ...(names ? { names } : {}) });
  }
  const known = [...files, ...layout.labels.flatMap(({ classes }) => listing.named(classes))];
  const cut = listing.named(layout.files);
  const leftOut = listing.files
    .filter((file) => !known.includes(file))
    .map((file): LeftOut => ({
      kind: 'file',
      name: file.path,
      reason: cut.includes(file) ? 'is cut off: its last record is not whole' : 'is not part of CIFAR',
    }));
  return { name: listing.name, samples, columns, leftOut: [...listing.leftOut, ...leftOut] };
}

export const cifar: Importer = {
  id: 'cifar',
  name: 'CIFAR-10 or CIFAR-100, binary version',
  example: 'data_batch_1.bin … test_batch.bin, batches.meta.txt',
  recognise: (listing) => Promise.resolve(layoutOf(listing) ? 0.95 : 0),
  read: (listing, { signal }) => read(listing, signal),
};
