/** Conv2DBackpropFilter: the gradient of a convolution by w, from x and dy. */
import * as tf from '../tf.ts';
import { variantFor } from '../tuning/tunable.ts';
import { convolutionOf, filterGradientOf } from './convolution.ts';
import { filterGradient } from './filter-gradient.ts';
import type { OwnKernel } from './own-kernel.ts';
import { machineOf } from './tiles.ts';

export const conv2dFilterGradient: OwnKernel<'x' | 'dy', tf.Conv2DBackpropFilterAttrs> = {
  name: tf.Conv2DBackpropFilter,
  run(backend, { x, dy }, attributes) {
    const convolution = convolutionOf(x.shape, attributes.filterShape, attributes);
    if (!convolution) return undefined;
    const problem = filterGradientOf(convolution);
    const tile = variantFor(filterGradient, problem, machineOf(backend.device));
    return filterGradient.run(backend, problem, tile, [x, dy]);
  },
};
