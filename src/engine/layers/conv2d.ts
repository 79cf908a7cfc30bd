/** Convolution: plain, depthwise, or in groups (one plain convolution for each). */
import { isDepthwise } from '#experiment/layers/conv2d.ts';
import type { LayerOf } from '#experiment/layers/index.ts';
import { paddingOf } from '#experiment/layers/window.ts';
import * as tf from '../tf.ts';
import { activate } from './activation.ts';
import { asMaps, type ForwardFunction } from './forward.ts';

type Settings = LayerOf<'conv2d'>;

export const conv2d: ForwardFunction<Settings> = (settings, input, context) => {
  const linear = convolve(settings, asMaps(input), asMaps(context.parameter('weight')));
  return activate(settings.activation, settings.bias ? linear.add(context.parameter('bias')) : linear);
};

/** @param weight [kernel, kernel, in / groups, out] */
function convolve(settings: Settings, input: tf.Tensor4D, weight: tf.Tensor4D): tf.Tensor4D {
  const { stride, groups } = settings;
  const padding = paddingOf(settings.kernel, settings.padding);
  const channels = input.shape[3];
  if (isDepthwise(settings, channels)) {
    const [height, width] = weight.shape;
    const filters = weight.reshape<tf.Tensor4D>([height, width, channels, settings.filters / channels]);
    return tf.depthwiseConv2d(input, filters, stride, padding);
  }
  if (groups === 1) return tf.conv2d(input, weight, stride, padding);
  const inputs = tf.split<tf.Tensor4D>(input, groups, 3);
  const weights = tf.split<tf.Tensor4D>(weight, groups, 3);
  const outputs = inputs.map((part, group) => tf.conv2d(part, weights[group] ?? weight, stride, padding));
  return tf.concat4d(outputs, 3);
}
