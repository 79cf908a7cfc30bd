/** What the normalisation layers share: mean 0 and variance 1 over some axes, with a gradient of few operations. */
import * as tf from '../tf.ts';

/** Added to variances, as in PyTorch. */
export const epsilon = 1e-5;

/** Mean and (biased) variance over the axes, which stay with extent 1. Valid only while the callback runs. */
type OnMoments = (mean: tf.Tensor, variance: tf.Tensor) => void;

/**
 * x̂ = (x − mean) / √(variance + ε) over `axes`.
 * Gradient (Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167): (g − mean(g) − x̂·mean(g·x̂)) / √(variance + ε).
 */
export function normalise(x: tf.Tensor, axes: number[], onMoments?: OnMoments): tf.Tensor {
  const operation = tf.customGrad((input, save) => {
    if (!(input instanceof tf.Tensor) || typeof save !== 'function')
      throw new Error('normalise: needs a tensor');
    const mean = input.mean(axes, true);
    const centred = input.sub(mean);
    const variance = centred.square().mean(axes, true);
    onMoments?.(mean, variance);
    const inverse = variance.add(epsilon).rsqrt();
    const value = centred.mul(inverse);
    save([value, inverse]);
    return { value, gradFunc: (gradient, saved) => backward(gradient, saved, axes) };
  });
  return operation(x);
}

function backward(gradient: tf.Tensor, [value, inverse]: tf.Tensor[], axes: number[]): tf.Tensor {
  if (!value || !inverse) throw new Error('normalise: nothing was saved for the gradient');
  const along = gradient.mul(value).mean(axes, true);
  return gradient.sub(gradient.mean(axes, true)).sub(value.mul(along)).mul(inverse);
}
