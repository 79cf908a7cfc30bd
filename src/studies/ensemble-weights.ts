/** The weights by which an ensemble's members are averaged, fitted to the validation part. */
import type { Task } from '#experiment/tasks/index.ts';
import { readingsOfAll, type Answers } from './ensemble.ts';

/** Rounds at most; it usually takes some dozen. */
const mostRounds = 500;

/** Nothing is less likely, as in ensemble.ts. */
const least = 1e-30;

/** A convex loss of the weights with its gradient, both [members]. */
type Objective = (weights: Float64Array) => { readonly loss: number; readonly gradient: Float64Array };

/**
 * What a sample asks of the ensemble: the loss is the mean of `amount · loss(Σ w·values)` over the terms.
 * A probability counts by its negative logarithm; a predicted number by its distance from the target.
 */
interface Terms {
  readonly amounts: number[];
  /** [terms, members] */
  readonly values: number[];
  /** By which the sum is divided. */
  total: number;
}

/** −log of the probability of the truth, with class weights and smoothing as in the task's own loss. */
function classTerms(
  task: Extract<Task, { kind: 'classification' }>,
  members: readonly Float64Array[],
  targets: Float32Array,
  width: number,
): Terms {
  const terms: Terms = { amounts: [], values: [], total: 0 };
  const weightOf = (k: number) => task.classWeights?.[k] ?? 1;
  for (const [sample, truth] of targets.entries()) {
    if (Number.isNaN(truth)) continue;
    terms.total += weightOf(truth);
    for (let k = 0; k < width; k++) {
      const smooth = (task.labelSmoothing / width) * weightOf(k);
      const amount = smooth + (k === truth ? (1 - task.labelSmoothing) * weightOf(k) : 0);
      if (amount === 0) continue;
      terms.amounts.push(amount);
      for (const member of members) terms.values.push(member[sample * width + k] ?? 0);
    }
  }
  return terms;
}

/** −log of the probability that the label is as it is. */
function labelTerms(
  task: Extract<Task, { kind: 'multi-label' }>,
  members: readonly Float64Array[],
  targets: Float32Array,
): Terms {
  const terms: Terms = { amounts: [], values: [], total: 0 };
  for (const [i, target] of targets.entries()) {
    if (Number.isNaN(target)) continue;
    terms.total++;
    terms.amounts.push(target > 0.5 ? task.positiveWeight : 1);
    for (const member of members) terms.values.push(target > 0.5 ? (member[i] ?? 0) : 1 - (member[i] ?? 0));
  }
  return terms;
}

/** Distances of the predicted numbers from the target, which the ensemble averages as it does the numbers. */
function numberTerms(members: readonly Float64Array[], targets: Float32Array): Terms {
  const terms: Terms = { amounts: [], values: [], total: 0 };
  for (const [i, target] of targets.entries()) {
    if (Number.isNaN(target)) continue;
    terms.total++;
    terms.amounts.push(1);
    for (const member of members) terms.values.push((member[i] ?? 0) - target);
  }
  return terms;
}

/** Loss of one term and its slope. */
type TermLoss = (value: number) => readonly [loss: number, slope: number];

const unlikely: TermLoss = (p) => [-Math.log(Math.max(p, least)), -1 / Math.max(p, least)];

function distance({ loss, delta }: Extract<Task, { kind: 'regression' }>): TermLoss {
  if (loss === 'mse') return (error) => [error * error, 2 * error];
  return (error) =>
    Math.abs(error) <= delta
      ? [0.5 * error * error, error]
      : [delta * (Math.abs(error) - 0.5 * delta), delta * Math.sign(error)];
}

function objectiveOf({ amounts, values, total }: Terms, lossOf: TermLoss, members: number): Objective {
  return (weights) => {
    const gradient = new Float64Array(members);
    let sum = 0;
    for (const [term, amount] of amounts.entries()) {
      let mixed = 0;
      for (let m = 0; m < members; m++) mixed += (weights[m] ?? 0) * (values[term * members + m] ?? 0);
      const [loss, slope] = lossOf(mixed);
      sum += amount * loss;
      for (let m = 0; m < members; m++)
        gradient[m] = (gradient[m] ?? 0) + (amount * slope * (values[term * members + m] ?? 0)) / total;
    }
    return { loss: sum / total, gradient };
  };
}

/** The weights after a step: w·exp(−rate·gradient), of sum 1. */
function stepped(weights: Float64Array, gradient: Float64Array, rate: number): Float64Array {
  const lowest = gradient.reduce((a, b) => Math.min(a, b), Infinity);
  const next = weights.map((weight, m) => weight * Math.exp(-rate * ((gradient[m] ?? 0) - lowest)));
  const sum = next.reduce((a, b) => a + b, 0);
  return next.map((weight) => weight / sum);
}

/**
 * Exponentiated gradient (Kivinen & Warmuth 1997) from equal weights, with steps as long as the loss falls. Ends when the
 * Frank–Wolfe gap says that no weights are better by more than a billionth.
 */
function minimise(objective: Objective, members: number): Float64Array {
  let weights: Float64Array = new Float64Array(members).fill(1 / members);
  let here = objective(weights);
  let rate = 1 / (here.gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1);
  for (let round = 0; round < mostRounds; round++) {
    const { loss, gradient } = here;
    const slope = gradient.reduce((sum, value, m) => sum + value * (weights[m] ?? 0), 0);
    const lowest = gradient.reduce((a, b) => Math.min(a, b), Infinity);
    if (!(slope - lowest > 1e-9 * (1 + Math.abs(loss)))) break;
    let next = stepped(weights, gradient, rate);
    let there = objective(next);
    for (let halvings = 0; there.loss > loss && halvings < 60; halvings++) {
      rate /= 2;
      next = stepped(weights, gradient, rate);
      there = objective(next);
    }
    if (there.loss > loss) break;
    [weights, here] = [next, there];
    rate *= 2;
  }
  return weights;
}

/**
 * The weights of {@link weightedAverage} with which the ensemble's own loss for this task is the lowest, class weights,
 * smoothing and Huber's delta included. The loss is convex in them, so there is nothing to start from or to draw.
 * Fit them on the validation part: on the test part they would be chosen by what they are judged by.
 * @param members raw outputs of each, [samples, outputs]
 * @param width outputs of the task
 * @param targets [samples, width of the column]; NaN where not labelled
 * @returns [members], not negative, of sum 1; equal where nothing is labelled
 * @throws RangeError where members do not match
 */
export function fitWeights(
  task: Task,
  members: readonly Answers[],
  width: number,
  targets: Float32Array,
): Float64Array {
  const tables = readingsOfAll(task, members, width);
  const count = members.length;
  const [terms, lossOf] =
    task.kind === 'classification'
      ? [classTerms(task, tables, targets, width), unlikely]
      : task.kind === 'multi-label'
        ? [labelTerms(task, tables, targets), unlikely]
        : [numberTerms(tables, targets), distance(task)];
  if (terms.total === 0) return new Float64Array(count).fill(1 / count);
  return minimise(objectiveOf(terms, lossOf, count), count);
}
