/**
 * Relu and its gradient, four numbers to a thread. tfjs's gradient takes three passes and keeps the input; this takes one,
 * from the output, which the next layer keeps anyway.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor, webgpuBackend } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';
import type { OwnKernel } from './own-kernel.ts';

/** What is not a number stays so. */
export const relu: OwnKernel<'x', unknown> = {
  name: tf.Relu,
  run(backend, { x }) {
    if (x.dtype !== 'float32' || tf.util.sizeFromShape(x.shape) === 0) return undefined;
    return elementwise(backend, 'relu', [x], (zero) => `select(a0[i], ${zero}, a0[i] < ${zero})`);
  },
};

/** Tells tfjs's autodiff, on every backend, to differentiate relu this way. */
export function installReluGradient(): void {
  tf.unregisterGradient(tf.Relu);
  tf.registerGradient({
    kernelName: tf.Relu,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => {
      if (!(dy instanceof tf.Tensor) || !y) throw new Error('relu: its gradient needs one dy and y');
      return { x: () => reluGradient(dy, y) };
    },
  });
}

function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const backend = webgpuBackend();
  if (!backend) return dy.mul(y.step());
  const rule = (zero: string) => `select(${zero}, a0[i], a1[i] > ${zero})`;
  return trackedTensor(backend, elementwise(backend, 'relu-gradient', [dy, y], rule));
}

/** One formula for all numbers of operands of one shape, `a0[i]`, `a1[i]`…; `name` stands for the formula. */
function elementwise(
  backend: tf.WebGPUBackend,
  name: string,
  operands: readonly tf.TensorInfo[],
  rule: (zero: string) => string,
): tf.TensorInfo {
  const shape = operands[0]?.shape ?? [];
  const size = tf.util.sizeFromShape(shape);
  const lanes = size % 4 === 0 ? 4 : 1;
  const element = lanes === 4 ? 'vec4f' : 'f32';
  const y = emptyTensor(backend, shape, 'float32');
  dispatch(backend, {
    name,
    parameters: { element },
    code: ({ element: type }) => flatMain('arrayLength(&y)', `  y[i] = ${rule(`${type}(0f)`)};`),
    buffers: [
      ...operands.map((tensor, i) => ({ name: `a${i}`, element, tensor, access: 'read' as const })),
      { name: 'y', element, tensor: y, access: 'update' },
    ],
    workgroups: flatGrid(size / lanes),
  });
  return y;
}
