import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { taskSchema } from '#experiment/tasks/index.ts';
import { openDevice } from '../device.ts';
import fixture from '../fixtures/losses.json' with { type: 'json' };
import { complaints, noise } from '../kernels/testing.ts';
import { assumeMachine } from '../kernels/tiles.ts';
import { relativeError } from '../testing.ts';
import * as tf from '../tf.ts';
import { taskLosses } from './index.ts';

const task = (settings: object) => taskSchema.parse({ id: 'a', name: 'A', column: 'a', ...settings });

/** Settings, targets by row (NaN: not labelled) and outputs of a task, [rows, width]. */
interface Case {
  settings: object;
  rows: readonly (readonly number[])[];
  outputs: Float32Array;
  width: number;
}

/** Labels of all samples: those of the batch from the last to the first, after one that is not in it. */
function labelsOf(rows: Case['rows']) {
  const all = [rows[0] ?? [], ...rows.toReversed()];
  const shape: [number, number] = [all.length, rows[0]?.length ?? 0];
  const values = all.flat();
  return {
    targets: tf.tensor2d(
      values.map((value) => (Number.isNaN(value) ? 0 : value)),
      shape,
    ),
    mask: tf.tensor2d(
      values.map((value) => (Number.isNaN(value) ? 0 : 1)),
      shape,
    ),
  };
}

/** Losses, metrics, label counts and gradients by the outputs of tasks on one batch. */
async function evaluateAll(cases: readonly Case[], weights: readonly number[]) {
  const batch = cases[0]?.rows.length ?? 0;
  const sampleOf = tf.tensor1d(
    Array.from({ length: batch }, (_, b) => batch - b),
    'int32',
  );
  const variables = cases.map(({ outputs, width }) => tf.variable(tf.tensor2d(outputs, [batch, width])));
  const reports: tf.Tensor1D[] = [];
  const { value, grads } = tf.variableGrads(() => {
    const tasks = cases.map(({ settings, rows }, t) => {
      const outputs = variables[t];
      if (!outputs) throw new Error('no outputs');
      return { task: task(settings), outputs, labels: labelsOf(rows) };
    });
    const { losses, report } = taskLosses(tasks, sampleOf);
    reports.push(tf.keep(report));
    return losses.mul(tf.tensor1d([...weights])).sum<tf.Scalar>();
  }, variables);
  const read = async (tensor: tf.Tensor | undefined) => Array.from((await tensor?.data()) ?? []);
  const report = await read(reports[0]);
  const part = (k: number) => report.slice(k * cases.length, (k + 1) * cases.length);
  return {
    total: (await read(value))[0] ?? NaN,
    losses: part(0),
    metrics: part(1),
    counts: part(2),
    gradients: await Promise.all(variables.map(({ name }) => read(grads[name]))),
  };
}

/** Loss, metric and gradient of one task. */
async function evaluate(settings: object, outputs: Float32Array, rows: Case['rows'], width: number) {
  const { total, losses, metrics, counts, gradients } = await evaluateAll(
    [{ settings, outputs, rows, width }],
    [1],
  );
  expect(total).toBe(losses[0]);
  expect(counts[0]).toBe(rows.flat().filter((value) => !Number.isNaN(value)).length);
  return { loss: total, metric: metrics[0] ?? NaN, gradient: gradients[0] ?? [] };
}

const rowsOf = (targets: readonly (number | null | readonly (number | null)[])[]) =>
  targets.map((row) => (Array.isArray(row) ? row : [row]).map((value) => value ?? NaN));

