/** The size of a gradient over all parameters, and clipping by it. */
import * as tf from './tf.ts';

/** Numbers that are added up by one thread group at a time. */
const row = 1024;
/** Numbers that are laid side by side at most, unless one gradient alone has more: 16 MiB, far below any buffer's limit. */
const groupSize = 2 ** 22;

/** √Σ g² over all gradients, float32 [1]. The order of summation is fixed, so that runs repeat bit for bit. */
export function globalNorm(gradients: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.tidy(() => tf.stack(grouped(gradients).map(squares)).sum().sqrt().as1D());
}

/** Gradients in groups, so that many small ones take few kernels. */
function grouped(gradients: readonly tf.Tensor[]): tf.Tensor1D[][] {
  const groups: tf.Tensor1D[][] = [];
  let size = groupSize;
  for (const gradient of gradients) {
    if (size + gradient.size > groupSize) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(gradient.flatten());
    size += gradient.size;
  }
  return groups;
}

/** Σ g² over a group. */
function squares(group: readonly tf.Tensor1D[]): tf.Scalar {
  const size = group.reduce((sum, gradient) => sum + gradient.size, 0);
  const rows = Math.ceil(size / row);
  const all = tf.concat1d([...group, tf.zeros<tf.Rank.R1>([rows * row - size])]);
  return all.square().reshape([rows, row]).sum(1).sum<tf.Scalar>();
}

/**
 * What gradients are multiplied by so that their norm is at most `limit`, float32 [1] (torch.nn.utils.clip_grad_norm_:
 * min(1, limit / (norm + 1e-6))).
 */
export function clipScale(norm: tf.Tensor1D, limit: tf.Tensor1D): tf.Tensor1D {
  return tf.tidy(() => limit.div<tf.Tensor1D>(norm.add(1e-6)).minimum(1));
}
