/** Multi-label: any subset of several labels; sigmoid binary cross-entropy (torch.nn.BCEWithLogitsLoss). */
import { z } from 'zod';
import { columnNames, meanOf, notLabelled, rowsOf, taskBase } from './base.ts';
import type { Outputs, TaskDefinition } from './task.ts';

export const multiLabelSchema = z.strictObject({
  kind: z.literal('multi-label'),
  ...taskBase,
  positiveWeight: z.number().min(0.01).max(1000).default(1).meta({
    title: 'Positive weight',
    description: 'How much more a label that is present counts (pos_weight).',
  }),
});
type Settings = z.infer<typeof multiLabelSchema>;

/** log(1 + eˣ), without overflow. */
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** pos_weight·y·softplus(−x) + (1 − y)·softplus(x). */
function entropy(settings: Settings, logit: number, target: number): number {
  return settings.positiveWeight * target * softplus(-logit) + (1 - target) * softplus(logit);
}

/** One label's logits and targets where labelled, as pairs. */
function columnOf(
  label: number,
  labels: number,
  { outputs, targets }: Outputs,
): { logit: number; target: number }[] {
  const pairs = [];
  for (let i = label; i < targets.length; i += labels) {
    const target = targets[i] ?? Number.NaN;
    if (!Number.isNaN(target)) pairs.push({ logit: outputs[i] ?? 0, target });
  }
  return pairs;
}

/** Area under the precision–recall steps: Σ (recallₙ − recallₙ₋₁)·precisionₙ, as scikit-learn; NaN without positives. */
function averagePrecision(pairs: { logit: number; target: number }[]): number {
  const sorted = pairs.toSorted((a, b) => b.logit - a.logit);
  const positives = sorted.reduce((sum, { target }) => sum + target, 0);
  let hits = 0;
  let sum = 0;
  for (let i = 0; i < sorted.length;) {
    const tie = sorted[i]?.logit;
    let found = 0;
    for (; i < sorted.length && sorted[i]?.logit === tie; i++) found += sorted[i]?.target ?? 0;
    hits += found;
    sum += found * (hits / i);
  }
  return positives === 0 ? Number.NaN : sum / positives;
}

function f1(pairs: { logit: number; target: number }[]): number {
  let both = 0;
  let either = 0;
  for (const { logit, target } of pairs) {
    const predicted = logit > 0 ? 1 : 0;
    both += predicted * target;
    either += predicted + target;
  }
  return either === 0 ? Number.NaN : (2 * both) / either;
}

export const multiLabel: TaskDefinition<Settings> = {
  name: 'Multi-label',
  help: 'Any number of labels per image.',
  schema: multiLabelSchema,
  column: 'labels',
  metrics: [
    { id: 'map', name: 'Mean average precision', direction: 'higher', unit: 'share' },
    { id: 'f1', name: 'Macro F1', direction: 'higher', unit: 'share' },
    { id: 'label-accuracy', name: 'Label accuracy', direction: 'higher', unit: 'share' },
  ],
  trainingMetric: 'label-accuracy',
  lossName: () => 'binary cross-entropy',
  outputs: (column) => columnNames(column).length,
  score(settings, column, data) {
    const count = columnNames(column).length;
    const pairs = Array.from({ length: count }, (_, label) => columnOf(label, count, data));
    const all = pairs.flat();
    return {
      loss: meanOf(all.map(({ logit, target }) => entropy(settings, logit, target))),
      metrics: {
        map: meanOf(pairs.map(averagePrecision)),
        f1: meanOf(pairs.map(f1)),
        'label-accuracy': meanOf(all.map(({ logit, target }) => (logit > 0 === target > 0.5 ? 1 : 0))),
      },
    };
  },
  readOutputs(column, row) {
    const entries = columnNames(column).map((label, k) => ({
      label,
      value: 1 / (1 + Math.exp(-(row[k] ?? 0))),
    }));
    const present = entries.filter(({ value }) => value > 0.5).map(({ label }) => label);
    return { text: present.join(', ') || 'none', entries: entries.toSorted((a, b) => b.value - a.value) };
  },
  readLabel(column, row) {
    if (row.every(Number.isNaN)) return notLabelled;
    const present = columnNames(column).filter((_, k) => row[k] === 1);
    return { text: present.join(', ') || 'none', entries: present.map((label) => ({ label, value: 1 })) };
  },
  wrongness(_settings, column, outputs, targets) {
    for (const row of rowsOf(outputs, columnNames(column).length)) {
      const errors = Array.from(row, (logit, k) => {
        const target = targets[k] ?? Number.NaN;
        return Number.isNaN(target) ? Number.NaN : logit > 0 === target > 0.5 ? 0 : 1 + Math.abs(logit);
      });
      return meanOf(errors);
    }
    return Number.NaN;
  },
};
