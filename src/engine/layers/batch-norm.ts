/** Batch normalisation: batch statistics while training, running ones otherwise. */
import type { LayerOf } from '#experiment/layers/index.ts';
import { epsilon, normalise } from './normalise.ts';
import type { ForwardFunction, LayerContext } from './forward.ts';
import type * as tf from '../tf.ts';

/** How far a running statistic moves towards that of each batch. */
const momentum = 0.1;

export const batchNorm: ForwardFunction<LayerOf<'batch-norm'>> = (_settings, input, context) => {
  const weight = context.parameter('weight');
  const bias = context.parameter('bias');
  if (!context.mode.training) {
    const scale = weight.mul(context.parameter('running_var').add(epsilon).rsqrt());
    return input.mul(scale).add(bias.sub(context.parameter('running_mean').mul(scale)));
  }
  const axes = input.rank === 4 ? [0, 1, 2] : [0];
  const count = input.size / weight.size;
  const normal = normalise(input, axes, (mean, variance) => {
    follow(context, 'running_mean', mean);
    follow(context, 'running_var', variance.mul(count / Math.max(1, count - 1)));
  });
  return normal.mul(weight).add(bias);
};

function follow(context: LayerContext, name: string, latest: tf.Tensor): void {
  const running = context.parameter(name);
  context.update(name, running.mul(1 - momentum).add(latest.reshape(running.shape).mul(momentum)));
}
