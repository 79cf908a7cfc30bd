/**
 * What every method would make of the losses and gradients of one step: numbers only. A method's direction is the sum of
 * the T task gradients by its weights, d = Σ wₛ gₛ, of which the Gramian G tells all that is asked here:
 * d·gₜ = (G w)ₜ and |d|² = wᵀ G w.
 */
import { hash, stream, toUniform } from '#lib/random.ts';
import type { Strategy } from '#strategies/strategy.ts';

/** One step's numbers of T tasks. */
export interface Moment {
  /** Ids. */
  readonly tasks: readonly string[];
  /** [T]; 0 for a task without a label in the batch. */
  readonly losses: Float64Array;
  /** [T, T] */
  readonly gramian: Float64Array;
  readonly learningRate: number;
  readonly stepsPerEpoch: number;
}

export interface Direction {
  /** [T] */
  readonly weights: Float64Array;
  /** |d|; 0 where the gradients cancel out but for what rounding leaves. */
  readonly size: number;
  /** [T] cosine of the direction with each task's gradient; NaN where one of them is zero. */
  readonly alignment: Float64Array;
  /** [T] −(learning rate)·d·gₜ, what a step of plain SGD along d does to each loss, to first order. */
  readonly change: Float64Array;
}

/** Σⱼ G[i, j]·w[j], [T] */
function timesGramian(gramian: Float64Array, weights: Float64Array): Float64Array {
  const count = weights.length;
  return weights.map((_, i) =>
    weights.reduce((sum, weight, j) => sum + weight * (gramian[i * count + j] ?? 0), 0),
  );
}

/** Squares below this share of what they are summed up from are rounding: Gramians come in float32. */
const rounding = 1e-6;

export function directionOf(
  weights: Float64Array,
  { gramian, learningRate }: Pick<Moment, 'gramian' | 'learningRate'>,
): Direction {
  const products = timesGramian(gramian, weights);
  const square = dot(products, weights);
  const parts = dot(timesGramian(gramian.map(Math.abs), weights.map(Math.abs)), weights.map(Math.abs));
  const size = square > rounding * parts ? Math.sqrt(square) : 0;
  const alignment = products.map((product, t) => {
    const sizes = size * Math.sqrt(gramian[t * weights.length + t] ?? 0);
    return sizes > 0 ? Math.max(-1, Math.min(1, product / sizes)) : Number.NaN;
  });
  return { weights, size, alignment, change: products.map((product) => -learningRate * product) };
}

/** Σ aₜ·bₜ */
function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, t) => sum + value * (b[t] ?? 0), 0);
}

/** The same direction at another length; itself where it has none. */
export function atSize(direction: Direction, size: number): Direction {
  if (!(direction.size > 0)) return direction;
  const factor = size / direction.size;
  const scaled = (values: Float64Array) => values.map((value) => value * factor);
  return { ...direction, size, weights: scaled(direction.weights), change: scaled(direction.change) };
}

/** The length of the plain sum of the gradients, with which others are compared. */
export function plainSize(moment: Moment): number {
  return directionOf(new Float64Array(moment.tasks.length).fill(1), moment).size;
}

/** A method with its settings and, if the run trains by it, the weights that it has chosen there. */
export interface Candidate {
  readonly id: string;
  /** Defaults if left out. */
  readonly settings?: unknown;
  /** [T] */
  readonly live?: Float64Array;
}

/** What a method would do, or why that cannot be told. */
export type Answer =
  | {
      readonly id: string;
      readonly name: string;
      readonly direction: Direction;
      /** It remembers, but is asked without memories: as in its first step. */
      readonly isStart: boolean;
      /** Its weights are drawn at random: the draw of this seed, another step has another. */
      readonly isDrawn: boolean;
    }
  | { readonly id: string; readonly name: string; readonly reason: string };

/** Why a Gramian is not enough for a method; undefined where it is. */
function whyNot({ needs, batches }: Strategy): string | undefined {
  if (batches) return `compares ${batches} batches, and this is one`;
  if (needs === 'jacobian') return 'looks at every number of the gradients, not only at their inner products';
  return undefined;
}

/** Numbers for rules that draw: the same ones for the same method, so that views do not flicker. */
function seeded(): { readonly next: () => number; readonly count: () => number } {
  let drawn = 0;
  return { next: () => toUniform(hash(0, stream.strategy, drawn++)), count: () => drawn };
}

/** Asks a method for its weights. */
export function ask(strategy: Strategy, { id, settings, live }: Candidate, moment: Moment): Answer {
  const { name, remembers = false } = strategy;
  const reason = whyNot(strategy);
  if (reason !== undefined) return { id, name, reason };
  if (live?.every(Number.isFinite))
    return { id, name, direction: directionOf(live, moment), isStart: false, isDrawn: false };
  const random = seeded();
  const { losses, gramian, stepsPerEpoch, tasks } = moment;
  const asked = { losses, gramian, stepsPerEpoch, tasks, random: random.next };
  try {
    const { weights } = strategy.step({ ...asked, ...(settings === undefined ? {} : { params: settings }) });
    if (!weights.every(Number.isFinite))
      return { id, name, reason: 'has no finite weights for these numbers' };
    const isDrawn = random.count() > 0;
    return { id, name, direction: directionOf(weights, moment), isStart: remembers, isDrawn };
  } catch (error) {
    return { id, name, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** A number of an answer to compare by. */
export type Column =
  | { readonly of: 'weights' | 'alignment' | 'change'; readonly task: number }
  | { readonly of: 'name' | 'lowest' | 'mean' };

/** The least aligned task's cosine; NaN where no task has a gradient. */
export function lowestAlignment({ alignment }: Direction): number {
  const defined = alignment.filter((value) => !Number.isNaN(value));
  return defined.length > 0 ? Math.min(...defined) : Number.NaN;
}

/** Mean predicted change over the tasks. */
export function meanChange({ change }: Direction): number {
  return change.reduce((sum, value) => sum + value, 0) / change.length;
}

/** The number in a column; NaN where there is none. */
export function valueIn(answer: Answer, column: Column): number {
  if (!('direction' in answer)) return Number.NaN;
  switch (column.of) {
    case 'name':
      return Number.NaN;
    case 'lowest':
      return lowestAlignment(answer.direction);
    case 'mean':
      return meanChange(answer.direction);
    default:
      return answer.direction[column.of][column.task] ?? Number.NaN;
  }
}

/** Sorted by a column; answers without a number come last either way, and equals stay in their order. */
export function sortedBy(answers: readonly Answer[], column: Column, descending: boolean): Answer[] {
  const sign = descending ? -1 : 1;
  return answers.toSorted((a, b) => {
    if (column.of === 'name') return sign * a.name.localeCompare(b.name, 'en');
    const [x, y] = [valueIn(a, column), valueIn(b, column)];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y);
  });
}
