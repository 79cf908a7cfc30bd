/** When a run cannot go on: what happened in plain words and, where memory ran out, the figures and the remedy. */
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { forecastMemory } from '#experiment/memory.ts';
import type { NetworkPlan } from '#experiment/plan.ts';
import { effectiveBatchSize, type Training } from '#experiment/training.ts';
import { formatBytes, formatCount } from '#lib/format.ts';
import type { FailureCause } from './types.ts';

/** @param message what the device or the program said */
export function explainFailure(
  cause: FailureCause,
  message: string,
  plan: NetworkPlan,
  training: Training,
  info: DatasetInfo,
): string {
  if (cause === 'memory') return explainShortage(plan, training, info);
  const [first = ''] = message.split('\n');
  return first;
}

function explainShortage(plan: NetworkPlan, training: Training, info: DatasetInfo): string {
  const forecast = forecastMemory(plan, training, info);
  const { activations, parameters, gradients, optimiser, dataset, total } = forecast;
  const batch = effectiveBatchSize(info.counts.train, training.batchSize);
  const parts = [
    `${formatBytes(activations)} for a batch of ${formatCount(batch)}`,
    `${formatBytes(parameters + gradients + optimiser)} for the weights`,
    `${formatBytes(dataset)} for the data set`,
  ];
  const half = Math.floor(batch / 2);
  const smaller = forecastMemory(plan, { ...training, batchSize: half }, info);
  const remedy =
    half > 0 && activations > total / 4
      ? `Use a smaller batch (${formatCount(half)} would take ${formatBytes(smaller.total)}) or a smaller network`
      : 'Use a smaller network or fewer images';
  return `The adapter's memory ran out: training takes about ${formatBytes(total)} (${parts.join(', ')}). ${remedy}.`;
}
