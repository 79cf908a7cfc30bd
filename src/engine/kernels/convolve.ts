/** Convolutions, plain and depthwise, with bias and activation in one kernel, and their gradients. */
import * as tf from '../tf.ts';
import { runConvolution } from './conv2d.ts';
import { runDepthwise } from './depthwise.ts';
import { runFused, type FusedInputs, type FusedLayer, type FusedSettings } from './fused-layer.ts';

type Shape4 = [number, number, number, number];

export const fusedConvolution: FusedLayer = {
  kernel: 'FusedConvolution',
  plain: (x, filter, { stride, padding }) =>
    tf.conv2d(x.as4D(...shape4(x)), filter.as4D(...shape4(filter)), stride, padding),
  forward: (backend, inputs, settings) =>
    runConvolution(backend, inputs, attributesOf(settings), settings.activation) ?? tooLarge(),
  inputGradient(dy, { x, filter }, settings) {
    const attributes = { ...attributesOf(settings), inputShape: x.shape };
    return tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter }, attributes);
  },
  filterGradient(dy, { x, filter }, settings) {
    const attributes = { ...attributesOf(settings), filterShape: filter.shape };
    return tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, attributes);
  },
};

export const fusedDepthwise: FusedLayer = {
  kernel: 'FusedDepthwise',
  plain: (x, filter, { stride, padding }) =>
    tf.depthwiseConv2d(x.as4D(...shape4(x)), filter.as4D(...shape4(filter)), stride, padding),
  forward: (backend, inputs, settings) =>
    runDepthwise(backend, inputs, attributesOf(settings), settings.activation) ?? tooLarge(),
  inputGradient(dy, { x, filter }, settings) {
    const attributes = { ...attributesOf(settings), dilations: 1, inputShape: x.shape };
    return tf.engine().runKernel(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }, attributes);
  },
  filterGradient(dy, { x, filter }, settings) {
    const attributes = { ...attributesOf(settings), dilations: 1, filterShape: filter.shape };
    return tf.engine().runKernel(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, attributes);
  },
};

/**
 * activation(x ∗ filter + bias).
 * @param inputs x [batch, height, width, in], filter [down, right, in, out], bias [out]
 */
export function convolve(inputs: FusedInputs<tf.Tensor>, settings: FusedSettings): tf.Tensor4D {
  return asMaps(runFused(fusedConvolution, inputs, settings));
}

/**
 * The same with filters of its own for every channel of x.
 * @param inputs x [batch, height, width, in], filter [down, right, in, multiplier], bias [in · multiplier]
 */
export function convolveDepthwise(inputs: FusedInputs<tf.Tensor>, settings: FusedSettings): tf.Tensor4D {
  return asMaps(runFused(fusedDepthwise, inputs, settings));
}

function attributesOf({ stride, padding }: FusedSettings) {
  return { strides: stride, pad: padding, dataFormat: 'NHWC' as const, dimRoundingMode: 'floor' as const };
}

function asMaps(y: tf.Tensor): tf.Tensor4D {
  return y.as4D(...shape4(y));
}

function shape4({ shape: [a = 1, b = 1, c = 1, d = 1] }: tf.Tensor): Shape4 {
  return [a, b, c, d];
}

function tooLarge(): never {
  throw new Error('convolve: nothing to compute, or more rows than a dispatch can count');
}
