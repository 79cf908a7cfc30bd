/**
 * Layers that are linear in x, with bias and activation in the same pass: what convolve.ts and affine.ts
 * share. On WebGPU they are kernels of tfjs's registry with gradients of their own, since of those
 * only the ones that somebody asks for are computed (nobody does for that of the images). Elsewhere they are plain
 * operations of tfjs.
 */
import * as tf from '../tf.ts';
import { webgpuBackend } from '../webgpu/dispatch.ts';
import { applyActivation, type FusedActivation } from './fused-activation.ts';
import { unactivate } from './fused-gradient.ts';

export type FusedSettings = {
  activation: FusedActivation;
  /** Of windows; 1 and 0 where there are none. */
  stride: number;
  /** Zeros on every side. */
  padding: number;
};

/** What a fused layer works on; the filter's last axis, and the bias, run over the channels of the result. */
export type FusedInputs<T> = { x: T; filter: T; bias?: T | undefined };

/** How a fused layer computes. Results are new, and the caller's. */
export type FusedLayer = {
  /** Its name in tfjs's registry. */
  kernel: string;
  /** The linear part by plain operations of tfjs. */
  plain(x: tf.Tensor, filter: tf.Tensor, settings: FusedSettings): tf.Tensor;
  /** All of it, on WebGPU. */
  forward(
    backend: tf.WebGPUBackend,
    inputs: FusedInputs<tf.TensorInfo>,
    settings: FusedSettings,
  ): tf.TensorInfo;
  /** Gradients of the linear part on WebGPU, from that by its result. */
  inputGradient: LinearGradient;
  filterGradient: LinearGradient;
};

type LinearGradient = (
  dy: tf.Tensor,
  inputs: { x: tf.Tensor; filter: tf.Tensor },
  settings: FusedSettings,
) => tf.Tensor;

/** Runs a fused layer on the backend that is set. */
export function runFused(
  { kernel, plain }: FusedLayer,
  { x, filter, bias }: FusedInputs<tf.Tensor>,
  settings: FusedSettings,
): tf.Tensor {
  if (!webgpuBackend()) {
    const linear = plain(x, filter, settings);
    return applyActivation(settings.activation, bias ? linear.add(bias) : linear);
  }
  // In backward passes the gradients are asked for in this order: the filter's, which nearly always trains, last.
  return tf
    .engine()
    .runKernel(kernel, { x, ...(bias ? { bias } : {}), filter }, { ...settings, bias: !!bias });
}

/** Makes a fused layer known to tfjs. */
export function installFused(layer: FusedLayer): void {
  const { kernel } = layer;
  tf.registerKernel({
    kernelName: kernel,
    backendName: 'webgpu',
    kernelFunc({ backend, inputs: { x, filter, bias }, attrs }) {
      if (!(backend instanceof tf.WebGPUBackend) || !x || !filter)
        throw new Error(`${kernel}: needs WebGPU, x and a filter`);
      // Only `runFused` calls it.
      return layer.forward(backend, { x, filter, bias }, attrs as FusedSettings);
    },
  });
  tf.registerGradient({
    kernelName: kernel,
    inputsToSave: ['x', 'filter'],
    outputsToSave: [true],
    gradFunc(dy, [x, filter, y], attrs) {
      if (!(dy instanceof tf.Tensor) || !x || !filter || !y)
        throw new Error(`${kernel}: its gradient needs dy, x, filter and y`);
      return gradients(layer, dy, { x, filter, y }, attrs as FusedSettings & { bias: boolean });
    },
  });
}

function gradients(
  { kernel, inputGradient, filterGradient }: FusedLayer,
  dy: tf.Tensor,
  { y, ...inputs }: { x: tf.Tensor; filter: tf.Tensor; y: tf.Tensor },
  settings: FusedSettings & { bias: boolean },
) {
  const backend = webgpuBackend();
  if (!backend) throw new Error(`${kernel}: its gradient is for WebGPU`);
  const { gradient, bias } = unactivate(backend, dy, y, settings.activation, settings.bias);
  return {
    x: () => inputGradient(gradient, inputs, settings),
    ...(bias ? { bias: () => bias } : {}),
    filter() {
      const result = filterGradient(gradient, inputs, settings);
      // Asked for last, see `runFused`: nobody needs this any more, and it is as large as the layer's output.
      if (gradient !== dy) gradient.dispose();
      return result;
    },
  };
}
