/** Counts and shares of mistakes against numbers worked out by hand. */
import { describe, expect, it } from 'vitest';
import { taskFor } from '#experiment/tasks/index.ts';
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { classScores, confusionOf, hardestClasses, labelScores, worstMistakes } from './class-scores.ts';
import type { TaskResult } from './task-results.ts';

function result(column: ColumnInfo, outputs: number[], targets: number[]): TaskResult {
  return {
    task: taskFor(column),
    index: 0,
    column,
    outputs: Float32Array.from(outputs),
    targets: Float32Array.from(targets),
  };
}

describe('classification', () => {
  const classes = ['coat', 'shirt', 'bag'];
  const column: ColumnInfo = { id: 'c', name: 'c', kind: 'class', classes };
  // Said: coat, coat, shirt, coat, bag; true: coat, shirt, shirt, shirt, not labelled.
  const outputs = [9, 0, 0, 9, 0, 0, 0, 9, 0, 9, 0, 0, 0, 0, 9];
  const confusion = confusionOf(result(column, outputs, [0, 1, 1, 1, Number.NaN]), classes);

  it('counts what is called what, leaving out what has no label', () => {
    expect([...confusion.counts]).toEqual([1, 0, 0, 2, 1, 0, 0, 0, 0]);
    expect(worstMistakes(confusion, 5)).toEqual([{ truth: 1, said: 0, count: 2 }]);
    expect(hardestClasses(confusion, 1)).toEqual([1]);
  });

  it('gives precision, recall and F1, and none where a class neither is nor is said', () => {
    const [coat, shirt, bag] = classScores(confusion);
    expect(coat).toEqual({ name: 'coat', support: 1, precision: 1 / 3, recall: 1, f1: 0.5 });
    expect(shirt).toEqual({ name: 'shirt', support: 3, precision: 1, recall: 1 / 3, f1: 0.5 });
    expect(bag).toEqual({
      name: 'bag',
      support: 0,
      precision: Number.NaN,
      recall: Number.NaN,
      f1: Number.NaN,
    });
  });
});

it('gives precision, recall and F1 per label', () => {
  const labels = ['red', 'blue'];
  const column: ColumnInfo = { id: 'l', name: 'l', kind: 'labels', classes: labels };
  const [red, blue] = labelScores(result(column, [2, -1, 1, -1, -3, 4], [1, 0, 0, 0, 1, Number.NaN]), labels);
  expect(red).toMatchObject({ name: 'red', support: 2, precision: 0.5, recall: 0.5, f1: 0.5 });
  expect(blue).toMatchObject({ support: 0, precision: Number.NaN, recall: Number.NaN });
});
