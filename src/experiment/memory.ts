/** Forecast of the GPU memory that training takes, before anything is allocated. */
import { formatBytes } from '#lib/format.ts';
import { assignBuffers, type Lifetime } from '#lib/lifetimes.ts';
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
  /** The state of a run on its way to the host. */
  readonly checkpoint: number;
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

/** Numbers that the sum of a layer's gradient takes on its way: about as many on every adapter. */
const partialSums = 400_000;

/**
 * What lives when in one step, in numbers: layer by layer forward, then backward. There each layer's first moment makes the
 * gradient before its activation, its second those of its parameters, its third that of its input.
 */
function lifetimesOfStep({ input, trunk, heads }: NetworkPlan, batch: number): Lifetime[] {
  const layers = [...trunk, ...heads.flatMap((head) => head.layers)];
  const end = 4 * layers.length;
  const backward = (index: number) => layers.length + 3 * (layers.length - 1 - index);
  const branches = new Set(heads.flatMap((head) => head.layers.slice(0, 1)));
  const lifetimes = layers.flatMap((layer, i): Lifetime[] => {
    const back = backward(i);
    const [into, out] = [batch * sizeOf(layer.input), batch * sizeOf(layer.output)];
    const isTrained = layer.parameterCount > 0;
    // What several heads make of one input is added up before the trunk goes on.
    const passedOn = branches.has(layer) ? Math.max(back + 3, backward(trunk.length - 1)) : back + 3;
    return [
      // Where something else was kept for the gradient, only what follows needs the output.
      { size: out, first: i, last: batch * layer.kept >= 2 * out ? back - 2 : back },
      { size: batch * layer.kept - out, first: i, last: back },
      { size: isTrained ? out : 0, first: back, last: back + 2 },
      { size: layer.parameterCount, first: back + 1, last: end },
      { size: Math.min(512 * layer.parameterCount, partialSums), first: back + 1, last: back + 1 },
      { size: i === 0 ? 0 : into, first: back + 2, last: passedOn },
    ];
  });
  const images = { size: batch * sizeOf(input), first: 0, last: backward(0) + 1 };
  return [images, ...lifetimes].filter(({ size }) => size > 0);
}

/** Bytes of the buffers in which one step works: the engine shares them out in the same way. */
function workOfStep(plan: NetworkPlan, batch: number): number {
  return 4 * assignBuffers(lifetimesOfStep(plan, batch)).sizes.reduce((sum, size) => sum + size, 0);
}

/** Copies of the weights beside those in training: the best so far, and those being evaluated. Checkpoints hold the best, too. */
const copies = 2;

/**
 * What training takes on the device: float32 parameters and their copies, optimiser state, a checkpoint, what one step needs at its most
 * demanding moment (activations and gradients, which share buffers), and the uint8 data set with labels, masks and order.
 */
export function forecastMemory(plan: NetworkPlan, training: Training, info: DatasetInfo): MemoryForecast {
  const batch = effectiveBatchSize(info.counts.train, training.batchSize);
  const images = splitNames.reduce((sum, name) => sum + info.counts[name], 0);
  const layers = [...plan.trunk, ...plan.heads.flatMap((head) => head.layers)];
  const largestOutput = layers.reduce(
    (most, { output }) => Math.max(most, sizeOf(output)),
    sizeOf(plan.input),
  );
  const numbers = plan.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const parameters = 4 * numbers * (1 + copies);
  const gradients = 4 * plan.parameterCount;
  const optimiser = 4 * plan.parameterCount * optimiserState(training);
  const checkpoint = 4 * numbers * 2 + optimiser;
  const activations = Math.max(0, workOfStep(plan, batch) - gradients);
  const pixels = images * sizeOf(plan.input);
  const dataset = pixels + images * (8 * labelNumbers(plan) + 4);
  const largestParameter = plan.parameters.reduce((most, { shape }) => Math.max(most, sizeOf(shape)), 0);
  const candidates = [
    { bytes: 4 * batch * largestOutput, name: `the largest activation of a batch of ${batch}` },
    { bytes: pixels, name: 'the data set' },
    { bytes: 4 * largestParameter, name: 'the largest weight matrix' },
  ];
  const largest = candidates.reduce((most, each) => (each.bytes > most.bytes ? each : most));
  const total = parameters + gradients + optimiser + checkpoint + activations + dataset;
  return { parameters, gradients, optimiser, checkpoint, activations, dataset, total, largest };
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
