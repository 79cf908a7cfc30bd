/**
 * What the inner products of the task gradients say, read from the table of a run: cosines, norms, and how often each pair is
 * in conflict. Whatever goes over all rows visits each of them once, however long the table gets.
 */
import { cosineOf, pairCount, placeOf } from '#lib/gramian.ts';
import type { SeriesTable } from '#lib/series.ts';

/** Columns of a row of Gramians before the products: step, byParameters. */
const before = 2;

/** Two different tasks by their places, the earlier one first. */
export type Pair = readonly [i: number, j: number];

/** Every pair of different tasks, in the order of a matrix's upper triangle. */
export function taskPairs(tasks: number): Pair[] {
  return Array.from({ length: tasks }, (_, i) =>
    Array.from({ length: tasks - i - 1 }, (__, k): Pair => [i, i + 1 + k]),
  ).flat();
}

/** The same text for the same pair. */
export const pairKey = ([i, j]: Pair): string => `${i}/${j}`;

/** The column of the inner products of a pair. */
export function productsOf(table: SeriesTable, i: number, j: number, tasks: number): Float64Array {
  return table.column(table.columns[before + placeOf(i, j, tasks)] ?? '');
}

/** Cosines of all pairs at one row, [tasks, tasks]; NaN where a gradient was zero or there is no such row. */
export function cosinesAt(table: SeriesTable, row: number, tasks: number): Float64Array {
  const products = table.row(row).subarray(before);
  return Float64Array.from({ length: tasks * tasks }, (_, at) =>
    cosineOf(products, Math.floor(at / tasks), at % tasks, tasks),
  );
}

/** A column that follows from others and grows with them: each value is computed once. */
class Derived {
  #values = new Float64Array(256);
  #length = 0;

