/** Parts of a data set, and what can be counted of them. */
import { columnWidth, type SplitCounts, type SplitName } from '#experiment/dataset-info.ts';
import type { Dataset, LabelColumn } from './dataset.ts';

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

/**
 * Statistics of the training images, for normalisation; over at most `sample` images, evenly spread. The standard
 * deviation is at least 1/255, so that a constant channel divides safely.
 */
export function channelStatistics(dataset: Dataset, sample = 2000): ChannelStatistics {
  const { height, width, channels } = dataset.info.image;
  const size = height * width * channels;
  const train = dataset.split.train;
  const step = Math.max(1, train.length / sample);
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
  let images = 0;
  for (let i = 0; Math.floor(i) < train.length; i += step, images++) {
    const start = (train[Math.floor(i)] ?? 0) * size;
    for (let p = 0; p < size; p++) {
      const value = dataset.images[start + p] ?? 0;
      const channel = p % channels;
      sums[channel] = (sums[channel] ?? 0) + value;
      squares[channel] = (squares[channel] ?? 0) + value * value;
    }
  }
  const pixels = Math.max(1, images * height * width);
  const mean = Array.from(sums, (sum) => sum / pixels / 255);
  const variance = Array.from(squares, (square, c) => square / pixels / 255 ** 2 - (mean[c] ?? 0) ** 2);
  return { mean, std: variance.map((v) => Math.max(Math.sqrt(Math.max(v, 0)), 1 / 255)) };
}

/** Images and labels of some samples, copied out. */
export interface Samples {
  /** [indices, height, width, channels]. */
  readonly images: Uint8Array;
  /** One per column of the data set, rows in the order of the indices. */
  readonly columns: readonly LabelColumn[];
}

/**
 * Copies the samples with these indices, e.g. to send them to another thread.
 * @throws RangeError where an index lies outside the data set
 */
export function take(dataset: Dataset, indices: ArrayLike<number>): Samples {
  const { height, width, channels } = dataset.info.image;
  const size = height * width * channels;
  const total = dataset.images.length / size;
  for (const index of Array.from(indices))
    if (!(Number.isInteger(index) && index >= 0 && index < total))
      throw new RangeError(`${dataset.info.name} has samples 0…${total - 1}, not ${index}`);
  const rows = indices.length;
  return {
    images: gather(dataset.images, size, indices, new Uint8Array(rows * size)),
    columns: dataset.columns.map(({ info, values }) => {
      const columns = columnWidth(info);
      return { info, values: gather(values, columns, indices, new Float32Array(rows * columns)) };
    }),
  };
}

/** Copies rows of a row-major table into `out`. */
function gather<Table extends Uint8Array | Float32Array>(
  table: Table,
  width: number,
  rows: ArrayLike<number>,
  out: Table,
): Table {
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] ?? 0) * width;
    out.set(table.subarray(start, start + width), i * width);
  }
  return out;
}
