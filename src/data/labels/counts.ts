/** What can be counted of labels: which occur together, how unevenly classes are spread, what hiding some leaves. */
import { columnWidth } from '#experiment/dataset-info.ts';
import type { LabelColumn } from '../dataset.ts';

/** Whether a sample says anything in a column. */
export function isLabelled({ info, values }: LabelColumn, sample: number): boolean {
  const width = columnWidth(info);
  for (let i = sample * width; i < (sample + 1) * width; i++) if (!Number.isNaN(values[i])) return true;
  return false;
}

/** How many samples carry labels of two columns at once. */
export interface Coverage {
  /** [columns, columns], symmetric; on the diagonal those that are labelled in the column at all. */
  readonly counts: Uint32Array;
  /** Labelled in no column. */
  readonly none: number;
  /** Labelled in every column. */
  readonly all: number;
  readonly total: number;
}

/** Counts label pairs over some samples. */
export function coverage(columns: readonly LabelColumn[], samples: Uint32Array): Coverage {
  const width = columns.length;
  const counts = new Uint32Array(width * width);
  let [none, all] = [0, 0];
  for (const sample of samples) {
    const places = columns.flatMap((column, i) => (isLabelled(column, sample) ? [i] : []));
    if (places.length === 0) none++;
    if (places.length === width) all++;
    for (const one of places)
      for (const other of places) counts[one * width + other] = (counts[one * width + other] ?? 0) + 1;
  }
  return { counts, none, all, total: samples.length };
}

export interface Imbalance {
  /** Places of the classes with most and with fewest samples, among those that have any. */
  readonly most: number;
  readonly fewest: number;
  /** How many times the largest class is the smallest. */
  readonly ratio: number;
  /**
   * How many equally frequent classes would be as uncertain: the exponential of the Shannon entropy of the shares (Hill number
   * of order 1, Hill 1973); as many as there are classes where all are alike.
   */
  readonly effective: number;
  /** Places of classes without a sample. */
  readonly empty: readonly number[];
}

/** How unevenly samples are spread over classes; null where there is no sample. */
export function imbalance(counts: readonly number[]): Imbalance | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let [most, fewest, entropy] = [-1, -1, 0];
  for (const [at, count] of counts.entries()) {
    if (count === 0) continue;
    if (count > (counts[most] ?? 0)) most = at;
    if (count < (counts[fewest] ?? Infinity)) fewest = at;
    entropy -= (count / total) * Math.log(count / total);
  }
  return {
    most,
    fewest,
    ratio: (counts[most] ?? 0) / (counts[fewest] ?? 1),
    effective: Math.exp(entropy),
    empty: counts.flatMap((count, at) => (count === 0 ? [at] : [])),
  };
}

/** Samples / (classes · samples of the class), as scikit-learn's "balanced"; 1 for a class that never occurs. */
export function rarityWeights(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count === 0 ? 1 : Number((total / (counts.length * count)).toFixed(3))));
}

/** How many labels hiding a share of them leaves, on average. */
export const labelsLeft = (labelled: number, hidden: number): number => Math.round(labelled * (1 - hidden));
