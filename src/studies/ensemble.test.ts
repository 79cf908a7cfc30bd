/** Ensembles against numpy, scipy and scikit-learn; fixtures by scripts/fixtures/studies.py. */
import { describe, expect, it } from 'vitest';
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { describeTask, taskFor, taskSchema, type Task } from '#experiment/tasks/index.ts';
import { averageProbabilities, majorityVote, weightedAverage } from './ensemble.ts';
import { fitWeights } from './ensemble-weights.ts';
import fixture from './fixtures/studies.json' with { type: 'json' };

const numbers = (values: readonly (number | null)[]) =>
  Float32Array.from(values, (value) => value ?? Number.NaN);
const names = (width: number) => Array.from({ length: width }, (_, k) => `${k}`);

/** What the page and the command line make of combined outputs. */
const scored = (task: Task, column: ColumnInfo, outputs: Float32Array, targets: Float32Array) =>
  describeTask(task).score(column, { outputs, targets });

/** Within float32 of theirs. */
function expectClose(ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance = 1e-6): void {
  expect(ours.length).toBe(theirs.length);
  for (let i = 0; i < theirs.length; i++)
    expect(Math.abs((ours[i] ?? NaN) - (theirs[i] ?? NaN))).toBeLessThan(tolerance);
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

describe('classes', () => {
  const { width, mean, weighted, voted, fitted, uneven, ...given } = fixture.classes;
  const column: ColumnInfo = { id: 'c', name: 'c', kind: 'class', classes: names(width) };
  const task = taskFor(column);
  const members = given.members.map(numbers);
  const targets = numbers(given.targets);

  it('averages probabilities, and scores as scikit-learn scores them', () => {
    const outputs = averageProbabilities(task, members, width);
    expectClose(outputs.map(Math.exp), mean.probabilities);
    const { loss, metrics } = scored(task, column, outputs, targets);
    expect(metrics['accuracy']).toBeCloseTo(mean.accuracy, 9);
    expect(loss).toBeCloseTo(mean.loss, 6);
    const reading = describeTask(task).readOutputs(column, outputs.subarray(0, width));
    expect(reading.entries.reduce((total, { value }) => total + value, 0)).toBeCloseTo(1, 6);
  });

  it('averages by weights', () => {
    const { loss, metrics } = scored(
      task,
      column,
      weightedAverage(task, members, width, weighted.weights),
      targets,
    );
    expect(metrics['accuracy']).toBeCloseTo(weighted.accuracy, 9);
    expect(loss).toBeCloseTo(weighted.loss, 6);
  });

  it('votes, ties broken by the mean probability', () => {
    const outputs = majorityVote(task, members, width);
    const predicted = voted.predicted.map((_, n) => {
      const row = outputs.subarray(n * width, (n + 1) * width);
      return row.indexOf(Math.max(...row));
    });
    expect(predicted).toEqual(voted.predicted);
    expect(scored(task, column, outputs, targets).metrics['accuracy']).toBeCloseTo(voted.accuracy, 9);
    for (let start = 0; start < outputs.length; start += width)
      expect(sum(outputs.subarray(start, start + width).map(Math.exp))).toBeCloseTo(1, 5);
  });

  it('fits the weights whose loss on these targets is the lowest', () => {
    const weights = fitWeights(task, members, width, targets);
    expectClose(weights, fitted.weights, 1e-3);
    expect(sum(weights)).toBeCloseTo(1, 9);
    const { loss } = scored(task, column, weightedAverage(task, members, width, weights), targets);
    expect(loss).toBeCloseTo(fitted.loss, 6);
    expect(fitWeights(task, members, width, targets)).toEqual(weights);
  });

  it('fits by the loss of the task, class weights and smoothing included', () => {
    const { classWeights, labelSmoothing } = uneven;
    const other = taskSchema.parse({ ...task, classWeights, labelSmoothing });
    const weights = fitWeights(other, members, width, targets);
    const { loss } = scored(other, column, weightedAverage(other, members, width, weights), targets);
    expect(loss).toBeCloseTo(uneven.loss, 6);
    expectClose(weights, uneven.weights, 1e-3);
  });

  it('leaves one member as it is, and weighs all alike where nothing is labelled', () => {
    const [only = new Float32Array()] = members;
    for (const combined of [averageProbabilities(task, [only], width), majorityVote(task, [only], width)])
      expect(scored(task, column, combined, targets).metrics).toEqual(
        scored(task, column, only, targets).metrics,
      );
    expectClose(averageProbabilities(task, [only], width), fixture.classes.logSoftmax, 1e-5);
    const unlabelled = new Float32Array(targets.length).fill(Number.NaN);
    expect([...fitWeights(task, members, width, unlabelled)]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it('gives numbers where a member is as sure as can be', () => {
    const sure = Float32Array.of(500, 0, 0, 0);
    expect(averageProbabilities(task, [sure, sure], width).every(Number.isFinite)).toBe(true);
    expect(fitWeights(task, [sure, sure], width, Float32Array.of(1)).every(Number.isFinite)).toBe(true);
  });

  it('refuses what does not belong together', () => {
    expect(() => averageProbabilities(task, [], width)).toThrow('an ensemble must have at least one member');
    expect(() => majorityVote(task, [new Float32Array(8), new Float32Array(12)], width)).toThrow(
      'members must answer for the same samples: 12 and 8 outputs',
    );
    expect(() => weightedAverage(task, members, width, [1])).toThrow(
      'an ensemble of 4 must have as many weights, not 1',
    );
  });
});

describe('labels', () => {
  const { width, mean, voted, votedByTwo, fitted, positiveWeight, ...given } = fixture.labels;
  const column: ColumnInfo = { id: 'l', name: 'l', kind: 'labels', classes: names(width) };
  const task = taskSchema.parse({ ...taskFor(column), positiveWeight });
  const members = given.members.map(numbers);
  const targets = numbers(given.targets);
  const present = (outputs: Float32Array) => Array.from(outputs, (logit) => Number(logit > 0));

  it('averages probabilities of each label', () => {
    const { loss, metrics } = scored(task, column, averageProbabilities(task, members, width), targets);
    expect(loss).toBeCloseTo(mean.loss, 6);
    expect(metrics['map']).toBeCloseTo(mean.map, 6);
    expect(metrics['label-accuracy']).toBeCloseTo(mean.accuracy, 9);
  });

  it('votes on each label, ties broken by the mean probability', () => {
    expect(present(majorityVote(task, members, width))).toEqual(voted);
    expect(present(majorityVote(task, members.slice(0, 2), width))).toEqual(votedByTwo);
  });

  it('fits weights', () => {
    const weights = fitWeights(task, members, width, targets);
    const { loss } = scored(task, column, weightedAverage(task, members, width, weights), targets);
    expect(loss).toBeCloseTo(fitted.loss, 6);
    expectClose(weights, fitted.weights, 1e-3);
  });
});

describe('numbers', () => {
  const { width, mean, median, medianOfThree, fitted, fittedHuber, delta, ...given } = fixture.numbers;
  const column: ColumnInfo = { id: 'n', name: 'n', kind: 'number', names: names(width) };
  const task = taskFor(column);
  const members = given.members.map(numbers);
  const targets = numbers(given.targets);

  it('averages them, and takes the median for a vote', () => {
    const outputs = averageProbabilities(task, members, width);
    expectClose(outputs, mean.values);
    expect(scored(task, column, outputs, targets).metrics['mae']).toBeCloseTo(mean.mae, 6);
    expectClose(majorityVote(task, members, width), median);
    expectClose(majorityVote(task, members.slice(0, 3), width), medianOfThree);
  });

  it.each([
    ['the squared error', task, fitted],
    ['Huber’s loss', taskSchema.parse({ ...task, loss: 'huber', delta }), fittedHuber],
  ])('fits weights by %s', (_name, by, expected) => {
    const weights = fitWeights(by, members, width, targets);
    const { loss } = scored(by, column, weightedAverage(by, members, width, weights), targets);
    expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-7);
    expectClose(weights, expected.weights, 2e-3);
  });
});
