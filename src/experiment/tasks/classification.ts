/** Classification: one class of several; softmax cross-entropy (torch.nn.CrossEntropyLoss). */
import { z } from 'zod';
import { columnWidth } from '../dataset-info.ts';
import { columnNames, meanOf, notLabelled, rowsOf, taskBase } from './base.ts';
import type { TaskDefinition } from './task.ts';

export const classificationSchema = z.strictObject({
  kind: z.literal('classification'),
  ...taskBase,
  labelSmoothing: z.number().min(0).max(0.9).default(0).meta({ title: 'Label smoothing' }),
  classWeights: z
    .array(z.number().min(0))
    .nullable()
    .default(null)
    .meta({ title: 'Class weights', description: 'One number per class; null weighs all alike.' }),
});
type Settings = z.infer<typeof classificationSchema>;

/** log softmax of one row of logits. */
function logSoftmax(row: Float32Array): Float64Array {
  const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (const logit of row) sum += Math.exp(logit - top);
  return Float64Array.from(row, (logit) => logit - top - Math.log(sum));
}

function argMax(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if ((row[i] ?? 0) > (row[best] ?? 0)) best = i;
  return best;
}

/** [class, class] counts, rows the truth, columns the prediction; unlabelled samples are left out. */
export function confusionMatrix(classes: number, outputs: Float32Array, targets: Float32Array): Uint32Array {
  const matrix = new Uint32Array(classes * classes);
  let sample = 0;
  for (const row of rowsOf(outputs, classes)) {
    const truth = targets[sample++] ?? Number.NaN;
    if (Number.isNaN(truth)) continue;
    const cell = truth * classes + argMax(row);
    matrix[cell] = (matrix[cell] ?? 0) + 1;
  }
  return matrix;
}

/** Mean over the classes of 2·tp / (2·tp + fp + fn), classes that never occur left out (as scikit-learn over present labels). */
function macroF1(matrix: Uint32Array, classes: number): number {
  const scores: number[] = [];
  for (let k = 0; k < classes; k++) {
    let truth = 0;
    let predicted = 0;
    for (let other = 0; other < classes; other++) {
      truth += matrix[k * classes + other] ?? 0;
      predicted += matrix[other * classes + k] ?? 0;
    }
    if (truth + predicted > 0) scores.push((2 * (matrix[k * classes + k] ?? 0)) / (truth + predicted));
  }
  return meanOf(scores);
}

/**
 * Weighted cross-entropy of one sample and its weight, as torch: with smoothing s over K classes,
 * (1 − s)·w_y·(−log p_y) + s/K·Σ_k w_k·(−log p_k); the mean divides by Σ w_y.
 */
function crossEntropy(
  settings: Settings,
  row: Float32Array,
  truth: number,
): { loss: number; weight: number } {
  const log = logSoftmax(row);
  const weightOf = (k: number) => settings.classWeights?.[k] ?? 1;
  const smoothing = settings.labelSmoothing;
  const spread = log.reduce((sum, value, k) => sum - value * weightOf(k), 0) / row.length;
  const loss = (1 - smoothing) * weightOf(truth) * -(log[truth] ?? 0) + smoothing * spread;
  return { loss, weight: weightOf(truth) };
}

export const classification: TaskDefinition<Settings> = {
  name: 'Classification',
  help: 'Exactly one class per image.',
  schema: classificationSchema,
  column: 'class',
  metrics: [
    { id: 'accuracy', name: 'Accuracy', direction: 'higher', unit: 'share' },
    { id: 'f1', name: 'Macro F1', direction: 'higher', unit: 'share' },
  ],
  trainingMetric: 'accuracy',
  lossName: () => 'cross-entropy',
  outputs: (column) => columnNames(column).length,
  score(settings, column, { outputs, targets }) {
    const classes = columnNames(column).length;
    const matrix = confusionMatrix(classes, outputs, targets);
    let loss = 0;
    let weight = 0;
    let sample = 0;
    for (const row of rowsOf(outputs, classes)) {
      const truth = targets[sample++] ?? Number.NaN;
      if (Number.isNaN(truth)) continue;
      const one = crossEntropy(settings, row, truth);
      loss += one.loss;
      weight += one.weight;
    }
    const total = matrix.reduce((a, b) => a + b, 0);
    let right = 0;
    for (let k = 0; k < classes; k++) right += matrix[k * classes + k] ?? 0;
    return { loss: loss / weight, metrics: { accuracy: right / total, f1: macroF1(matrix, classes) } };
  },
  readOutputs(column, row) {
    const names = columnNames(column);
    const entries = Array.from(logSoftmax(row), (log, k) => ({
      label: names[k] ?? `${k}`,
      value: Math.exp(log),
    }));
    entries.sort((a, b) => b.value - a.value);
    return { text: entries[0]?.label ?? '', entries };
  },
  readLabel(column, row) {
    const truth = row[0] ?? Number.NaN;
    if (Number.isNaN(truth)) return notLabelled;
    const label = columnNames(column)[truth] ?? `${truth}`;
    return { text: label, entries: [{ label, value: 1 }] };
  },
  wrongness(settings, column, outputs, targets) {
    const truth = targets[0] ?? Number.NaN;
    if (Number.isNaN(truth) || columnWidth(column) !== 1) return Number.NaN;
    const wrong = argMax(outputs) !== truth;
    return wrong
      ? crossEntropy({ ...settings, labelSmoothing: 0, classWeights: null }, outputs, truth).loss
      : 0;
  },
};
