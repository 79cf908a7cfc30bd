/** Conv2DBackpropInput: the gradient of a convolution by x, from dy and w. */
import * as tf from '../tf.ts';
import { convolutionOf, inputGradientOf } from './convolution.ts';
import { correlate } from './correlate.ts';
import type { OwnKernel } from './own-kernel.ts';

export const conv2dInputGradient: OwnKernel<'dy' | 'filter', tf.Conv2DBackpropInputAttrs> = {
  name: tf.Conv2DBackpropInput,
  run(backend, { dy, filter }, attributes) {
    const convolution = convolutionOf(attributes.inputShape, filter.shape, attributes);
    if (!convolution) return undefined;
    const problem = inputGradientOf(convolution);
    return correlate(backend, { x: dy, w: filter }, attributes.inputShape, problem);
  },
};
