import { beforeAll, describe, expect, test } from 'vitest';
import { taskSchema } from '#experiment/tasks/index.ts';
import { openDevice } from '../device.ts';
import fixture from '../fixtures/losses.json' with { type: 'json' };
import { noise } from '../kernels/testing.ts';
import { relativeError } from '../testing.ts';
import * as tf from '../tf.ts';
import { taskLoss } from './index.ts';

const task = (settings: object) => taskSchema.parse({ id: 'a', name: 'A', column: 'a', ...settings });

/** Loss, metric and gradient of a task's batch; NaN among the targets: not labelled. */
async function evaluate(
  settings: object,
  outputs: Float32Array,
  rows: readonly (readonly number[])[],
  width: number,
) {
  const predicted = tf.variable(tf.tensor2d(outputs, [rows.length, width]));
  const labels = tf.tensor2d(
    rows.flat().map((value) => (Number.isNaN(value) ? 0 : value)),
    [rows.length, rows[0]?.length ?? 0],
  );
  const mask = tf.tensor2d(
    rows.flat().map((value) => (Number.isNaN(value) ? 0 : 1)),
    labels.shape,
  );
  const batch = { outputs: predicted.as2D(rows.length, width), targets: labels, mask };
  const { metric } = taskLoss(task(settings), batch);
  const { value, grads } = tf.variableGrads(
    () => taskLoss(task(settings), { ...batch, outputs: predicted.as2D(rows.length, width) }).loss,
    [predicted],
  );
  const read = async (tensor: tf.Tensor | undefined) => Array.from((await tensor?.data()) ?? []);
  const gradient = await read(grads[predicted.name]);
  return { loss: (await read(value))[0] ?? NaN, metric: (await read(metric))[0] ?? NaN, gradient };
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
});
