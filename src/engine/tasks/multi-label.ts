/** Sigmoid binary cross-entropy as torch.nn.BCEWithLogitsLoss, label by label where labelled; label accuracy. */
import type { TaskOf } from '#experiment/tasks/index.ts';
import * as tf from '../tf.ts';
import { ratio, type TaskLoss } from './loss.ts';

export const multiLabel: TaskLoss<TaskOf<'multi-label'>> = {
  rule: ({ positiveWeight }) => ({ kind: 'sigmoid', positiveWeight }),
  /** pos_weight·y·softplus(−x) + (1 − y)·softplus(x). */
  loss({ positiveWeight }, { outputs, targets, mask }) {
    const present = tf.softplus(outputs.neg()).mul(targets).mul(positiveWeight);
    const absent = tf.softplus(outputs).mul(tf.sub(1, targets));
    return ratio(present.add(absent).mul(mask), mask);
  },
  metric(_settings, { outputs, targets, mask }) {
    const right = outputs.greater(0).equal(targets.greater(0.5)).toFloat();
    return ratio(right.mul(mask), mask);
  },
};
