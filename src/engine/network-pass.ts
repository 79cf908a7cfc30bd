/** A batch's way through the network in training, noted so that each task can be differentiated for itself. */
import type { SplitName } from '#experiment/dataset-info.ts';
import type { HeadPlan, NetworkPlan } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { gatherBatch, type Batch, type BatchRequest } from './kernels/batch.ts';
import { forwardStack } from './model.ts';
import type { Variables } from './parameters.ts';
import type { ResidentDataset } from './resident.ts';
import { StreamedImages } from './streaming/streamed-images.ts';
import type { Supply } from './streaming/supply.ts';
import { taskLosses, type TaskOutputs } from './tasks/index.ts';
import type * as tf from './tf.ts';

/** What batches are drawn from, and what they go through. */
export interface Course {
  readonly experiment: Pick<Experiment, 'augmentation' | 'seed'>;
  readonly plan: NetworkPlan;
  readonly weights: Variables;
  readonly data: ResidentDataset;
  readonly batchSize: number;
  /** Brings the images, where they stream. */
  readonly supply?: Supply | undefined;
}

/** Steps done before, on the GPU, int32 [1], and on the host. */
export interface Moment {
  readonly step: tf.Tensor;
  readonly hostStep: number;
}

export interface Pass {
  /** The trunk's output. */
  readonly shared: tf.Tensor;
  /** The same once for each task, so that each has a gradient of its own. */
  readonly branches: readonly tf.Tensor[];
  /** float32 [T], differentiable. */
  readonly losses: tf.Tensor1D;
  /** Losses, training metrics and label counts: float32 [3T]. */
  readonly report: tf.Tensor1D;
}

const trainPart: SplitName = 'train';

/**
 * A batch of the training images.
 * @param draw which of the step's batches, for steps that draw several
 */
export function trainingBatch(course: Course, moment: Moment, draw?: { place: number; of: number }): Batch {
  const { data, experiment, batchSize } = course;
  const { normalise } = data;
  const { augmentation: augment, seed } = experiment;
  const request = { ...drawnFrom(course), ...moment, batchSize, seed, augment, normalise } as const;
  return gatherBatch(draw ? { ...request, draw } : request);
}

/** Where the images of training batches come from, and in which order. */
function drawnFrom({ data, supply }: Course): Pick<BatchRequest, 'images' | 'indices' | 'order'> {
  if (supply) return { images: supply.images, indices: supply.schedule.table, order: 'scheduled' };
  const indices = data.draws ?? data.indices.get(trainPart);
  if (!indices) throw new Error('The data set has no training images.');
  if (data.images instanceof StreamedImages) throw new Error('The images stream, but nobody brings them.');
  return { images: data.images, indices, order: 'shuffled' };
}

/**
 * Takes a batch through trunk, heads and losses, as training does; inside `taped`.
 * @param still leaves the running statistics as they are
 */
export function passThrough(course: Course, { x, rows }: Batch, moment: Moment, still?: 'still'): Pass {
  const { plan, weights, experiment } = course;
  const training = { training: true, seed: experiment.seed, ...moment } as const;
  const mode = still ? ({ ...training, still: true } as const) : training;
  const shared = forwardStack(plan.trunk, weights, x, mode);
  const branches = plan.heads.map(() => shared.clone());
  const tasks = plan.heads.map((head, t) =>
    outputsOf(course, head, forwardStack(head.layers, weights, branches[t] ?? shared, mode)),
  );
  return { shared, branches, ...taskLosses(tasks, rows) };
}

function outputsOf({ data }: Course, { task, column }: HeadPlan, outputs: tf.Tensor): TaskOutputs {
  const labels = data.columns.get(column.id);
  if (!labels) throw new Error(`The data set has no column "${column.id}".`);
  return { task, outputs, labels };
}

/** The parameters that train, by whose they are. */
export interface Parts {
  readonly trunk: readonly tf.Variable[];
  /** By task. */
  readonly heads: readonly (readonly tf.Variable[])[];
}

export function partsOf(plan: NetworkPlan, weights: Variables): Parts {
  return {
    trunk: trainedOf(plan.trunk, weights),
    heads: plan.heads.map(({ layers }) => trainedOf(layers, weights)),
  };
}

/** The parameters of some layers that train, in their order. */
export function trainedOf(layers: NetworkPlan['trunk'], weights: Variables): tf.Variable[] {
  return layers
    .flatMap(({ parameters }) => parameters)
    .flatMap(({ name }) => weights.get(name) ?? [])
    .filter(({ trainable }) => trainable);
}
