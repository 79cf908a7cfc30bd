/**
 * Δm: what training together gained or cost each task, against networks that train one task alone.
 * Maninis, Radosavovic, Kokkinos, "Attentive Single-Tasking of Multiple Tasks", CVPR 2019, §4; Vandenhende et al.,
 * "Multi-Task Learning for Dense Prediction Tasks: A Survey", TPAMI 2021, §4.1: Δm = 1/T·Σ (−1)^lᵢ·(Mₘ,ᵢ − M_b,ᵢ) / M_b,ᵢ
 * with lᵢ = 1 where a lower value is better.
 */
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import type { Scores } from '#experiment/tasks/task.ts';

/** What a task is compared by: `metric`, its main metric, or the loss. */
export type Yardstick = 'metric' | 'loss';

/** A quantity that tells how good a task is. */
export interface Quantity {
  /** Id of a metric, or `loss`. */
  readonly id: string;
  readonly name: string;
  readonly direction: 'higher' | 'lower';
  /** `share`: 0…1, shown in per cent; `value`: a plain number. */
  readonly unit: 'share' | 'value';
}

/** One task, trained with the others and alone. */
export interface TaskChange {
  readonly task: string;
  readonly quantity: Quantity;
  /** Its value in the network of all tasks, and in the one of its own; NaN where not known yet. */
  readonly multi: number;
  readonly single: number;
  /** In per cent; positive: sharing helps. NaN where it is not defined. */
  readonly change: number;
}

export interface DeltaM {
  readonly tasks: readonly TaskChange[];
  /** Mean of the changes that are defined, in per cent; NaN where there is none. */
  readonly mean: number;
  /** How many those are; fewer than the tasks: it is not the Δm of all yet. */
  readonly count: number;
}

/**
 * The relative change of one value in per cent, positive where `multi` is better. By the size of `single`, so that the sign
 * is right for a value below zero too, such as R² of a poor fit. NaN where `single` is 0 or either is NaN.
 */
export function relativeChange(multi: number, single: number, direction: Quantity['direction']): number {
  if (single === 0) return Number.NaN;
  const difference = direction === 'higher' ? multi - single : single - multi;
  return (100 * difference) / Math.abs(single);
}

/** What a task is compared by. */
function quantityOf(task: Task, by: Yardstick = 'metric'): Quantity {
  const { metrics, lossName } = describeTask(task);
  const [main] = metrics;
  if (by === 'metric' && main) return main;
  return { id: 'loss', name: lossName, direction: 'lower', unit: 'value' };
}

const valueOf = (scores: Scores | undefined, { id }: Quantity): number =>
  (id === 'loss' ? scores?.loss : scores?.metrics[id]) ?? Number.NaN;

/**
 * Compares the tasks of one network with their twins.
 * @param tasks in the order in which the result has them
 * @param multi scores by task id of the network that trains all of them
 * @param single scores by task id, each of the network that trains this task alone, on the same part of the data; a task
 *   that is missing is not known yet
 * @param by the main metric of each task, or its loss
 */
export function deltaM(
  tasks: readonly Task[],
  multi: Readonly<Record<string, Scores>>,
  single: Readonly<Record<string, Scores>>,
  by: Yardstick = 'metric',
): DeltaM {
  const changes = tasks.map((task) => {
    const quantity = quantityOf(task, by);
    const values = { multi: valueOf(multi[task.id], quantity), single: valueOf(single[task.id], quantity) };
    const change = relativeChange(values.multi, values.single, quantity.direction);
    return { task: task.id, quantity, ...values, change };
  });
  const defined = changes.flatMap(({ change }) => (Number.isNaN(change) ? [] : [change]));
  const mean = defined.reduce((sum, change) => sum + change, 0) / defined.length;
  return { tasks: changes, mean, count: defined.length };
}

export interface ParameterSaving {
  /** Trainable numbers of the network of all tasks. */
  readonly multi: number;
  /** Of all networks of one task together. */
  readonly single: number;
  /** Share of them that sharing saves: 1 − multi / single. */
  readonly saved: number;
}

/** What sharing saves in trainable parameters. */
export function parameterSaving(multi: number, singles: readonly number[]): ParameterSaving {
  const single = singles.reduce((sum, count) => sum + count, 0);
  return { multi, single, saved: 1 - multi / single };
}
