/** Evaluates a network on a part of the data: forward passes batch by batch, scores on the host. */
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

export interface InferenceRequest {
  readonly plan: NetworkPlan;
  readonly weights: Weights;
  readonly images: ResidentImages;
  readonly normalise: Normalisation;
  /** Which images, in which order: int32 [n]. */
  readonly indices: tf.Tensor1D;
  readonly batchSize: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the work between two batches, by rejecting with its reason. */
  readonly signal?: AbortSignal;
}

/** Raw outputs by task id, [n, outputs of the task]: evaluation mode, no augmentation, no dropout. */
export async function infer(request: InferenceRequest): Promise<Record<string, Float32Array>> {
  const { plan, indices, signal, onProgress } = request;
  const total = indices.size;
  const batchSize = Math.min(request.batchSize, total);
  const tables = plan.heads.map((head) => new Float32Array(total * widthOf(head)));
  let before: Promise<void> = Promise.resolve();
  for (let batch = 0; batch * batchSize < total; batch++) {
    signal?.throwIfAborted();
    const latest = inferBatch({ ...request, batchSize }, batch, tables);
    // One batch is computed while the one before is read back.
    await before;
    before = latest;
    onProgress?.(batch * batchSize, total);
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

async function inferBatch(request: InferenceRequest, batch: number, tables: Float32Array[]): Promise<void> {
  const { plan, weights, images, normalise, indices, batchSize } = request;
  const outputs = tf.tidy(() => {
    const step = tf.tensor1d([batch], 'int32');
    const order = 'sequential' as const;
    const { x } = gatherBatch({
      images,
      indices,
      step,
      hostStep: batch,
      batchSize,
      seed: 0,
      order,
      normalise,
    });
    return tf.concat(forward(plan, weights, x, { training: false }), 1);
  });
  try {
    const values = await outputs.data<'float32'>();
    const rows = Math.min(batchSize, indices.size - batch * batchSize);
    const stride = outputs.shape[1] ?? 0;
    let offset = 0;
    for (const [t, head] of plan.heads.entries()) {
      const width = widthOf(head);
      for (let row = 0; row < rows; row++) {
        const from = row * stride + offset;
        tables[t]?.set(values.subarray(from, from + width), (batch * batchSize + row) * width);
      }
      offset += width;
    }
  } finally {
    outputs.dispose();
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