  /** @param rows of the table now, at least as many as before */
  extend(rows: number, valueAt: (row: number) => number): Float64Array {
    if (rows > this.#values.length) {
      const grown = new Float64Array(Math.max(rows, this.#values.length * 2));
      grown.set(this.#values.subarray(0, this.#length));
      this.#values = grown;
    }
    for (let row = this.#length; row < rows; row++) this.#values[row] = valueAt(row);
    this.#length = Math.max(this.#length, rows);
    return this.#values.subarray(0, rows);
  }
}

const derived = new WeakMap<SeriesTable, Map<string, Derived>>();

function derivedOf(table: SeriesTable, name: string, valueAt: (row: number) => number): Float64Array {
  const ofTable = derived.get(table) ?? new Map<string, Derived>();
  derived.set(table, ofTable);
  const column = ofTable.get(name) ?? new Derived();
  ofTable.set(name, column);
  return column.extend(table.length, valueAt);
}

/** The norm of a task's gradient, row by row. */
export function normColumn(table: SeriesTable, task: number, tasks: number): Float64Array {
  const own = productsOf(table, task, task, tasks);
  return derivedOf(table, `norm/${task}`, (row) => Math.sqrt(own[row] ?? Number.NaN));
}

/** The cosine of a pair, row by row; NaN where one of the gradients was zero. */
export function cosineColumn(table: SeriesTable, [i, j]: Pair, tasks: number): Float64Array {
  const [both, first, second] = [
    productsOf(table, i, j, tasks),
    productsOf(table, i, i, tasks),
    productsOf(table, j, j, tasks),
  ];
  return derivedOf(table, `cosine/${i}/${j}`, (row) =>
    cosineOf([first[row] ?? 0, both[row] ?? 0, second[row] ?? 0], 0, 1, 2),
  );
}

/** How a pair of tasks got along over some measured steps. */
export interface PairRecord {
  readonly pair: Pair;
  /** Steps at which both had a gradient. */
  readonly measured: number;
  /** Those of them with a negative cosine. */
  readonly conflicts: number;
  /** conflicts / measured; NaN where nothing was measured. */
  readonly share: number;
  /** NaN where nothing was measured. */
  readonly meanCosine: number;
}

/** Counts over the rows of a table, pair by pair. */
class Tally {
  readonly #tasks: number;
  readonly #measured: Float64Array;
  readonly #conflicts: Float64Array;
  readonly #cosines: Float64Array;
  #rows: number;

  /** @param from the first row that counts */
  constructor(tasks: number, from: number) {
    this.#tasks = tasks;
    this.#rows = from;
    this.#measured = new Float64Array(pairCount(tasks));
    this.#conflicts = new Float64Array(pairCount(tasks));
    this.#cosines = new Float64Array(pairCount(tasks));
  }

  /** Counts the rows that came since the last call. */
  take(table: SeriesTable): PairRecord[] {
    const tasks = this.#tasks;
    const norms = Array.from({ length: tasks }, (_, task) => normColumn(table, task, tasks));
    const records = taskPairs(tasks).map((pair) => this.#takePair(table, pair, norms));
    this.#rows = table.length;
    return records;
  }

  #takePair(table: SeriesTable, pair: Pair, norms: readonly Float64Array[]): PairRecord {
    const [i, j] = pair;
    const at = placeOf(i, j, this.#tasks);
    const products = productsOf(table, i, j, this.#tasks);
    const [first, second] = [norms[i], norms[j]];
    let [measured, conflicts, sum] = [
      this.#measured[at] ?? 0,
      this.#conflicts[at] ?? 0,
      this.#cosines[at] ?? 0,
    ];
    for (let row = this.#rows; row < products.length; row++) {
      const cosine = (products[row] ?? 0) / ((first?.[row] ?? 0) * (second?.[row] ?? 0));
      if (!Number.isFinite(cosine)) continue;
      measured++;
      if (cosine < 0) conflicts++;
      sum += cosine;
    }
    this.#measured[at] = measured;
    this.#conflicts[at] = conflicts;
    this.#cosines[at] = sum;
    return { pair, measured, conflicts, share: conflicts / measured, meanCosine: sum / measured };
  }
}

const tallies = new WeakMap<SeriesTable, Tally>();

/**
 * Every pair's record, the worst first: by the share of steps in conflict, then by the mean cosine; pairs that were never
 * measured last.
 * @param latest how many of the last rows count; all of them if left out
 */
export function pairRecords(table: SeriesTable, tasks: number, latest?: number): PairRecord[] {
  let tally = latest === undefined ? tallies.get(table) : undefined;
  tally ??= new Tally(tasks, latest === undefined ? 0 : Math.max(0, table.length - latest));
  if (latest === undefined) tallies.set(table, tally);
  const rank = (value: number, nothing: number) => (Number.isNaN(value) ? nothing : value);
  return tally
    .take(table)
    .toSorted(
      (a, b) => rank(b.share, -1) - rank(a.share, -1) || rank(a.meanCosine, 2) - rank(b.meanCosine, 2),
    );
}

/** What measuring costs: the time of one measurement beside that of a training step, in milliseconds. */
export interface MeasuringCost {
  readonly milliseconds: number;
  /** What is added to the time of training; NaN where the time of a step is not known. */
  readonly share: number;
}

/**
 * The cost of measuring every `every` steps.
 * @param measurements milliseconds of the measurements so far; the median of the last few counts, as the first one compiles
 * @param seconds of training after each step, ascending
 */
export function measuringCost(
  measurements: readonly number[],
  seconds: Float64Array,
  every: number,
): MeasuringCost | null {
  const latest = measurements.slice(-15).toSorted((a, b) => a - b);
  const milliseconds = latest[(latest.length - 1) >> 1]; // the first may have compiled
  if (milliseconds === undefined) return null;
  const steps = Math.min(500, seconds.length - 1);
  const spent = ((seconds.at(-1) ?? Number.NaN) - (seconds.at(-1 - steps) ?? Number.NaN)) * 1000;
  // The time of training has the measurements in it.
  const training = spent - (steps / every) * milliseconds;
  return { milliseconds, share: training > 0 ? ((steps / every) * milliseconds) / training : Number.NaN };
}
