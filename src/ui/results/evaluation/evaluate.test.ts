/** A task's evaluation from its stored outputs, against scikit-learn's figures over numpy's softmax. */
import { expect, it } from 'vitest';
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { taskFor } from '#experiment/tasks/index.ts';
import fixture from '#lib/fixtures/evaluation.json' with { type: 'json' };
import type { TaskResult } from '../task-results.ts';
import { evaluateTask, knownEvaluation } from './evaluate.ts';

function resultOf(column: ColumnInfo, outputs: readonly number[], targets: readonly number[]): TaskResult {
  return {
    task: taskFor(column),
    index: 0,
    column,
    outputs: Float32Array.from(outputs),
    targets: Float32Array.from(targets),
  };
}

const names = ['coat', 'shirt', 'bag'];
const classes: ColumnInfo = { id: 'c', name: 'c', kind: 'class', classes: names };
const labels: ColumnInfo = { id: 'l', name: 'l', kind: 'labels', classes: names };

it('ranks classes and judges confidence as scikit-learn and numpy do', async () => {
  const { logits, truth, auc, averagePrecision, macroAuc, error } = fixture.classes;
  const { rankings, macro, calibration, unscored } = await evaluateTask(
    resultOf(classes, logits, truth),
    names,
  );
  for (const [k, ranking] of rankings.entries()) {
    expect(Math.abs(ranking.area - (auc[k] ?? 0))).toBeLessThan(1e-9);
    expect(Math.abs(ranking.averagePrecision - (averagePrecision[k] ?? 0))).toBeLessThan(1e-9);
  }
  expect(Math.abs(macro.area - macroAuc)).toBeLessThan(1e-9);
  expect(Math.abs(calibration.error - error)).toBeLessThan(1e-9);
  expect([calibration.count, unscored]).toEqual([60, 0]);
});

it('leaves out missing labels and outputs that are not finite, and says which class has no figure', async () => {
  const outputs = [2, 0, 0, 0, 2, 0, Number.NaN, 0, 0, 2, 0, 0, Number.NaN, 0, 0];
  const { rankings, macro, calibration, unscored } = await evaluateTask(
    resultOf(classes, outputs, [0, 1, 0, Number.NaN, Number.NaN]),
    names,
  );
  expect(rankings.map(({ area }) => area)).toEqual([1, 1, Number.NaN]);
  expect(rankings.map(({ averagePrecision }) => averagePrecision)).toEqual([1, 1, Number.NaN]);
  expect(macro).toEqual({ area: 1, averagePrecision: 1 });
  expect([calibration.count, calibration.accuracy, unscored]).toEqual([2, 1, 1]);
});

it('judges every label by itself, and all together for calibration', async () => {
  const targets = [1, 0, 0, 0, Number.NaN, 0];
  const { rankings, calibration } = await evaluateTask(
    resultOf(labels, [3, -3, -3, -3, 3, -3], targets),
    names,
  );
  expect(rankings.map(({ curve }) => [curve.positives, curve.negatives])).toEqual([
    [1, 1],
    [0, 1],
    [0, 2],
  ]);
  const honest = 1 / (1 + Math.exp(3));
  expect(calibration.count).toBe(5);
  expect(calibration.error).toBeCloseTo(honest, 12);
});

it('gives the page its turn while it turns outputs into probabilities and after every class, and works everything out once', async () => {
  const result = resultOf(
    classes,
    Array.from({ length: 24_000 }, (_, i) => (i * 7919) % 13),
    Array.from({ length: 8000 }, (_, i) => i % 3),
  );
  let turns = 0;
  const turn = () => {
    turns++;
    return Promise.resolve();
  };
  const first = await evaluateTask(result, names, turn);
  // 24,000 outputs in pieces of at most 10,000, three classes, the calibration.
  expect(turns).toBe(2 + 3 + 1);
  expect(await evaluateTask(result, names, turn)).toBe(first);
  expect(knownEvaluation(result)).toBe(first);
  expect(turns).toBe(6);
});
