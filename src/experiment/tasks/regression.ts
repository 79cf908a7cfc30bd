/** Regression: one number or several; mean squared error (torch.nn.MSELoss) or Huber (torch.nn.HuberLoss, δ = 1 by default). */
import { z } from 'zod';
import { formatValue } from '#lib/format.ts';
import { columnNames, meanOf, notLabelled, rowsOf, taskBase } from './base.ts';
import type { Outputs, TaskDefinition } from './task.ts';

export const regressionSchema = z.strictObject({
  kind: z.literal('regression'),
  ...taskBase,
  loss: z.enum(['mse', 'huber']).default('mse').meta({ title: 'Loss' }),
  delta: z
    .number()
    .min(1e-6)
    .max(1e6)
    .default(1)
    .meta({ title: 'Huber delta', description: 'Errors larger than this count linearly.' }),
});
type Settings = z.infer<typeof regressionSchema>;

/** Huber (1964): e²/2 within ±δ, δ·(|e| − δ/2) outside. */
function huber(error: number, delta: number): number {
  const size = Math.abs(error);
  return size <= delta ? 0.5 * size * size : delta * (size - 0.5 * delta);
}

function errorsOf({ outputs, targets }: Outputs): number[] {
  return Array.from(targets, (target, i) => (outputs[i] ?? 0) - target);
}

/** Coefficient of determination of one number, 1 − Σ(y − ŷ)² / Σ(y − ȳ)²; NaN where the truth does not vary. */
function determination(index: number, width: number, { outputs, targets }: Outputs): number {
  const truths: number[] = [];
  let residual = 0;
  for (let i = index; i < targets.length; i += width) {
    const target = targets[i] ?? Number.NaN;
    if (Number.isNaN(target)) continue;
    truths.push(target);
    residual += (target - (outputs[i] ?? 0)) ** 2;
  }
  const mean = meanOf(truths);
  const spread = truths.reduce((sum, target) => sum + (target - mean) ** 2, 0);
  return spread === 0 ? Number.NaN : 1 - residual / spread;
}

export const regression: TaskDefinition<Settings> = {
  name: 'Regression',
  help: 'One number or several per image.',
  schema: regressionSchema,
  column: 'number',
  metrics: [
    { id: 'mae', name: 'Mean absolute error', direction: 'lower', unit: 'value' },
    { id: 'r2', name: 'R²', direction: 'higher', unit: 'value' },
  ],
  trainingMetric: 'mae',
  lossName: (settings) => (settings.loss === 'mse' ? 'mean squared error' : 'Huber'),
  outputs: (column) => columnNames(column).length,
  score(settings, column, data) {
    const width = columnNames(column).length;
    const errors = errorsOf(data);
    const loss = (error: number) => (settings.loss === 'mse' ? error * error : huber(error, settings.delta));
    return {
      loss: meanOf(errors.map(loss)),
      metrics: {
        mae: meanOf(errors.map(Math.abs)),
        r2: meanOf(Array.from({ length: width }, (_, index) => determination(index, width, data))),
      },
    };
  },
  readOutputs(column, row) {
    const entries = columnNames(column).map((label, k) => ({ label, value: row[k] ?? Number.NaN }));
    return { text: entries.map(({ value }) => formatValue(value)).join(', '), entries };
  },
  readLabel(column, row) {
    return row.every(Number.isNaN) ? notLabelled : regression.readOutputs(column, row);
  },
  wrongness(_settings, column, outputs, targets) {
    for (const row of rowsOf(outputs, columnNames(column).length)) {
      return meanOf(Array.from(row, (value, k) => Math.abs(value - (targets[k] ?? Number.NaN))));
    }
    return Number.NaN;
  },
};
