/** Conv2DBackpropInput: the gradient of a convolution by x, from dy and w. */
import * as tf from '../tf.ts';
import { convolutionOf } from './convolution.ts';
import { correlate } from './correlate.ts';
import type { OwnKernel } from './own-kernel.ts';

export const conv2dInputGradient: OwnKernel<'dy' | 'filter', tf.Conv2DBackpropInputAttrs> = {
  name: tf.Conv2DBackpropInput,
  run(backend, { dy, filter }, attributes) {
    const convolution = convolutionOf(attributes.inputShape, filter.shape, attributes);
    if (!convolution) return undefined;
    const { images, input, output, depth, filters, taps, stride, pad } = convolution;
    return correlate(backend, { x: dy, w: filter }, attributes.inputShape, {
      images,
      out: input,
      channels: depth,
      within: output,
      depth: filters,
      taps,
      stride,
      pad,
      direction: 'backward',
      xStep: { pixel: filters, depth: 1 },
      wStep: { tap: depth * filters, depth: 1, channel: filters },
      bias: false,
      activation: 'none',
    });
  },
};
