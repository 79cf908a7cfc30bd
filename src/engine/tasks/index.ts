/** Loss and training metric of every task kind: the engine's half of experiment/tasks. */
import type { TaskKind, TaskOf } from '#experiment/tasks/index.ts';
import type * as tf from '../tf.ts';
import { classification } from './classification.ts';
import type { TaskBatch, TaskLoss } from './loss.ts';
import { multiLabel } from './multi-label.ts';
import { regression } from './regression.ts';

const losses: { readonly [Kind in TaskKind]: TaskLoss<TaskOf<Kind>> } = {
  classification,
  'multi-label': multiLabel,
  regression,
};

/** Loss and training metric of a task on a batch; see {@link TaskLoss}. */
export function taskLoss<Kind extends TaskKind>(
  task: TaskOf<Kind>,
  batch: TaskBatch,
): { loss: tf.Scalar; metric: tf.Scalar } {
  const kind: TaskLoss<TaskOf<Kind>> = losses[task.kind];
  return { loss: kind.loss(task, batch), metric: kind.metric(task, batch) };
}
