/** Group normalisation: each group of channels of each sample to mean 0 and variance 1. */
import type { LayerOf } from '#experiment/layers/index.ts';
import type * as tf from '../tf.ts';
import type { ForwardFunction, LayerContext } from './forward.ts';
import { normalise } from './normalise.ts';

export const groupNorm: ForwardFunction<LayerOf<'group-norm'>> = (settings, input, context) =>
  normaliseGroups(input, settings.groups, context);

/** torch.nn.GroupNorm on [batch, height, width, channels] or [batch, features]. */
export function normaliseGroups(input: tf.Tensor, groups: number, context: LayerContext): tf.Tensor {
  const channels = input.shape.at(-1) ?? 1;
  const apart = input.reshape([input.shape[0] ?? 1, -1, groups, channels / groups]);
  const normal = normalise(apart, [1, 3]).reshape(input.shape);
  return normal.mul(context.parameter('weight')).add(context.parameter('bias'));
}
