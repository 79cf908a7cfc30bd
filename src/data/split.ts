/** Parts of a data set, and what can be counted of them. */
import { columnWidth, type SplitCounts, type SplitName } from '#experiment/dataset-info.ts';
import { readerOf, type Dataset, type LabelColumn, type WholeDataset } from './dataset.ts';

/** The split of samples stored part after part: train, then validation, then test. */
export function consecutiveSplit(counts: SplitCounts): Record<SplitName, Uint32Array> {
  return {
    train: range(0, counts.train),
    validation: range(counts.train, counts.validation),
    test: range(counts.train + counts.validation, counts.test),
  };
}

/** start, start + 1, … */
function range(start: number, length: number): Uint32Array {
  return Uint32Array.from({ length }, (_, i) => start + i);
}

/** How often each class occurs among some samples. */
export interface ClassCounts {
  /** One per class: samples of this class, or that carry this label. */
  readonly counts: readonly number[];
  /** Samples with no label at all in this column. */
  readonly missing: number;
}

/**
 * Class counts of one column in each part, for the class-balance view and class weights. A `number` column has no
 * classes: only its missing samples are counted.
 */
export function labelCounts(dataset: Dataset, columnId: string): Record<SplitName, ClassCounts> {
  const column = dataset.columns.find(({ info }) => info.id === columnId);
  if (!column) throw new Error(`${dataset.info.name} has no column "${columnId}"`);
  const of = (part: SplitName): ClassCounts => countClasses(column, dataset.split[part]);
  return { train: of('train'), validation: of('validation'), test: of('test') };
}

/** Class counts of one column over the samples with these indices. */
export function countClasses(column: LabelColumn, indices: Uint32Array): ClassCounts {
  const { info, values } = column;
  const width = columnWidth(info);
  const counts = info.kind === 'number' ? [] : info.classes.map(() => 0);
  let missing = 0;
  for (const index of indices) {
    const row = values.subarray(index * width, (index + 1) * width);
    if (row.every(Number.isNaN)) missing++;
    else if (info.kind === 'class') add(counts, row[0] ?? 0);
    else if (info.kind === 'labels')
      for (const [label, present] of row.entries()) if (present > 0) add(counts, label);
  }
  return { counts, missing };
}

function add(counts: number[], label: number): void {
  counts[label] = (counts[label] ?? 0) + 1;
}

/** Mean and standard deviation per channel of pixel values scaled to 0…1. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Training images over which statistics are taken, unless said otherwise: at most so many, evenly spread. */
const statisticSample = 2000;
/** Bytes of images read at a time. */
const readAtOnce = 16 << 20;

/**
 * Statistics of the training images, for normalisation; over at most `sample` images, evenly spread. The standard
 * deviation is at least 1/255, so that a constant channel divides safely.
 */
export function channelStatistics(dataset: WholeDataset, sample = statisticSample): ChannelStatistics {
  const size = imageSize(dataset);
  const sums = new ChannelSums(dataset.info.image.channels);
  for (const id of evenlySpread(dataset.split.train, sample))
    sums.add(dataset.images.subarray(id * size, (id + 1) * size));
  return sums.statistics;
}

/** The same numbers of images that may have to be read. */
export async function readChannelStatistics(
  dataset: Dataset,
  sample = statisticSample,
): Promise<ChannelStatistics> {
  const size = imageSize(dataset);
  const reader = readerOf(dataset);
  const sums = new ChannelSums(dataset.info.image.channels);
  const ids = evenlySpread(dataset.split.train, sample);
  const most = Math.max(1, Math.floor(readAtOnce / size));
  for (let at = 0; at < ids.length; at += most) {
    const images = await reader.read(ids.slice(at, at + most));
    for (let start = 0; start < images.length; start += size) sums.add(images.subarray(start, start + size));
  }
  return sums.statistics;
}

function imageSize({ info }: Dataset): number {
  const { height, width, channels } = info.image;
  return height * width * channels;
}

/** At most `count` of these, evenly spread. */
function evenlySpread(ids: Uint32Array, count: number): number[] {
  const step = Math.max(1, ids.length / count);
  const spread: number[] = [];
  for (let i = 0; Math.floor(i) < ids.length; i += step) spread.push(ids[Math.floor(i)] ?? 0);
  return spread;
}

/** Adds up channels image by image. */
class ChannelSums {
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #pixels = 0;

  constructor(channels: number) {
    this.#sums = new Float64Array(channels);
    this.#squares = new Float64Array(channels);
  }

  /** @param image [height, width, channels] */
  add(image: Uint8Array): void {
    const { length: channels } = this.#sums;
    for (let p = 0; p < image.length; p++) {
      const value = image[p] ?? 0;
      const channel = p % channels;
      this.#sums[channel] = (this.#sums[channel] ?? 0) + value;
      this.#squares[channel] = (this.#squares[channel] ?? 0) + value * value;
    }
    this.#pixels += image.length / channels;
  }

  get statistics(): ChannelStatistics {
    const pixels = Math.max(1, this.#pixels);
    const mean = Array.from(this.#sums, (sum) => sum / pixels / 255);
    const variance = Array.from(
      this.#squares,
      (square, c) => square / pixels / 255 ** 2 - (mean[c] ?? 0) ** 2,
    );
    return { mean, std: variance.map((v) => Math.max(Math.sqrt(Math.max(v, 0)), 1 / 255)) };
  }
}

/** Images and labels of some samples, copied out. */
export interface Samples {
  /** [indices, height, width, channels]. */
  readonly images: Uint8Array;
  /** One per column of the data set, rows in the order of the indices. */
  readonly columns: readonly LabelColumn[];
}

/**
 * Copies the samples with these indices, e.g. to send them to another thread. Rejects with RangeError where an index lies
 * outside the data set, and where the images cannot be read.
 */
export async function take(dataset: Dataset, indices: ArrayLike<number>): Promise<Samples> {
  const reader = readerOf(dataset);
  for (const index of Array.from(indices))
    if (!(Number.isInteger(index) && index >= 0 && index < reader.count))
      throw new RangeError(`${dataset.info.name} has samples 0…${reader.count - 1}, not ${index}`);
  return {
    images: await reader.read(indices),
    columns: dataset.columns.map(({ info, values }) => {
      const columns = columnWidth(info);
      const out = new Float32Array(indices.length * columns);
      return { info, values: gather(values, columns, indices, out) };
    }),
  };
}

/** Copies rows of a row-major table into `out`. */
function gather(
  table: Float32Array,
  width: number,
  rows: ArrayLike<number>,
  out: Float32Array,
): Float32Array {
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] ?? 0) * width;
    out.set(table.subarray(start, start + width), i * width);
  }
  return out;
}
