/** Forecast of the GPU memory that training takes, before anything is allocated. */
import { formatBytes } from '#lib/format.ts';
import { sizeOf } from '#lib/shape.ts';
import { splitNames, type DatasetInfo } from './dataset-info.ts';
import { labelNumbers, type NetworkPlan } from './plan.ts';
import type { Problem } from './problem.ts';
import { effectiveBatchSize, type Training } from './training.ts';

/** Bytes by purpose. */
export interface MemoryForecast {
  readonly parameters: number;
  readonly gradients: number;
  readonly optimiser: number;
  readonly activations: number;
  readonly dataset: number;
  readonly total: number;
  /** The largest single buffer, and what it is. */
  readonly largest: { readonly bytes: number; readonly name: string };
}

/** Limits of the device, in bytes. */
export interface MemoryLimits {
  readonly maxBufferBytes: number;
  readonly maxBindingBytes: number;
}

/** Numbers that an optimiser keeps per parameter. */
function optimiserState({ optimiser }: Training): number {
  return optimiser.kind === 'sgd' ? (optimiser.momentum > 0 ? 1 : 0) : 2;
}

/**
 * What training takes on the device: float32 parameters, gradients, optimiser state and activations of one batch (kept for
 * the backward pass, and the largest gradient of one), and the uint8 data set with its labels and masks.
 */
export function forecastMemory(plan: NetworkPlan, training: Training, info: DatasetInfo): MemoryForecast {
  const batch = effectiveBatchSize(info.counts.train, training.batchSize);
  const images = splitNames.reduce((sum, name) => sum + info.counts[name], 0);
  const layers = [...plan.trunk, ...plan.heads.flatMap((head) => head.layers)];
  const largestOutput = layers.reduce(
    (most, { output }) => Math.max(most, sizeOf(output)),
    sizeOf(plan.input),
  );
  const parameters = 4 * plan.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const gradients = 4 * plan.parameterCount;
  const optimiser = 4 * plan.parameterCount * optimiserState(training);
  const activations = 4 * batch * (plan.kept + sizeOf(plan.input) + 2 * largestOutput);
  const pixels = images * sizeOf(plan.input);
  const dataset = pixels + images * 8 * labelNumbers(plan);
  const largestParameter = plan.parameters.reduce((most, { shape }) => Math.max(most, sizeOf(shape)), 0);
  const candidates = [
    { bytes: 4 * batch * largestOutput, name: `the largest activation of a batch of ${batch}` },
    { bytes: pixels, name: 'the data set' },
    { bytes: 4 * largestParameter, name: 'the largest weight matrix' },
  ];
  const largest = candidates.reduce((most, each) => (each.bytes > most.bytes ? each : most));
  const total = parameters + gradients + optimiser + activations + dataset;
  return { parameters, gradients, optimiser, activations, dataset, total, largest };
}

/** Why a forecast cannot fit a device; undefined where it can. */
export function limitProblem(forecast: MemoryForecast, limits: MemoryLimits): Problem | undefined {
  const limit = Math.min(limits.maxBufferBytes, limits.maxBindingBytes);
  if (forecast.largest.bytes <= limit) return undefined;
  return {
    path: forecast.largest.name.startsWith('the largest activation') ? 'training.batchSize' : 'data',
    rule: `${forecast.largest.name} must fit one buffer of this adapter, at most ${formatBytes(limit)}`,
    found: formatBytes(forecast.largest.bytes),
    remedy: forecast.largest.name.startsWith('the largest activation')
      ? 'Use a smaller batch, fewer filters, or pool earlier.'
      : 'Use fewer or smaller images, or a smaller layer.',
  };
}
