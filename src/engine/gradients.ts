/** The size of a gradient over all parameters, and clipping by it. */
import * as tf from './tf.ts';

/** Numbers that are added up by one thread group at a time. */
const row = 1024;

/** √Σ g² over all gradients, float32 [1]. The order of summation is fixed, so that runs repeat bit for bit. */
export function globalNorm(gradients: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.tidy(() => {
    const flat = gradients.map((gradient) => gradient.flatten());
    const size = flat.reduce((sum, gradient) => sum + gradient.size, 0);
    const rows = Math.ceil(size / row);
    const all = tf.concat1d([...flat, tf.zeros<tf.Rank.R1>([rows * row - size])]);
    return all.square().reshape([rows, row]).sum(1).sum().sqrt().as1D();
  });
}

/**
 * What gradients are multiplied by so that their norm is at most `limit`, float32 [1] (torch.nn.utils.clip_grad_norm_:
 * min(1, limit / (norm + 1e-6))).
 */
export function clipScale(norm: tf.Tensor1D, limit: tf.Tensor1D): tf.Tensor1D {
  return tf.tidy(() => limit.div<tf.Tensor1D>(norm.add(1e-6)).minimum(1));
}
