/**
 * The gradient of relu in one pass, from its output. tfjs takes three and keeps the input; keeping the output, which the
 * next layer keeps anyway, lets the input go.
 */
import * as tf from '../tf.ts';
import { dispatch, emptyTensor, trackedTensor, webgpuBackend } from '../webgpu/dispatch.ts';
import { flatGrid, flatMain } from '../webgpu/grid.ts';

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
  const dx = emptyTensor(backend, y.shape, 'float32');
  const lanes = y.size % 4 === 0 ? 4 : 1;
  const element = lanes === 4 ? 'vec4f' : 'f32';
  dispatch(backend, {
    name: 'relu-gradient',
    parameters: { element },
    code: ({ element: type }) =>
      flatMain('arrayLength(&dx)', `  dx[i] = select(${type}(0f), dy[i], y[i] > ${type}(0f));`),
    buffers: [
      { name: 'dy', element, tensor: dy, access: 'read' },
      { name: 'y', element, tensor: y, access: 'read' },
      { name: 'dx', element, tensor: dx, access: 'update' },
    ],
    workgroups: flatGrid(y.size / lanes),
  });
  return trackedTensor(backend, dx);
}
