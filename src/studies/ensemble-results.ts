/**
 * What an ensemble comes to for one task: the test scores of its members and of every way to combine them, the weights that
 * fit the validation part best, and how often its members disagree.
 */
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import type { Scores } from '#experiment/tasks/task.ts';
import { averageProbabilities, majorityVote, weightedAverage, type Answers } from './ensemble.ts';
import { fitWeights } from './ensemble-weights.ts';

/** The ways to combine what members say. */
export const combinations = ['average', 'weighted', 'vote'] as const;
export type Combination = (typeof combinations)[number];

/** What was said of a part of the data, and what is true of it. */
interface Part {
  /** Of each voter: raw outputs, [samples, outputs of the task]. */
  readonly outputs: readonly Answers[];
  /** [samples, width of the column]; NaN where not labelled. */
  readonly targets: Float32Array;
}

/** A task with what the members that have it say: the voters. */
export interface TaskVotes {
  readonly task: Task;
  readonly column: ColumnInfo;
  /** Places of the voters among the members; the other members lack the task. */
  readonly voters: readonly number[];
  readonly validation: Part;
  readonly test: Part;
  /** What one network of the averaged weights says of the test part; absent where there is none. */
  readonly soup?: Answers;
}

export interface Judged {
  /** Raw outputs on the test part, [samples, outputs of the task]. */
  readonly outputs: Answers;
  /** Of the test part. */
  readonly scores: Scores;
}

export interface TaskResult extends Pick<TaskVotes, 'task' | 'column' | 'voters'> {
  /** What is true of the test part. */
  readonly targets: Float32Array;
  /** In the order of the voters. */
  readonly members: readonly Judged[];
  readonly combined: Readonly<Record<Combination, Judged>>;
  readonly soup: Judged | null;
  /** Of each voter in the weighted average, of sum 1: fitted to the validation part. */
  readonly weights: readonly number[];
  /** Whether there was a label in the validation part to fit them to. */
  readonly isFitted: boolean;
  /** Mean over all pairs of voters, see {@link disagreement}; NaN for a single voter. */
  readonly disagreement: number;
}

/** What members say as one, by every way to combine them: raw outputs. */
export function combine(
  task: Task,
  column: ColumnInfo,
  outputs: readonly Answers[],
  weights: readonly number[],
): Record<Combination, Answers> {
  const width = describeTask(task).outputs(column);
  return {
    average: averageProbabilities(task, outputs, width),
    weighted: weightedAverage(task, outputs, width, weights),
    vote: majorityVote(task, outputs, width),
  };
}

/**
 * How much two members differ on the same samples: the share of samples that they give different classes, the share of
 * labels on which they decide differently, or the mean distance of the numbers that they predict.
 */
export function disagreement(
  { kind }: Task,
  [one, other]: readonly [Answers, Answers],
  width: number,
): number {
  if (one.length === 0) return Number.NaN;
  let sum = 0;
  if (kind === 'classification') {
    for (let start = 0; start < one.length; start += width)
      if (largest(one.subarray(start, start + width)) !== largest(other.subarray(start, start + width)))
        sum++;
    return sum / (one.length / width);
  }
  for (const [i, value] of one.entries()) {
    const second = other[i] ?? Number.NaN;
    sum += kind === 'multi-label' ? Number(value > 0 !== second > 0) : Math.abs(value - second);
  }
  return sum / one.length;
}

function largest(row: Float32Array): number {
  return row.indexOf(row.reduce((most, value) => Math.max(most, value), -Infinity));
}

/** Mean of the disagreement over all pairs of voters. */
function diversity(task: Task, outputs: readonly Answers[], width: number): number {
  const pairs = outputs.flatMap((one, index) =>
    outputs.slice(index + 1).map((other) => disagreement(task, [one, other], width)),
  );
  return pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
}

/** Fits the weights on the validation part, and judges members and combinations on the test part. */
export function judge({ task, column, voters, validation, test, soup }: TaskVotes): TaskResult {
  const { outputs: widthOf, score } = describeTask(task);
  const width = widthOf(column);
  const { targets } = test;
  const judged = (outputs: Answers): Judged => ({ outputs, scores: score(column, { outputs, targets }) });
  const isFitted = voters.length > 1 && validation.targets.some((target) => !Number.isNaN(target));
  const weights = isFitted
    ? [...fitWeights(task, validation.outputs, width, validation.targets)]
    : voters.map(() => 1 / voters.length);
  const { average, weighted, vote } = combine(task, column, test.outputs, weights);
  return {
    task,
    column,
    voters,
    targets,
    members: test.outputs.map(judged),
    combined: { average: judged(average), weighted: judged(weighted), vote: judged(vote) },
    soup: soup ? judged(soup) : null,
    weights,
    isFitted,
    disagreement: diversity(task, test.outputs, width),
  };
}
