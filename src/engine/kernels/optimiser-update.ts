/**
 * One update of one parameter by torch.optim's SGD, Adam or AdamW. On WebGPU one kernel changes parameter and state in
 * place; other backends assign the variables. Learning rate, step and gradient scale are tensors, so that a recorded step
 * stays right. Legend: p parameter, g gradient, η learning rate, λ weight decay, μ momentum, t = step + 1.
 */
import type { Optimiser } from '#experiment/training.ts';
import * as tf from '../tf.ts';
import { dispatch, webgpuBackend } from '../webgpu/dispatch.ts';
import { flatGrid } from '../webgpu/grid.ts';
import { assignUpdate } from './optimiser-update-host.ts';
import { updateCode } from './optimiser-update-wgsl.ts';

export type Update = {
  /**
   * Its storage, like that of the state, is written in place: nothing may share it. `clone()` and the tensor that a
   * variable was made from do share; copy with `tf.add(variable, 0)`.
   */
  parameter: tf.Variable;
  /** Shape of the parameter. */
  gradient: tf.Tensor;
  /** As many as {@link stateCount} says, in the shape of the parameter, zero before the first step. */
  state: readonly tf.Variable[];
  /** float32 [1]. */
  learningRate: tf.Tensor;
  /** Steps done before this one: int32 [1]. */
  step: tf.Tensor;
  /** float32 [1]: the gradient counts this many times (clipping). */
  gradientScale: tf.Tensor;
};

/** How many variables of the parameter's shape an optimiser keeps for each parameter. */
export function stateCount(optimiser: Optimiser): number {
  if (optimiser.kind === 'sgd') return optimiser.momentum > 0 ? 1 : 0;
  return 2;
}

/** Applies one step of the optimiser to one parameter and its state. */
export function applyUpdate(optimiser: Optimiser, update: Update): void {
  const backend = webgpuBackend();
  if (!backend) return tf.tidy(() => assignUpdate(optimiser, update));
  const { parameter, gradient, state, learningRate, step, gradientScale } = update;
  const lanes = parameter.size % 4 === 0 ? 4 : 1;
  const element = lanes === 4 ? 'vec4f' : 'f32';
  dispatch(backend, {
    name: 'optimiser-update',
    parameters: { ...optimiser, lanes },
    code: updateCode,
    buffers: [
      { name: 'rates', element: 'f32', tensor: learningRate, access: 'read' },
      { name: 'steps', element: 'i32', tensor: step, access: 'read' },
      { name: 'scales', element: 'f32', tensor: gradientScale, access: 'read' },
      { name: 'gradients', element, tensor: gradient, access: 'read' },
      { name: 'parameters', element, tensor: parameter, access: 'update' },
      ...state.map((tensor, i) => ({ name: `state${i}`, element, tensor, access: 'update' as const })),
    ],
    workgroups: flatGrid(parameter.size / lanes),
  });
}
