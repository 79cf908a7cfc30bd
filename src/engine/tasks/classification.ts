/** Softmax cross-entropy as torch.nn.CrossEntropyLoss, with label smoothing and class weights; accuracy. */
import type { TaskOf } from '#experiment/tasks/index.ts';
import * as tf from '../tf.ts';
import { ratio, type TaskBatch, type TaskLoss } from './loss.ts';

export const classification: TaskLoss<TaskOf<'classification'>> = {
  rule: ({ labelSmoothing, classWeights }) => ({ kind: 'softmax', smoothing: labelSmoothing, classWeights }),
  /**
   * Per sample, with smoothing s over K classes: (1 − s)·w_y·(−log p_y) + s/K·Σ_k w_k·(−log p_k); the mean divides by
   * Σ w_y.
   */
  loss({ labelSmoothing, classWeights }, batch) {
    const { outputs, mask } = batch;
    const truth = oneHot(batch);
    const smoothed =
      labelSmoothing > 0 ? truth.mul(1 - labelSmoothing).add(labelSmoothing / outputs.shape[1]) : truth;
    const weigh = (goal: tf.Tensor) => (classWeights ? goal.mul(tf.tensor1d(classWeights)) : goal);
    return ratio(tf.logSoftmax(outputs).neg().mul(weigh(smoothed)).mul(mask), weigh(truth).mul(mask));
  },
  metric(_settings, { outputs, targets, mask }) {
    const right = outputs
      .argMax(1)
      .equal(targets.squeeze([1]).toInt())
      .toFloat();
    const labelled = mask.squeeze([1]);
    return ratio(right.mul(labelled), labelled);
  },
};

/** [batch, classes] */
function oneHot({ outputs, targets }: TaskBatch): tf.Tensor {
  return tf.oneHot(targets.squeeze<tf.Tensor1D>([1]).toInt(), outputs.shape[1], 1, 0, 'float32');
}
