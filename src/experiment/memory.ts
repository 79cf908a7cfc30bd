/** Forecast of the GPU memory that training takes, before anything is allocated. */
import { formatBytes } from '#lib/format.ts';
import { assignBuffers, type Lifetime } from '#lib/lifetimes.ts';
import { sizeOf } from '#lib/shape.ts';
import { splitNames, type DatasetInfo } from './dataset-info.ts';
import { labelNumbers, type NetworkPlan } from './plan.ts';
import type { Problem } from './problem.ts';
import { lifetimesOfMeasuring, lifetimesOfStep } from './step-lifetimes.ts';
import { leastNeeds, type StepNeeds } from './step-needs.ts';
import { effectiveBatchSize, type Training } from './training.ts';

/** Bytes by purpose. */
export interface MemoryForecast {
  readonly parameters: number;
  /** Those of the update; a method's gradients of single tasks are among the activations. */
  readonly gradients: number;
  readonly optimiser: number;
  /** What the multi-task method remembers. */
  readonly method: number;
  /** The state of a run on its way to the host, twice at the end of a run; the best weights go only once. */
  readonly checkpoint: number;
  readonly activations: number;
  readonly dataset: number;
  readonly total: number;
  /** The largest single buffer, and what it is. */
  readonly largest: NamedBuffer;
  /** The largest of those that cannot be made smaller by streaming. */
  readonly largestFixed: NamedBuffer;
  /** Whether the images are too many to lie on the device together: they pass through a window, which is counted instead. */
  readonly isStreamed: boolean;
}

interface NamedBuffer {
  readonly bytes: number;
  readonly name: string;
}

/** Bytes of images that lie on the device together, unless said otherwise. More of them stream: docs/engine.md. */
export const imageBudget = 512 * 2 ** 20;

/** How many bytes of images a device takes together. */
export function residentBytes(limits?: MemoryLimits, budget = imageBudget): number {
  return limits ? Math.min(budget, limits.maxBufferBytes, limits.maxBindingBytes) : budget;
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

/** Bytes of the buffers in which steps work and measurements beside them: the engine shares them out in the same way. */
function workOf(...plans: readonly (readonly Lifetime[])[]): number {
  const buffers: number[] = [];
  for (const plan of plans) {
    const free = buffers.toSorted((a, b) => a - b);
    for (const size of assignBuffers(plan).sizes) {
      const fitting = free.findIndex((buffer) => buffer >= size);
      if (fitting < 0) buffers.push(size);
      else free.splice(fitting, 1);
    }
  }
  return 4 * buffers.reduce((sum, size) => sum + size, 0);
}

/** Copies of the weights beside those in training: the best so far, and those being evaluated. Checkpoints hold the best, too. */
const copies = 2;

/**
 * What training takes on the device: float32 parameters and their copies, optimiser state, a checkpoint, what one step needs
 * at its most demanding moment under its multi-task method (activations and gradients, which share buffers), and the uint8
 * data set with labels, masks and order.
 * @param isWatched whether the gradients of the tasks are measured now and then
 * @param budget bytes of images that the device takes together
 */
export function forecastMemory(
  plan: NetworkPlan,
  training: Training,
  info: DatasetInfo,
  needs: StepNeeds = leastNeeds,
  isWatched = false,
  budget = imageBudget,
): MemoryForecast {
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
  const method = needs.keepsMatrix ? 4 * plan.heads.length * plan.sharedParameterCount : 0;
  const checkpoint = 4 * numbers + 2 * (4 * numbers + optimiser + method);
  const measuring = isWatched && plan.heads.length > 1 ? lifetimesOfMeasuring(plan, batch) : [];
  const work = workOf(lifetimesOfStep(plan, batch, needs), measuring);
  const activations = Math.max(0, work - gradients);
  const all = images * sizeOf(plan.input);
  const isStreamed = all > budget;
  const pixels = isStreamed ? budget : all;
  // Evaluations have windows of their own: a batch each for validation and test.
  const passing = isStreamed ? 2 * batch * sizeOf(plan.input) : 0;
  const dataset = pixels + passing + images * (8 * labelNumbers(plan) + 4);
  const largestParameter = plan.parameters.reduce((most, { shape }) => Math.max(most, sizeOf(shape)), 0);
  const largestFixed = larger(
    { bytes: 4 * batch * largestOutput, name: `the largest activation of a batch of ${batch}` },
    { bytes: 4 * largestParameter, name: 'the largest weight matrix' },
  );
  const window = isStreamed ? 'the window through which the data set streams' : 'the data set';
  const largest = larger(largestFixed, { bytes: pixels, name: window });
  const total = parameters + gradients + optimiser + method + checkpoint + activations + dataset;
  const parts = { parameters, gradients, optimiser, method, checkpoint, activations, dataset };
  return { ...parts, total, largest, largestFixed, isStreamed };
}

const larger = (one: NamedBuffer, other: NamedBuffer): NamedBuffer => (other.bytes > one.bytes ? other : one);

/** Why a forecast cannot fit a device; undefined where it can. Images that do not fit it together stream. */
export function limitProblem({ largestFixed }: MemoryForecast, limits: MemoryLimits): Problem | undefined {
  const limit = Math.min(limits.maxBufferBytes, limits.maxBindingBytes);
  if (largestFixed.bytes <= limit) return undefined;
  const isActivation = largestFixed.name.startsWith('the largest activation');
  return {
    path: isActivation ? 'training.batchSize' : 'trunk',
    rule: `${largestFixed.name} must fit one buffer of this adapter, at most ${formatBytes(limit)}`,
    found: formatBytes(largestFixed.bytes),
    remedy: isActivation ? 'Use a smaller batch, fewer filters, or pool earlier.' : 'Use a smaller layer.',
  };
}
