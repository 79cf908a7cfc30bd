/** NumPy arrays: `.npz` or several `.npy`, images in one, labels in others, each part of the data with names of its own. */
import {
  ImportError,
  type Cell,
  type Importer,
  type LeftOut,
  type PixelBlock,
  type RawColumn,
  type RawSample,
} from './importer.ts';
import type { Listing } from './listing.ts';
import { readNpy, type NpyArray } from './npy.ts';
import { readZip } from './zip.ts';
import { extensionOf } from './source-file.ts';
import { partInName, partNamed } from './split-folders.ts';

interface Named {
  /** `x_train` of `digits.npz`. */
  readonly name: string;
  readonly file: string;
  readonly array: NpyArray;
}

/** Elements that are looked at to find the range of an array's values. */
const sampled = 100_000;

async function arraysOf(listing: Listing, leftOut: LeftOut[]): Promise<Named[]> {
  const files = [];
  for (const file of listing.files) {
    if (extensionOf(file.path) === 'npy') files.push(file);
    else if (extensionOf(file.path) === 'npz') files.push(...(await readZip(await file.blob(), file.path)));
    else leftOut.push({ kind: 'file', name: file.path, reason: 'is no NumPy array' });
  }
  const found: Named[] = [];
  for (const { path, blob } of files) {
    const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.npy$/i, '');
    try {
      found.push({ name, file: path, array: await readNpy(await blob(), path) });
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      leftOut.push({ kind: 'file', name: path, reason: error.message.slice(error.file.length + 2) });
    }
  }
  return found;
}

/** What is left of a name without its part and the words for images and labels: tells columns apart. */
function columnName(name: string): string {
  const words = name
    .split(/[_\-.\s]+/)
    .filter((word) => partNamed(word) === null && !/^(y|labels?|targets?)$/i.test(word));
  return words.join(' ') || 'label';
}

/** [n, h, w], [n, h, w, 1 or 3], or [n, 1 or 3, h, w] as PyTorch has it. */
function layoutOf(shape: readonly number[]) {
  const [count = 0, a = 0, b = 0, c] = shape;
  const isChannels = (size: number | undefined): size is 1 | 3 => size === 1 || size === 3;
  if (shape.length === 3 && a > 1 && b > 1)
    return { count, height: a, width: b, channels: 1 as const, planes: false };
  if (shape.length !== 4 || c === undefined) return undefined;
  if (isChannels(c)) return { count, height: a, width: b, channels: c, planes: false };
  return isChannels(a) ? { count, height: b, width: c, channels: a, planes: true } : undefined;
}

/**
 * How values become bytes: as they are where they lie in 0…255, times 255 where they lie in 0…1 and are no integers, else stretched
 * from the least to the greatest.
 */
async function scaleOf({ shape, kind, numbers }: NpyArray): Promise<(value: number) => number> {
  const count = shape.reduce((product, length) => product * length, 1);
  const values = await numbers(0, Math.min(count, sampled));
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (kind === 'f' && low >= 0 && high <= 1) return (value) => 255 * value;
  if (low >= 0 && high <= 255 && (kind !== 'f' || high > 16)) return (value) => value;
  const span = high > low ? high - low : 1;
  return (value) => (255 * (value - low)) / span;
}

async function blockOf({ array }: Named): Promise<PixelBlock | undefined> {
  const layout = layoutOf(array.shape);
  if (!layout || array.kind === 'U' || array.kind === 'S') return undefined;
  const { count, height, width, channels, planes } = layout;
  const size = height * width * channels;
  const scale = await scaleOf(array);
  const place = (i: number) => {
    if (!planes) return i;
    const [image, within] = [Math.floor(i / size), i % size];
    const [channel, pixel] = [Math.floor(within / (height * width)), within % (height * width)];
    return image * size + pixel * channels + channel;
  };
  return {
    shape: { height, width, channels },
    count,
    read: async (start, end) => {
      const pixels = new Uint8ClampedArray((end - start) * size);
      for (const [i, value] of (await array.numbers(start * size, end * size)).entries())
        pixels[place(i)] = scale(value);
      return new Uint8Array(pixels.buffer);
    },
  };
}

/** A column of [n] or [n, columns] labels; undefined for another shape. */
async function cellsOf({ array }: Named): Promise<Cell[] | undefined> {
  const [count = 0, width = 1] = array.shape;
  if (array.shape.length === 0 || array.shape.length > 2) return undefined;
  const texts = await array.texts();
  if (width === 1) return texts;
  const isText = array.kind === 'U' || array.kind === 'S';
  return Array.from({ length: count }, (_, i) => {
    const row = texts.slice(i * width, (i + 1) * width);
    return isText ? row : row.map((text) => (text === 'yes' ? 1 : text === 'no' ? 0 : Number(text)));
  });
}

interface Part {
  readonly samples: readonly RawSample[];
  readonly columns: Map<string, readonly Cell[]>;
}

async function partsOf(arrays: readonly Named[], leftOut: LeftOut[]): Promise<Part[]> {
  const parts: (Part & { readonly name: string })[] = [];
  const rest: Named[] = [];
  for (const named of arrays) {
    const block = await blockOf(named);
    const split = partInName(named.name);
    if (!block) rest.push(named);
    else {
      const samples = Array.from({ length: block.count }, (_, index): RawSample => ({
        image: { kind: 'pixels', block, index },
        name: `${named.name}, image ${index + 1}`,
        split,
      }));
      parts.push({ name: named.name, samples, columns: new Map() });
    }
  }
  for (const named of rest) {
    const alike = parts.filter(({ name }) => partInName(name) === partInName(named.name));
    const part = alike.find(({ samples }) => samples.length === named.array.shape[0]);
    const cells = part && (await cellsOf(named));
    if (part && cells) part.columns.set(columnName(named.name), cells);
    else
      leftOut.push({
        kind: 'file',
        name: named.file,
        reason: `has the shape ${named.array.shape.join(' × ') || 'of a single value'}, which fits no images`,
      });
  }
  return parts;
}

async function read(listing: Listing) {
  const leftOut: LeftOut[] = [...listing.leftOut];
  const parts = await partsOf(await arraysOf(listing, leftOut), leftOut);
  if (parts.length === 0)
    throw new ImportError(
      listing.name,
      'no array in it has the shape of images: [n, height, width] or [n, height, width, channels].',
    );
  const names = [...new Set(parts.flatMap(({ columns }) => [...columns.keys()]))];
  const columns = names.map((name): RawColumn => ({
    name,
    cells: parts.flatMap(({ samples, columns: own }): Cell[] => [
      ...(own.get(name) ?? samples.map(() => null)),
    ]),
  }));
  return { name: listing.name, samples: parts.flatMap(({ samples }) => samples), columns, leftOut };
}

export const arrays: Importer = {
  id: 'arrays',
  name: 'NumPy arrays',
  example: 'digits.npz with x_train, y_train, x_test, y_test; images.npy and labels.npy',
  recognise: (listing) =>
    // Among pictures an array is rather something that was computed of them.
    Promise.resolve(
      listing.files.some(({ path }) => /\.np[yz]$/i.test(path))
        ? listing.images().length === 0
          ? 0.9
          : 0.15
        : 0,
    ),
  read: (listing) => read(listing),
};