describe.each(['webgpu', 'cpu'] as const)('losses on %s', (backend) => {
  beforeAll(async () => {
    await openDevice(backend);
  });

  test.each(fixture.map((entry, index) => ({ ...entry, index, title: JSON.stringify(entry.task) })))(
    'agrees with PyTorch on the labelled ones alone: $title',
    async ({ task: settings, targets, outputs: width, index, loss, metric, gradient }) => {
      const rows = rowsOf(targets);
      const outputs = noise(rows.length * width, index, 3).map((value) => 6 * value);
      const found = await evaluate(settings, outputs, rows, width);
      expect(relativeError([found.loss], [loss])).toBeLessThan(1e-4);
      expect(relativeError([found.metric], [metric ?? 0])).toBeLessThan(1e-4);
      expect(relativeError(found.gradient, gradient)).toBeLessThan(1e-4);
      for (const [i, expected] of gradient.entries())
        if (expected === 0) expect(Math.abs(found.gradient[i] ?? NaN)).toBe(0);
    },
  );

  test.each(fixture.map((entry, index) => ({ ...entry, index, title: JSON.stringify(entry.task) })))(
    'is as if the samples without a label were not in the batch: $title',
    async ({ task: settings, targets, outputs: width, index }) => {
      const rows = rowsOf(targets);
      const outputs = noise(rows.length * width, index, 3).map((value) => 6 * value);
      const labelled = rows.flatMap((row, i) => (row.every(Number.isNaN) ? [] : [i]));
      if (labelled.length === 0) return;
      const whole = await evaluate(settings, outputs, rows, width);
      const part = (values: ArrayLike<number>) =>
        labelled.flatMap((i) => Array.from({ length: width }, (_, k) => values[i * width + k] ?? NaN));
      const fewer = await evaluate(
        settings,
        Float32Array.from(part(outputs)),
        labelled.map((i) => rows[i] ?? []),
        width,
      );
      // Zeros between the same numbers may only change the order in which they are added up.
      expect(Math.abs(whole.loss - fewer.loss)).toBeLessThanOrEqual(2e-7 * Math.abs(fewer.loss));
      expect(whole.metric).toBeCloseTo(fewer.metric, 6);
      expect(relativeError(part(whole.gradient), fewer.gradient)).toBeLessThanOrEqual(2e-7);
    },
  );

  test('adds up the losses by weight, each with its own gradient', async () => {
    const cases = fixture
      .map((entry, index) => ({ ...entry, index }))
      .filter(({ targets }) => targets.length === 5)
      .map(({ task: settings, targets, outputs: width, index }) => {
        const rows = rowsOf(targets);
        return { settings, rows, width, outputs: noise(rows.length * width, index, 3) };
      });
    const weights = cases.map((_, t) => 0.5 + t);
    const found = await evaluateAll(cases, weights);
    let total = 0;
    for (const [t, { settings, outputs, rows, width }] of cases.entries()) {
      const alone = await evaluate(settings, outputs, rows, width);
      expect(found.losses[t]).toBeCloseTo(alone.loss, 6);
      expect(found.metrics[t]).toBeCloseTo(alone.metric, 6);
      const scaled = alone.gradient.map((value) => value * (weights[t] ?? 0));
      expect(relativeError(found.gradients[t] ?? [], scaled)).toBeLessThan(1e-6);
      total += alone.loss * (weights[t] ?? 0);
    }
    expect(cases.length).toBeGreaterThan(4);
    expect(relativeError([found.total], [total])).toBeLessThan(1e-6);
  });

  test('stays exact far from 0', async () => {
    const outputs = Float32Array.of(1000, -1000, 999, -500, 500, 500.5);
    const softmax = await evaluate({ kind: 'classification' }, outputs, [[0], [2]], 3);
    // −log p: log(1 + e^−1) and log(1 + e^−0.5) where all other terms vanish.
    const expected = (Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(-0.5))) / 2;
    expect(relativeError([softmax.loss], [expected])).toBeLessThan(1e-5);
    expect(softmax.metric).toBe(1);
    const sigmoid = await evaluate({ kind: 'multi-label' }, outputs.slice(0, 4), [[0, 0, 1, 1]], 4);
    expect(relativeError([sigmoid.loss], [(1000 + 0 + 0 + 500) / 4])).toBeLessThan(1e-6);
    expect(relativeError(sigmoid.gradient, [0.25, 0, 0, -0.25])).toBeLessThan(1e-6);
  });

  test('takes the first of equal outputs for the answer', async () => {
    const outputs = Float32Array.of(2, 2, 1, 2, 2, 1, 1, 2, 2);
    const { metric } = await evaluate({ kind: 'classification' }, outputs, [[0], [1], [2]], 3);
    expect(metric).toBeCloseTo(1 / 3, 6);
  });
});

describe('the kernel for losses', () => {
  afterEach(() => assumeMachine(undefined));

  test.each([
    { batch: 300, width: 11, software: true },
    { batch: 70, width: 1000, software: false },
    { batch: 33, width: 40, software: false },
    { batch: 1, width: 9, software: false },
  ])('agrees with tfjs ops: $batch rows of $width', async ({ batch, width, software }) => {
    const cases: Case[] = [
      {
        settings: {
          kind: 'classification',
          labelSmoothing: 0.1,
          classWeights: Array.from({ length: width }, (_, k) => 0.5 + (k % 3)),
        },
        rows: Array.from({ length: batch }, (_, b) => [b % 5 === 3 ? NaN : (7 * b) % width]),
        outputs: noise(batch * width, 1).map((value) => 8 * value),
        width,
      },
      {
        settings: { kind: 'multi-label', positiveWeight: 3 },
        rows: Array.from({ length: batch }, (_, b) =>
          Array.from({ length: width }, (__, k) => ((b + k) % 7 === 0 ? NaN : (b * k) % 2)),
        ),
        outputs: noise(batch * width, 2).map((value) => 8 * value),
        width,
      },
    ];
    await openDevice('webgpu');
    assumeMachine({ quads: false, software });
    let ours: Awaited<ReturnType<typeof evaluateAll>> | undefined;
    expect(await complaints(async () => void (ours = await evaluateAll(cases, [0.3, 2])))).toEqual([]);
    await openDevice('cpu');
    const plain = await evaluateAll(cases, [0.3, 2]);
    expect(ours?.counts).toEqual(plain.counts);
    expect(relativeError(ours?.losses ?? [], plain.losses)).toBeLessThan(1e-5);
    expect(relativeError(ours?.metrics ?? [], plain.metrics)).toBeLessThan(1e-5);
    for (const [t, gradient] of plain.gradients.entries())
      expect(relativeError(ours?.gradients[t] ?? [], gradient)).toBeLessThan(1e-5);
  });
});
