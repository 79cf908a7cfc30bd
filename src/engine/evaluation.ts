/** Evaluates a network on images: forward passes batch by batch, scores on the host. */
import type { Dataset } from '#data/dataset.ts';
import { columnWidth, type SplitName } from '#experiment/dataset-info.ts';
import type { HeadPlan, NetworkPlan } from '#experiment/plan.ts';
import { describeTask } from '#experiment/tasks/index.ts';
import { meanOf } from '#experiment/tasks/base.ts';
import type { Scores } from '#experiment/tasks/task.ts';
import { gatherBatch, type Normalisation, type ResidentImages } from './kernels/batch.ts';
import { forward } from './model.ts';
import { nextTask } from './next-task.ts';
import type { Weights } from './parameters.ts';
import * as tf from './tf.ts';
import type { Evaluation } from './types.ts';

/** Which images a forward pass takes, in batches. */
export interface BatchSource {
  readonly images: ResidentImages;
  readonly normalise: Normalisation;
  /** Which images, in which order: int32 [n]. */
  readonly indices: tf.Tensor1D;
  /** At most n. */
  readonly batchSize: number;
  /** Puts the images of a batch into `images`, which holds no others; left out: all are there. */
  readonly load?: (batch: number) => Promise<void>;
}

/** Images taken at a time at least; without a backward pass even a small adapter takes these. */
const smallestBatch = 64;

/**
 * How many images a forward pass takes at a time.
 * @param trained images in a batch of the training
 */
export function evaluationBatch(trained: number, images: number): number {
  return Math.min(Math.max(smallestBatch, trained), images);
}

/** How somebody follows work that goes batch by batch. */
export interface Following {
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the work between two batches, by rejecting with its reason. */
  readonly signal?: AbortSignal;
}

/** Encodes the forward pass of a batch: evaluation mode, no augmentation, no dropout. */
export function encodeBatch(
  plan: NetworkPlan,
  weights: Weights,
  source: BatchSource,
  step: tf.Tensor,
  hostStep: number,
): tf.Tensor {
  const { load, ...request } = source;
  const order = load ? 'passing' : 'sequential';
  const { x } = gatherBatch({ ...request, step, hostStep, seed: 0, order });
  return tf.concat(forward(plan, weights, x, { training: false }), 1);
}

/** Raw outputs by task id, [n, outputs of the task], by tfjs. */
export function infer(
  plan: NetworkPlan,
  weights: Weights,
  source: BatchSource,
  following: Following,
): Promise<Record<string, Float32Array>> {
  const forwardBatch = async (batch: number) => {
    const outputs = tf.tidy(() => encodeBatch(plan, weights, source, tf.tensor1d([batch], 'int32'), batch));
    try {
      return await outputs.data<'float32'>();
    } finally {
      outputs.dispose();
    }
  };
  return outputsByTask(plan, source, forwardBatch, following);
}

/**
 * Takes a forward pass through all batches and its outputs apart, by task id: [n, outputs of the task].
 * @param forwardBatch the outputs of a batch, laid side by side: [batchSize, outputs of all tasks]
 */
export async function outputsByTask(
  plan: NetworkPlan,
  { indices, batchSize, load }: BatchSource,
  forwardBatch: (batch: number) => Promise<Float32Array>,
  { onProgress, signal }: Following,
): Promise<Record<string, Float32Array>> {
  const total = indices.size;
  const tables = plan.heads.map((head) => new Float32Array(total * widthOf(head)));
  let before: Promise<void> = Promise.resolve();
  for (let batch = 0; batch * batchSize < total; batch++) {
    signal?.throwIfAborted();
    const first = batch * batchSize;
    await load?.(batch);
    const latest = forwardBatch(batch).then((outputs) => {
      takeApart(plan, outputs, first, Math.min(batchSize, total - first), tables);
    });
    // Whoever awaits it next sees the failure; until then it is not unhandled.
    latest.catch(() => {});
    // One batch is computed while the one before is read back.
    await before;
    before = latest;
    onProgress?.(first, total);
    await nextTask();
  }
  await before;
  onProgress?.(total, total);
  return Object.fromEntries(plan.heads.map(({ task }, t) => [task.id, tables[t] ?? new Float32Array()]));
}

/** Width of a task's output. */
function widthOf({ task, column }: HeadPlan): number {
  return describeTask(task).outputs(column);
}

/** Puts rows of outputs, [batch, outputs of all tasks], into the tables of the tasks from row `first` on. */
function takeApart(
  { heads }: NetworkPlan,
  outputs: Float32Array,
  first: number,
  rows: number,
  tables: readonly Float32Array[],
): void {
  const stride = heads.reduce((sum, head) => sum + widthOf(head), 0);
  let offset = 0;
  for (const [t, head] of heads.entries()) {
    const width = widthOf(head);
    for (let row = 0; row < rows; row++) {
      const from = row * stride + offset;
      tables[t]?.set(outputs.subarray(from, from + width), (first + row) * width);
    }
    offset += width;
  }
}

/** Scores of outputs of a part of a data set, in the part's order. */
export function scoreSplit(
  plan: NetworkPlan,
  dataset: Dataset,
  split: SplitName,
  outputs: Readonly<Record<string, Float32Array>>,
): Pick<Evaluation, 'tasks' | 'meanLoss'> {
  const tasks: Record<string, Scores> = {};
  for (const { task, column } of plan.heads) {
    const targets = targetsOf(dataset, column.id, dataset.split[split]);
    tasks[task.id] = describeTask(task).score(column, {
      outputs: outputs[task.id] ?? new Float32Array(),
      targets,
    });
  }
  return { tasks, meanLoss: meanOf(Object.values(tasks).map(({ loss }) => loss)) };
}

/** Rows of a label column, [samples, width]. */
function targetsOf(dataset: Dataset, id: string, samples: Uint32Array): Float32Array {
  const column = dataset.columns.find(({ info }) => info.id === id);
  if (!column) throw new Error(`${dataset.info.name} has no column "${id}".`);
  const width = columnWidth(column.info);
  const targets = new Float32Array(samples.length * width);
  for (const [row, sample] of samples.entries())
    targets.set(column.values.subarray(sample * width, (sample + 1) * width), row * width);
  return targets;
}
