/** When a run cannot go on: what happened in plain words and, where memory ran out, the figures and the remedy. */
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { forecastMemory } from '#experiment/memory.ts';
import type { NetworkPlan } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { effectiveBatchSize } from '#experiment/training.ts';
import { formatBytes, formatCount } from '#lib/format.ts';
import { strategyOf } from '#strategies/index.ts';
import { onDeviceError, onDeviceLost } from './device.ts';
import type { FailureCause } from './types.ts';

/** Calls back where the device is lost, or refuses part of the work. Returns how to stop listening. */
export function onDeviceTrouble(callback: (cause: FailureCause, message: string) => void): () => void {
  const stops = [
    onDeviceLost((message) => callback('device', message)),
    onDeviceError((message, cause) => callback(cause, message)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** @param message what the device or the program said */
export function explainFailure(
  cause: FailureCause,
  message: string,
  plan: NetworkPlan,
  experiment: Experiment,
  info: DatasetInfo,
): string {
  if (cause === 'memory') return explainShortage(plan, experiment, info);
  const [first = ''] = message.split('\n');
  return first;
}

function explainShortage(plan: NetworkPlan, { training, strategy }: Experiment, info: DatasetInfo): string {
  const needs = stepNeeds(strategyOf(strategy.kind), strategy.gradients);
  const forecast = forecastMemory(plan, training, info, needs);
  const { activations, parameters, gradients, optimiser, method, dataset, total } = forecast;
  const batch = effectiveBatchSize(info.counts.train, training.batchSize);
  const parts = [
    `${formatBytes(activations)} for a batch of ${formatCount(batch)}`,
    `${formatBytes(parameters + gradients + optimiser)} for the weights`,
    ...(method > 0 ? [`${formatBytes(method)} for what the multi-task method remembers`] : []),
    `${formatBytes(dataset)} for the data set`,
  ];
  const half = Math.floor(batch / 2);
  const smaller = forecastMemory(plan, { ...training, batchSize: half }, info, needs);
  const remedy =
    half > 0 && activations > total / 4
      ? `Use a smaller batch (${formatCount(half)} would take ${formatBytes(smaller.total)}) or a smaller network`
      : 'Use a smaller network or fewer images';
  return `The adapter's memory ran out: training takes about ${formatBytes(total)} (${parts.join(', ')}). ${remedy}.`;
}
