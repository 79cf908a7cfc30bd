/** Conv2D: x [B, H, W, C] by w [down, right, C, filters], each pixel of y from the window of x over it. */
import * as tf from '../tf.ts';
import { convolutionOf } from './convolution.ts';
import { correlate } from './correlate.ts';
import type { OwnKernel } from './own-kernel.ts';

export const conv2d: OwnKernel<'x' | 'filter', tf.Conv2DAttrs> = {
  name: tf.Conv2D,
  run(backend, { x, filter }, attributes) {
    const convolution = convolutionOf(x.shape, filter.shape, attributes);
    if (!convolution) return undefined;
    const { images, input, output, depth, filters, taps, stride, pad, outShape } = convolution;
    return correlate(backend, x, filter, outShape, {
      images,
      out: output,
      channels: filters,
      within: input,
      depth,
      taps,
      stride,
      pad,
      direction: 'forward',
      xStep: { pixel: depth, depth: 1 },
      wStep: { tap: depth * filters, depth: filters, channel: 1 },
      bias: false,
      activation: 'none',
    });
  },
};
