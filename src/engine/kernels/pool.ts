/** MaxPool, AvgPool and their gradients: tfjs's are slow, and its average's gradient is wrong next to padding. */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, type KernelBuffer } from '../webgpu/dispatch.ts';
import type { OwnKernel } from './own-kernel.ts';
import { poolCode, poolGradientCode, poolGradientGrid, poolGrid, type Pool } from './pool-wgsl.ts';

type Attributes = Pick<tf.MaxPoolAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>;

function forward(name: string, kind: Pool['kind']): OwnKernel<'x', Attributes> {
  return {
    name,
    run(backend, { x }, attributes) {
      const [pool, shape] = poolOf(backend, kind, x.shape, attributes) ?? [];
      if (!pool || !shape) return undefined;
      const y = emptyTensor(backend, shape, 'float32');
      dispatch(backend, {
        name: 'pool',
        parameters: pool,
        code: poolCode,
        buffers: [read('x', x), { name: 'y', element: 'f32', tensor: y, access: 'update' }],
        workgroups: poolGrid(pool),
      });
      return y;
    },
  };
}

export const maxPool = forward(tf.MaxPool, 'max');
export const averagePool = forward(tf.AvgPool, 'average');

export const maxPoolGradient: OwnKernel<'dy' | 'input' | 'output', Attributes> = {
  name: tf.MaxPoolGrad,
  run: (backend, { dy, input, output }, attributes) =>
    gradient(backend, 'max', input.shape, attributes, [read('dy', dy), read('x', input), read('y', output)]),
};

export const averagePoolGradient: OwnKernel<'dy' | 'input', Attributes> = {
  name: tf.AvgPoolGrad,
  run: (backend, { dy, input }, attributes) =>
    gradient(backend, 'average', input.shape, attributes, [read('dy', dy)]),
};

function gradient(
  backend: tf.WebGPUBackend,
  kind: Pool['kind'],
  shape: number[],
  attributes: Attributes,
  reads: KernelBuffer[],
): tf.TensorInfo | undefined {
  const [pool] = poolOf(backend, kind, shape, attributes) ?? [];
  if (!pool) return undefined;
  const dx = emptyTensor(backend, shape, 'float32');
  dispatch(backend, {
    name: 'pool-gradient',
    parameters: pool,
    code: poolGradientCode,
    buffers: [...reads, { name: 'dx', element: 'f32', tensor: dx, access: 'update' }],
    workgroups: poolGradientGrid(pool),
  });
  return dx;
}

function read(name: string, tensor: tf.TensorInfo): KernelBuffer {
  return { name, element: 'f32', tensor, access: 'read' };
}

/** The pool and the shape of its output; undefined where one dispatch cannot count the images. */
function poolOf(
  backend: tf.WebGPUBackend,
  kind: Pool['kind'],
  shape: number[],
  { filterSize, strides, pad, dimRoundingMode }: Attributes,
): [Pool, number[]] | undefined {
  const [images = 0, height = 0, width = 0, channels = 0] = shape;
  const input: [number, number, number, number] = [images, height, width, channels];
  const info = tf.backend_util.computePool2DInfo(input, filterSize, strides, 1, pad, dimRoundingMode);
  const limit = backend.device.limits.maxComputeWorkgroupsPerDimension;
  if (images > limit || height > limit || tf.util.sizeFromShape([...shape, ...info.outShape]) === 0)
    return undefined;
  const pool: Pool = {
    kind,
    images,
    input: [height, width],
    output: [info.outHeight, info.outWidth],
    channels,
    window: [info.filterHeight, info.filterWidth],
    stride: [info.strideHeight, info.strideWidth],
    pad: [info.padInfo.top, info.padInfo.left],
  };
  return [pool, info.outShape];
}
