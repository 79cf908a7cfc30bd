/** Loss and training metric of every task kind: the engine's half of experiment/tasks. */
import type { Task, TaskKind, TaskOf } from '#experiment/tasks/index.ts';
import { fusedLosses, type LossRule } from '../kernels/task-loss.ts';
import type { ResidentColumn } from '../resident.ts';
import * as tf from '../tf.ts';
import { webgpuBackend } from '../webgpu/dispatch.ts';
import { classification } from './classification.ts';
import type { TaskBatch, TaskLoss } from './loss.ts';
import { multiLabel } from './multi-label.ts';
import { regression } from './regression.ts';

const losses: { readonly [Kind in TaskKind]: TaskLoss<TaskOf<Kind>> } = {
  classification,
  'multi-label': multiLabel,
  regression,
};

/** A task with what the network says of a batch, and the labels of all samples. */
export interface TaskOutputs {
  readonly task: Task;
  /** [batch, outputs of the task] */
  readonly outputs: tf.Tensor;
  readonly labels: ResidentColumn;
}

export interface Losses {
  /** float32 [T]; differentiable in the outputs. */
  readonly losses: tf.Tensor1D;
  /**
   * Losses, training metrics and label counts of T tasks: float32 [3T]. 0 for a task without a label in the batch.
   */
  readonly report: tf.Tensor1D;
}

/**
 * What a batch costs.
 * @param rows sample of each row of the batch: int32 [batch]
 */
export function taskLosses(tasks: readonly TaskOutputs[], rows: tf.Tensor1D): Losses {
  const backend = webgpuBackend();
  if (!backend) return plainLosses(tasks, rows);
  const fused = tasks.map(({ task, outputs, labels }) => ({ rule: ruleOf(task), outputs, ...labels }));
  return fusedLosses(backend, fused, rows);
}

function ruleOf<Kind extends TaskKind>(task: TaskOf<Kind>): LossRule {
  const kind: TaskLoss<TaskOf<Kind>> = losses[task.kind];
  return kind.rule(task);
}

function plainLosses(tasks: readonly TaskOutputs[], rows: tf.Tensor1D): Losses {
  const found = tasks.map(({ task, outputs, labels }) => {
    const mask = labels.mask.gather<tf.Tensor2D>(rows);
    const targets = labels.targets.gather<tf.Tensor2D>(rows);
    return { ...plainLoss(task, { outputs: outputs.as2D(rows.size, -1), targets, mask }), count: mask.sum() };
  });
  const each = tf.stack(found.map(({ loss }) => loss)).as1D();
  const metrics = tf.stack(found.map(({ metric }) => metric)).as1D();
  const counts = tf.stack(found.map(({ count }) => count)).as1D();
  return { losses: each, report: tf.concat1d([each, metrics, counts]) };
}

function plainLoss<Kind extends TaskKind>(
  task: TaskOf<Kind>,
  batch: TaskBatch,
): { loss: tf.Scalar; metric: tf.Scalar } {
  const kind: TaskLoss<TaskOf<Kind>> = losses[task.kind];
  return { loss: kind.loss(task, batch), metric: kind.metric(task, batch) };
}
