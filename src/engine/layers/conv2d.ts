/** Convolution: plain, depthwise, or in groups (one plain convolution for each). */
import { isDepthwise } from '#experiment/layers/conv2d.ts';
import type { LayerOf } from '#experiment/layers/index.ts';
import { paddingOf } from '#experiment/layers/window.ts';
import { convolve, convolveDepthwise } from '../kernels/convolve.ts';
import type { FusedSettings } from '../kernels/fused-layer.ts';
import * as tf from '../tf.ts';
import { activate, fusedPartOf } from './activation.ts';
import { asMaps, type ForwardFunction } from './forward.ts';

type Settings = LayerOf<'conv2d'>;

export const conv2d: ForwardFunction<Settings> = (settings, input, context) => {
  const bias = settings.bias ? context.parameter('bias') : undefined;
  const { fused, rest } = fusedPartOf(settings.activation);
  const padding = paddingOf(settings.kernel, settings.padding);
  const inputs = { x: asMaps(input), filter: asMaps(context.parameter('weight')), bias };
  return activate(rest, linear(settings, inputs, { activation: fused, stride: settings.stride, padding }));
};

type Inputs = { x: tf.Tensor4D; filter: tf.Tensor4D; bias: tf.Tensor | undefined };

/** @param inputs filter [kernel, kernel, in / groups, out] */
function linear(settings: Settings, inputs: Inputs, fused: FusedSettings): tf.Tensor {
  const { x, filter, bias } = inputs;
  const channels = x.shape[3];
  if (isDepthwise(settings, channels)) {
    const [height, width] = filter.shape;
    const filters = filter.reshape([height, width, channels, settings.filters / channels]);
    return convolveDepthwise({ x, filter: filters, bias }, fused);
  }
  if (settings.groups === 1) return convolve(inputs, fused);
  const filters = tf.split<tf.Tensor4D>(filter, settings.groups, 3);
  const biases = bias && tf.split(bias, settings.groups);
  const outputs = tf
    .split<tf.Tensor4D>(x, settings.groups, 3)
    .map((part, group) =>
      convolve({ x: part, filter: filters[group] ?? filter, bias: biases?.[group] }, fused),
    );
  return tf.concat4d(outputs, 3);
}
