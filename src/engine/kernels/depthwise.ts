/** DepthwiseConv2dNative and its gradients; see depthwise-wgsl.ts. */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, type KernelBuffer } from '../webgpu/dispatch.ts';
import { flatGrid, mapsGrid } from '../webgpu/grid.ts';
import { addParts } from './add-parts.ts';
import { convolutionOf } from './convolution.ts';
import {
  depthwiseCode,
  depthwiseFilterGradientCode,
  depthwiseInputGradientCode,
  inputBlocks,
  outputStrips,
  type Depthwise,
} from './depthwise-wgsl.ts';
import type { FusedActivation } from './fused-activation.ts';
import type { FusedInputs } from './fused-layer.ts';
import type { OwnKernel } from './own-kernel.ts';
import { machineOf } from './tiles.ts';

type Attributes = Pick<tf.DepthwiseConv2dNativeAttrs, 'strides' | 'pad' | 'dimRoundingMode'> &
  Partial<Pick<tf.DepthwiseConv2dNativeAttrs, 'dilations'>>;

export const depthwise: OwnKernel<'x' | 'filter', tf.DepthwiseConv2dNativeAttrs> = {
  name: tf.DepthwiseConv2dNative,
  run: (backend, inputs, attributes) => runDepthwise(backend, inputs, attributes, 'none'),
};

/** activation(x ∗ filter + bias), every channel by filters of its own; undefined for what is left to tfjs. */
export function runDepthwise(
  backend: tf.WebGPUBackend,
  { x, filter, bias }: FusedInputs<tf.TensorInfo>,
  attributes: Attributes & { dataFormat?: 'NHWC' | 'NCHW' },
  activation: FusedActivation,
): tf.TensorInfo | undefined {
  const [shape, outShape] = shapeOf(backend, x.shape, filter.shape, attributes, attributes.dataFormat) ?? [];
  if (!shape || !outShape) return undefined;
  const y = emptyTensor(backend, outShape, 'float32');
  dispatch(backend, {
    name: 'depthwise',
    parameters: { shape, bias: bias !== undefined, activation },
    code: depthwiseCode,
    buffers: [
      read('x', x),
      read('w', filter),
      ...(bias ? [read('bias', bias)] : []),
      { name: 'y', element: 'f32', tensor: y, access: 'update' },
    ],
    workgroups: mapsGrid(outputStrips(shape)),
  });
  return y;
}

export const depthwiseInputGradient: OwnKernel<'dy' | 'filter', Attributes & { inputShape: number[] }> = {
  name: tf.DepthwiseConv2dNativeBackpropInput,
  run(backend, { dy, filter }, attributes) {
    const [shape] = shapeOf(backend, attributes.inputShape, filter.shape, attributes) ?? [];
    if (!shape || shape.taps[0] * shape.taps[1] > mostTaps) return undefined;
    const dx = emptyTensor(backend, attributes.inputShape, 'float32');
    dispatch(backend, {
      name: 'depthwise-input-gradient',
      parameters: shape,
      code: depthwiseInputGradientCode,
      buffers: [
        read('dy', dy),
        read('w', filter),
        { name: 'dx', element: 'f32', tensor: dx, access: 'update' },
      ],
      workgroups: mapsGrid(inputBlocks(shape)),
    });
    return dx;
  },
};

export const depthwiseFilterGradient: OwnKernel<'x' | 'dy', Attributes & { filterShape: number[] }> = {
  name: tf.DepthwiseConv2dNativeBackpropFilter,
  run(backend, { x, dy }, attributes) {
    const { filterShape } = attributes;
    const [shape] = shapeOf(backend, x.shape, filterShape, attributes) ?? [];
    if (!shape || shape.taps[0] * shape.taps[1] > mostTaps) return undefined;
    const size = tf.util.sizeFromShape(filterShape);
    const threads = machineOf(backend.device).software ? 512 : 16_384;
    const filters = shape.channels * shape.multiplier;
    const parts = Math.min(shape.images * shape.output[0], Math.ceil(threads / filters));
    const sums = emptyTensor(backend, [parts, size], 'float32');
    dispatch(backend, {
      name: 'depthwise-filter-gradient',
      parameters: { shape, parts },
      code: depthwiseFilterGradientCode,
      buffers: [
        read('x', x),
        read('dy', dy),
        { name: 'sums', element: 'f32', tensor: sums, access: 'update' },
      ],
      workgroups: flatGrid(parts * filters),
    });
    return addParts(backend, sums, filterShape);
  },
};

/** The gradients write out every tap; of more than these, compilers take minutes. */
const mostTaps = 49;

function read(name: string, tensor: tf.TensorInfo): KernelBuffer {
  return { name, element: 'f32', tensor, access: 'read' };
}

/** The convolution and the shape of y; undefined for what is left to tfjs. */
function shapeOf(
  backend: tf.WebGPUBackend,
  x: readonly number[],
  filter: readonly number[],
  attributes: Attributes,
  dataFormat: 'NHWC' | 'NCHW' = 'NHWC',
): [Depthwise, number[]] | undefined {
  const [down = 0, right = 0, channels = 0, multiplier = 0] = filter;
  const whole = [down, right, channels, channels * multiplier];
  const convolution = convolutionOf(x, whole, { ...attributes, dataFormat });
  const limit = backend.device.limits.maxComputeWorkgroupsPerDimension;
  if (!convolution || Math.max(...x.slice(0, 2), convolution.output[0]) > limit) return undefined;
  const { images, input, output, taps, stride, pad, outShape } = convolution;
  return [{ images, input, output, channels, multiplier, taps, stride, pad }, outShape];
}
