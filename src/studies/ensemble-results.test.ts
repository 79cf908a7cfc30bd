import { describe, expect, test } from 'vitest';
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { taskSchema } from '#experiment/tasks/index.ts';
import { combine, disagreement, judge } from './ensemble-results.ts';

const shape: ColumnInfo = { id: 'shape', name: 'shape', kind: 'class', classes: ['a', 'b', 'c'] };
const size: ColumnInfo = { id: 'size', name: 'size', kind: 'number', names: ['size'] };
const colours: ColumnInfo = { id: 'colours', name: 'colours', kind: 'labels', classes: ['red', 'blue'] };
const classes = taskSchema.parse({ kind: 'classification', id: 'shape', name: 'Shape', column: 'shape' });
const numbers = taskSchema.parse({ kind: 'regression', id: 'size', name: 'Size', column: 'size' });
const labels = taskSchema.parse({ kind: 'multi-label', id: 'colours', name: 'Colours', column: 'colours' });

/** Logits of rows of probabilities. */
const logits = (...rows: readonly (readonly number[])[]) => Float32Array.from(rows.flat(), Math.log);

/** Three members on four samples whose classes are 0, 1, 2 and unknown. */
const members = [
  logits([0.9, 0.05, 0.05], [0.4, 0.5, 0.1], [0.1, 0.6, 0.3], [1 / 3, 1 / 3, 1 / 3]),
  logits([0.8, 0.1, 0.1], [0.9, 0.05, 0.05], [0.1, 0.5, 0.4], [0.2, 0.3, 0.5]),
  logits([0.2, 0.5, 0.3], [0.1, 0.8, 0.1], [0.05, 0.05, 0.9], [0.2, 0.3, 0.5]),
];
const targets = Float32Array.of(0, 1, 2, Number.NaN);

const votesOf = (column: ColumnInfo, task: typeof classes, outputs: Float32Array[], truth: Float32Array) => ({
  task,
  column,
  voters: outputs.map((_, place) => place),
  validation: { outputs, targets: truth },
  test: { outputs, targets: truth },
});

describe('of classes', () => {
  test('scores members and combinations by the labelled samples', () => {
    const result = judge(votesOf(shape, classes, members, targets));
    expect(result.members.map(({ scores }) => scores.metrics['accuracy'])).toEqual([2 / 3, 1 / 3, 2 / 3]);
    // Means: [.63 …], [.47, .45 …] and [.08, .38, .53]; two of three vote b, b and b.
    expect(result.combined.average.scores.metrics['accuracy']).toBeCloseTo(2 / 3);
    expect(result.combined.vote.scores.metrics['accuracy']).toBeCloseTo(2 / 3);
    expect(result.isFitted).toBe(true);
    expect(result.weights.reduce((a, b) => a + b)).toBeCloseTo(1);
    const loss = ({ scores }: (typeof result.members)[number]) => scores.loss;
    expect(loss(result.combined.weighted)).toBeLessThanOrEqual(Math.min(...result.members.map(loss)));
    expect(loss(result.combined.weighted)).toBeLessThanOrEqual(loss(result.combined.average));
  });

  test('counts how often two members name another class, over all pairs', () => {
    const [one, two, three] = members;
    if (!one || !two || !three) throw new Error('three members');
    expect(disagreement(classes, [one, two], 3)).toBe(2 / 4);
    expect(disagreement(classes, [one, three], 3)).toBe(3 / 4);
    expect(disagreement(classes, [two, three], 3)).toBe(3 / 4);
    expect(judge(votesOf(shape, classes, members, targets)).disagreement).toBeCloseTo(2 / 3);
  });

  test('takes a single voter as it is', () => {
    const [only] = members;
    if (!only) throw new Error('a member');
    const result = judge({ ...votesOf(shape, classes, [only], targets), voters: [2] });
    expect(result).toMatchObject({ weights: [1], isFitted: false, voters: [2] });
    expect(result.disagreement).toBeNaN();
    for (const { scores } of Object.values(result.combined))
      expect(scores.metrics['accuracy']).toBe(result.members[0]?.scores.metrics['accuracy']);
  });

  test('weighs all alike where the validation part has no label', () => {
    const votes = votesOf(shape, classes, members, targets);
    const nothing = { ...votes.validation, targets: targets.map(() => Number.NaN) };
    expect(judge({ ...votes, validation: nothing })).toMatchObject({
      isFitted: false,
      weights: [1 / 3, 1 / 3, 1 / 3],
    });
  });

  test('judges a network of averaged weights beside them', () => {
    const soup = logits([0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.1, 0.8, 0.1]);
    const votes = votesOf(shape, classes, members, targets);
    expect(judge({ ...votes, soup }).soup?.scores.metrics['accuracy']).toBeCloseTo(1 / 3);
    expect(judge(votes).soup).toBe(null);
  });
});

test('averages numbers, takes their median as the vote, and their distance as the disagreement', () => {
  const outputs = [Float32Array.of(1, 2), Float32Array.of(2, 2), Float32Array.of(6, 2)];
  const { average, vote } = combine(numbers, size, outputs, [1, 0, 0]);
  expect([...average]).toEqual([3, 2]);
  expect([...vote]).toEqual([2, 2]);
  const result = judge(votesOf(size, numbers, outputs, Float32Array.of(1, 2)));
  expect(result.weights[0]).toBeCloseTo(1, 3);
  expect(result.disagreement).toBeCloseTo((0.5 + 2.5 + 2) / 3);
});

test('counts labels that are decided differently', () => {
  const outputs = [Float32Array.of(1, -1, 1, 1), Float32Array.of(1, 1, -2, 1)] as const;
  expect(disagreement(labels, outputs, 2)).toBe(1 / 2);
  const result = judge(votesOf(colours, labels, [...outputs], Float32Array.of(1, 0, 1, 1)));
  expect(result.members.map(({ scores }) => scores.metrics['label-accuracy'])).toEqual([1, 1 / 2]);
});
