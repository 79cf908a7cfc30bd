/** What the engine's half of a task kind is, and masked means. */
import type { LossRule } from '../kernels/task-loss.ts';
import * as tf from '../tf.ts';

/** One task's batch. Masks hold 1 where labelled and 0 elsewhere; targets hold 0 where not labelled. */
export interface TaskBatch {
  /** [batch, outputs of the task] */
  readonly outputs: tf.Tensor2D;
  /** [batch, width of the column] */
  readonly targets: tf.Tensor2D;
  /** [batch, width of the column] */
  readonly mask: tf.Tensor2D;
}

/**
 * Loss and training metric twice: for the kernel, and in tfjs ops for backends without one. Scalars; both 0 where nothing
 * in the batch is labelled. A sample without a label has no part in either.
 */
export interface TaskLoss<Settings> {
  /** Which loss and metric the kernel computes. */
  rule(settings: Settings): LossRule;
  /** Differentiable in `outputs`. */
  loss(settings: Settings, batch: TaskBatch): tf.Scalar;
  /** The definition's `trainingMetric`. */
  metric(settings: Settings, batch: TaskBatch): tf.Scalar;
}

/** Σ values / Σ weights; 0 where the weights sum to 0. The weights are constants: no gradient flows into them. */
export function ratio(values: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  const total = weights.sum();
  const divisor = total.add(total.equal(0).toFloat());
  return values.sum().div(divisor);
}
