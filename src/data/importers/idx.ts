/** IDX files, as MNIST and its kin come: images of bytes, labels beside them, packed by gzip or not. */
import type { SplitName } from '#experiment/dataset-info.ts';
import { gunzip } from './bytes.ts';
import {
  type Cell,
  ImportError,
  type Importer,
  type LeftOut,
  type PixelBlock,
  type RawColumn,
  type RawSample,
} from './importer.ts';
import type { Listing } from './listing.ts';
import type { SourceFile } from './source-file.ts';

interface Idx {
  /** Sizes of the array, the number of samples first. */
  readonly shape: readonly number[];
  readonly bytes: Blob;
}

/** The type of element that is read: unsigned bytes. */
const unsignedBytes = 0x08;
const most = 100_000_000;

const isIdxPath = (path: string) => /idx\d[-.]ubyte(\.gz)?$/i.test(path);

async function readIdx(file: SourceFile): Promise<Idx> {
  const raw = await file.blob();
  const blob = /\.gz$/i.test(file.path) ? await gunzip(raw, file.path) : raw;
  const head = new DataView(await blob.slice(0, 64).arrayBuffer());
  const isMagic = head.byteLength >= 4 && head.getUint16(0) === 0;
  if (!isMagic) throw new ImportError(file.path, 'it is no IDX file.');
  if (head.getUint8(2) !== unsignedBytes) throw new ImportError(file.path, 'its numbers are no bytes.');
  const dimensions = head.getUint8(3);
  const start = 4 + 4 * dimensions;
  if (dimensions < 1 || dimensions > 4 || head.byteLength < start)
    throw new ImportError(file.path, `it has ${dimensions} dimensions; 1 to 4 are read.`);
  const shape = Array.from({ length: dimensions }, (_, i) => head.getUint32(4 + 4 * i));
  const size = shape.reduce((product, length) => product * length, 1);
  if (!(size < most * 1000) || (shape[0] ?? 0) > most)
    throw new ImportError(file.path, `it says that it holds ${shape.join(' × ')} bytes.`);
  if (blob.size - start < size)
    throw new ImportError(
      file.path,
      `it is cut off: ${shape.join(' × ')} bytes are ${size}, it holds ${blob.size - start}.`,
    );
  return { shape, bytes: blob.slice(start, start + size) };
}

/** Images of [n, height, width] or [n, height, width, 3]; undefined for another shape. */
function pixelsOf({ shape, bytes }: Idx): PixelBlock | undefined {
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  if (shape.length < 3 || height < 1 || width < 1 || (channels !== 1 && channels !== 3)) return undefined;
  const size = height * width * channels;
  return {
    shape: { height, width, channels },
    count,
    read: async (start, end) => new Uint8Array(await bytes.slice(start * size, end * size).arrayBuffer()),
  };
}

/** `train-images-idx3-ubyte.gz` → `train-labels`: what the labels of a file of images are called, without the rest. */
const stemOf = (path: string) => path.replace(/[-.]idx\d[-.]ubyte(\.gz)?$/i, '').toLowerCase();

function partOf(path: string): SplitName | null {
  if (/train/i.test(path)) return 'train';
  if (/t10k|test/i.test(path)) return 'test';
  return /val/i.test(path) ? 'validation' : null;
}

/** Columns of labels, [n] or [n, columns], by name. */
async function labelsOf({ shape, bytes }: Idx): Promise<Map<string, string[]>> {
  const [count = 0, width = 1] = shape;
  const values = new Uint8Array(await bytes.arrayBuffer());
  return new Map(
    Array.from({ length: width }, (_, column) => [
      width === 1 ? 'label' : `label ${column + 1}`,
      Array.from({ length: count }, (__, i) => `${values[i * width + column] ?? 0}`),
    ]),
  );
}

interface Part {
  readonly samples: readonly RawSample[];
  readonly labels: ReadonlyMap<string, readonly string[]>;
}

async function readPart(
  file: SourceFile,
  block: PixelBlock,
  labels: SourceFile | undefined,
  leftOut: LeftOut[],
): Promise<Part> {
  const split = partOf(file.path);
  const samples = Array.from({ length: block.count }, (_, index): RawSample => ({
    image: { kind: 'pixels', block, index },
    name: `${file.path}, image ${index + 1}`,
    split,
  }));
  if (!labels) return { samples, labels: new Map() };
  const idx = await readIdx(labels);
  if (idx.shape.length <= 2 && idx.shape[0] === block.count) return { samples, labels: await labelsOf(idx) };
  leftOut.push({
    kind: 'file',
    name: labels.path,
    reason: `holds labels of ${idx.shape[0] ?? 0} images, ${file.path} ${block.count}`,
  });
  return { samples, labels: new Map() };
}

/** What reading gives; undefined where the file cannot be read, which is left out with its reason. */
async function attempt<Result>(
  file: SourceFile,
  leftOut: LeftOut[],
  used: Set<SourceFile>,
  reading: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await reading();
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    used.add(file);
    leftOut.push({ kind: 'file', name: file.path, reason: error.message.slice(error.file.length + 2) });
    return undefined;
  }
}

async function read(listing: Listing, signal: AbortSignal) {
  const leftOut: LeftOut[] = [...listing.leftOut];
  const files = listing.files.filter(({ path }) => isIdxPath(path));
  const byStem = new Map(files.map((file) => [stemOf(file.path), file]));
  const used = new Set<SourceFile>();
  const parts: Part[] = [];
  for (const file of files.filter(({ path }) => !/label/i.test(path))) {
    signal.throwIfAborted();
    const block = await attempt(file, leftOut, used, async () => pixelsOf(await readIdx(file)));
    if (!block) continue;
    const labels = byStem.get(stemOf(file.path).replace(/images?/, 'labels'));
    used.add(file);
    if (labels && labels !== file) used.add(labels);
    const usable = labels === file ? undefined : labels;
    const part = await attempt(usable ?? file, leftOut, used, () => readPart(file, block, usable, leftOut));
    parts.push(part ?? (await readPart(file, block, undefined, leftOut)));
  }
  if (parts.length === 0) {
    const why = leftOut.find(({ name }) => isIdxPath(name));
    throw new ImportError(why?.name ?? listing.name, why?.reason ?? 'none of its IDX files holds images.');
  }
  for (const file of listing.files)
    if (!used.has(file))
      leftOut.push({ kind: 'file', name: file.path, reason: 'holds neither images nor labels of images' });
  const names = [...new Set(parts.flatMap(({ labels }) => [...labels.keys()]))];
  const cellsOf = (name: string) =>
    parts.flatMap(({ samples, labels }): Cell[] => [...(labels.get(name) ?? samples.map(() => null))]);
  const columns = names.map((name): RawColumn => ({ name, cells: cellsOf(name) }));
  return { name: listing.name, samples: parts.flatMap(({ samples }) => samples), columns, leftOut };
}

export const idx: Importer = {
  id: 'idx',
  name: 'IDX (MNIST)',
  example: 'train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz',
  recognise: (listing) => Promise.resolve(listing.files.some(({ path }) => isIdxPath(path)) ? 0.95 : 0),
  read: (listing, { signal }) => read(listing, signal),
};
