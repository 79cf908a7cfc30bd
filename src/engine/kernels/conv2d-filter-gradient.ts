/** Conv2DBackpropFilter: the gradient of a convolution by w, from x and dy. */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor } from '../webgpu/dispatch.ts';
import { addParts } from './add-parts.ts';
import { convolutionOf } from './convolution.ts';
import {
  filterGradientCode,
  filterGradientGrid,
  filterSize,
  type FilterGradient,
} from './filter-gradient-wgsl.ts';
import type { OwnKernel } from './own-kernel.ts';
import { filterGradientTile, machineOf } from './tiles.ts';

export const conv2dFilterGradient: OwnKernel<'x' | 'dy', tf.Conv2DBackpropFilterAttrs> = {
  name: tf.Conv2DBackpropFilter,
  run(backend, { x, dy }, attributes) {
    const { filterShape } = attributes;
    const convolution = convolutionOf(x.shape, filterShape, attributes);
    if (!convolution) return undefined;
    const { images, input, output, depth, filters, taps, stride, pad } = convolution;
    const gradient = { images, out: output, channels: filters, within: input, depth, taps, stride, pad };
    return addParts(backend, sumParts(backend, x, dy, gradient), filterShape);
  },
};

/** The gradient in parts, [parts, size]: each sums over some rows of dy. */
function sumParts(
  backend: tf.WebGPUBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  gradient: FilterGradient,
): tf.TensorInfo {
  const tile = filterGradientTile(gradient, machineOf(backend.device));
  const sums = emptyTensor(backend, [tile.parts, filterSize(gradient)], 'float32');
  dispatch(backend, {
    name: 'filter-gradient',
    parameters: { gradient, tile },
    code: filterGradientCode,
    buffers: [
      { name: 'x', element: 'f32', tensor: x, access: 'read' },
      { name: 'dy', element: 'f32', tensor: dy, access: 'read' },
      { name: 'sums', element: 'f32', tensor: sums, access: 'update' },
    ],
    workgroups: filterGradientGrid(gradient, tile),
    extensions: tile.quads ? ['subgroups'] : [],
  });
  return sums;
}
