import { describe, expect, test } from 'vitest';
import { hash, toUniform } from '#lib/random.ts';
import type { ColumnInfo } from '../dataset-info.ts';
import fixture from '../fixtures/scores.json' with { type: 'json' };
import { confusionMatrix } from './classification.ts';
import { describeTask, kindFor, taskFor, tasks, taskSchema, type TaskKind } from './index.ts';

const samples = 40;
/** As scripts/fixtures/noise.py draws them. */
const noise = (size: number, ...words: number[]) =>
  Float32Array.from({ length: size }, (_, i) => toUniform(hash(...words, i)) - 0.5);

function columnOf(kind: TaskKind, width: number): ColumnInfo {
  const names = Array.from({ length: width }, (_, k) => `name ${k}`);
  const base = { id: 'a', name: 'A' };
  const column = tasks[kind].column;
  return column === 'number' ? { ...base, kind: column, names } : { ...base, kind: column, classes: names };
}

const missing = (width: number, index: number) =>
  noise(samples * width, index, 2).map((value) => (value < -0.3 ? 1 : 0));

const draws: Record<
  TaskKind,
  (index: number, width: number) => { outputs: Float32Array; targets: Float32Array }
> = {
  classification(index, classes) {
    const gone = missing(1, index);
    return {
      outputs: noise(samples * classes, index, 0).map(
        (value, i) => 4 * value - (i % classes === classes - 1 ? 10 : 0),
      ),
      targets: noise(samples, index, 1).map((value, i) =>
        gone[i] ? NaN : Math.floor((value + 0.5) * (classes - 1)),
      ),
    };
  },
  'multi-label'(index, labels) {
    const gone = missing(labels, index);
    return {
      outputs: noise(samples * labels, index, 0).map((value) => Math.round(4 * value)),
      targets: noise(samples * labels, index, 1).map((value, i) =>
        gone[i] ? NaN : i % labels > 0 && value > Math.fround(0.1) ? 1 : 0,
      ),
    };
  },
  regression(index, width) {
    const gone = missing(width, index);
    const outputs = noise(samples * width, index, 0).map((value) => 4 * value);
    return {
      outputs,
      targets: noise(samples * width, index, 1).map((value, i) =>
        gone[i] ? NaN : value + (outputs[i] ?? 0),
      ),
    };
  },
};

describe('scores', () => {
  test.each(fixture.map((entry, index) => ({ ...entry, index, title: JSON.stringify(entry.task) })))(
    'agree with scikit-learn and PyTorch over the labelled ones: $title',
    ({ task: settings, width, scores: expected, index }) => {
      const task = taskSchema.parse({ id: 'a', name: 'A', column: 'a', ...settings });
      const { loss, metrics } = describeTask(task).score(
        columnOf(task.kind, width),
        draws[task.kind](index, width),
      );
      const scores: Record<string, number> = { loss, ...metrics };
      expect(Object.keys(scores).toSorted()).toEqual(Object.keys(expected).toSorted());
      for (const [name, value] of Object.entries(expected)) expect(scores[name], name).toBeCloseTo(value, 5);
    },
  );

  test.each(Object.keys(tasks) as TaskKind[])('of a part without labels are not numbers: %s', (kind) => {
    const column = columnOf(kind, 2);
    const { outputs, targets } = draws[kind](0, 2);
    const { loss, metrics } = describeTask(taskFor(column)).score(column, {
      outputs,
      targets: targets.map(() => NaN),
    });
    expect([loss, ...Object.values(metrics)].every(Number.isNaN)).toBe(true);
  });
});

test('every task kind has its main and its training metric among its metrics', () => {
  for (const kind of Object.keys(tasks) as TaskKind[]) {
    const { metrics, trainingMetric, column } = tasks[kind];
    expect(metrics.map(({ id }) => id)).toContain(trainingMetric);
    expect(kindFor(columnOf(kind, 2))).toBe(kind);
    expect(columnOf(kind, 2).kind).toBe(column);
  }
});

test('the confusion matrix counts labelled samples by truth and prediction', () => {
  const outputs = Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1);
  expect([...confusionMatrix(2, outputs, Float32Array.of(0, 0, NaN, 1))]).toEqual([1, 1, 0, 1]);
});

describe('readings', () => {
  const classes = columnOf('classification', 3);
  const labels = columnOf('multi-label', 3);
  const number = columnOf('regression', 2);

  test('of outputs and labels', () => {
    const { text, entries } = describeTask(taskFor(classes)).readOutputs(
      classes,
      Float32Array.of(0, Math.log(3), -100),
    );
    expect(text).toBe('name 1');
    expect(entries.map(({ label, value }) => [label, Number(value.toFixed(4))])).toEqual([
      ['name 1', 0.75],
      ['name 0', 0.25],
      ['name 2', 0],
    ]);
    expect(describeTask(taskFor(labels)).readOutputs(labels, Float32Array.of(1, -1, 2)).text).toBe(
      'name 0, name 2',
    );
    expect(describeTask(taskFor(labels)).readLabel(labels, Float32Array.of(0, 0, 0)).text).toBe('none');
    expect(describeTask(taskFor(number)).readOutputs(number, Float32Array.of(0.5, -2)).text).toBe('0.5, -2');
    for (const column of [classes, labels, number])
      expect(describeTask(taskFor(column)).readLabel(column, new Float32Array(3).fill(NaN)).text).toBe(
        'not labelled',
      );
  });

  test('of how wrong: 0 when right, more the worse, nothing without a label', () => {
    const wrongness = (column: ColumnInfo, outputs: number[], targets: number[]) =>
      describeTask(taskFor(column)).wrongness(column, Float32Array.from(outputs), Float32Array.from(targets));
    expect(wrongness(classes, [5, 0, 0], [0])).toBe(0);
    expect(wrongness(classes, [5, 0, 0], [1])).toBeGreaterThan(wrongness(classes, [1, 0, 0], [1]));
    expect(wrongness(classes, [5, 0, 0], [NaN])).toBeNaN();
    expect(wrongness(labels, [5, -1, 1], [1, 0, 1])).toBe(0);
    expect(wrongness(labels, [5, 3, 1], [1, 0, NaN])).toBeGreaterThan(
      wrongness(labels, [5, 1, 1], [1, 0, NaN]),
    );
    expect(wrongness(number, [1, 2], [1, 2])).toBe(0);
    expect(wrongness(number, [1, 2], [1, 4])).toBe(1);
    expect(wrongness(number, [1, 2], [NaN, NaN])).toBeNaN();
  });
});
