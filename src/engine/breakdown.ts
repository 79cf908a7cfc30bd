/** When training breaks down: a loss or a gradient that is no longer a number, its likely cause, and what to try. */
import type { Dataset } from '#data/dataset.ts';
import { metricColumns } from '#experiment/metric-columns.ts';
import type { Experiment } from '#experiment/schema.ts';
import { highestStableRates } from '#experiment/stable-rate.ts';
import { formatCount, formatValue } from '#lib/format.ts';

/** Where it was first seen. */
export interface Breakdown {
  /** The step that it happened in, counted from 1. */
  readonly step: number;
  /** Index of the task whose loss it is; undefined where it is the gradient. */
  readonly task: number | undefined;
  /** NaN or an infinity. */
  readonly value: number;
}

/** Thrown where training broke down. */
export class BreakdownError extends Error {
  readonly breakdown: Breakdown;

  constructor(breakdown: Breakdown) {
    super(`Training broke down at step ${breakdown.step}.`);
    this.name = 'BreakdownError';
    this.breakdown = breakdown;
  }
}

/** Steps whose gradient norm is remembered, to tell an explosion by. */
const memory = 50;

/** The losses that many times those of the first step have exploded, though they may still be numbers. */
const wild = 10;

/** Losses and norms of the gradient as they come, to tell trouble and its causes by. */
export class Vitals {
  /** Norms of the gradient in the latest steps. */
  #latest: readonly number[] = [];
  /** Sums of the task losses, at first and now. */
  #first: number | undefined;
  #last = 0;

  /**
   * @param rows [n, metricColumns]
   * @returns the last row's step
   */
  take(rows: Float32Array, { tasks }: Pick<Experiment, 'tasks'>): number {
    const columns = metricColumns(tasks.map(({ id }) => id));
    const numbers = (name: string) =>
      rows.filter((_, index) => index % columns.length === columns.indexOf(name));
    this.#latest = [...this.#latest, ...numbers('gradientNorm').filter(Number.isFinite)].slice(-memory);
    const losses = tasks.map(({ id }) => numbers(`loss/${id}`));
    // NaN stands where the batch had no label of the task.
    const sumAt = (row: number) => losses.reduce((sum, ofTask) => sum + (ofTask.at(row) || 0), 0);
    this.#first ??= sumAt(0);
    this.#last = sumAt(-1);
    return numbers('step').at(-1) ?? 0;
  }

  /** Whether the losses of the last step are of the order that they began with, or less. */
  get areCalm(): boolean {
    return this.#last <= wild * (this.#first ?? Infinity);
  }

  forget(): void {
    this.#latest = [];
    this.#first = undefined;
    this.#last = 0;
  }

  /** Plain sentences: what happened, the likely cause, what to try. */
  explain(breakdown: Breakdown, experiment: Experiment, { columns }: Dataset, learningRate: number): string {
    return explainBreakdown(breakdown, { experiment, columns, learningRate, norms: this.#latest });
  }
}

/** What is known of the run that broke down. */
interface Circumstances {
  readonly experiment: Pick<Experiment, 'tasks' | 'training'>;
  readonly columns: Dataset['columns'];
  /** Of the step. */
  readonly learningRate: number;
  /** Norms of the gradient in the steps before, the oldest first. */
  readonly norms: readonly number[];
}

/** Targets beyond this make squared errors, and gradients, of another order than everything else. */
const largestTarget = 100;
/** A norm this many times the usual one is an explosion. */
const explosion = 20;

/** Plain sentences: what happened, the likely cause, what to try. */
function explainBreakdown(breakdown: Breakdown, circumstances: Circumstances): string {
  const { step, value } = breakdown;
  const { experiment, learningRate } = circumstances;
  const task = breakdown.task === undefined ? undefined : experiment.tasks[breakdown.task];
  const what = task ? `the loss of “${task.name}”` : 'the gradient';
  const remedies = [
    `Lower the learning rate (it was ${formatValue(learningRate)})`,
    ...(experiment.training.clipNorm === null ? ['or clip the gradient norm, to 1 for example'] : []),
  ];
  const happened = `At step ${formatCount(step)} ${what} became ${spoken(value)}.`;
  return [happened, likelyCause(breakdown, circumstances), `${remedies.join(', ')}.`].join(' ');
}

function spoken(value: number): string {
  return Number.isNaN(value) ? 'NaN, which is not a number' : 'infinite';
}

function likelyCause(breakdown: Breakdown, circumstances: Circumstances): string {
  const { experiment, learningRate, norms } = circumstances;
  const large = largeTargets(breakdown, circumstances);
  if (large) return large;
  const usual = median(norms.slice(0, -1));
  const last = norms.at(-1) ?? Number.NaN;
  const grown = last > explosion * usual;
  const highest = highestStableRates[experiment.training.optimiser.kind];
  const name = { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW' }[experiment.training.optimiser.kind];
  if (learningRate > highest)
    return `The likely cause is the learning rate: ${name} is seldom stable above ${highest}.`;
  if (grown)
    return `The gradient's norm had grown from about ${formatValue(usual)} to ${formatValue(last)}: the steps were too large.`;
  return 'The likely cause is a step that was too large.';
}

/** The regression task with the largest targets, of those that may be at fault, where they are far from 1. */
function largeTargets({ task: at }: Breakdown, { experiment, columns }: Circumstances): string | undefined {
  for (const [index, task] of experiment.tasks.entries()) {
    if (task.kind !== 'regression' || (at !== undefined && at !== index)) continue;
    const values = columns.find(({ info }) => info.id === task.column)?.values ?? [];
    let largest = 0;
    for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
    if (largest > largestTarget)
      return `The likely cause is the scale of its targets: those of “${task.name}” reach ${formatValue(largest)}, and numbers of about 1 train best.`;
  }
  return undefined;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
