/** Conv2D: x [B, H, W, C] by w [down, right, C, filters], each pixel of y from the window of x over it. */
import * as tf from '../tf.ts';
import { convolutionOf, forwardOf } from './convolution.ts';
import { correlate } from './correlate.ts';
import type { FusedActivation } from './fused-activation.ts';
import type { FusedInputs } from './fused-layer.ts';
import type { OwnKernel } from './own-kernel.ts';

export const conv2d: OwnKernel<'x' | 'filter', tf.Conv2DAttrs> = {
  name: tf.Conv2D,
  run: (backend, inputs, attributes) => runConvolution(backend, inputs, attributes, 'none'),
};

/** activation(x ∗ filter + bias); undefined for what is left to tfjs. */
export function runConvolution(
  backend: tf.WebGPUBackend,
  { x, filter, bias }: FusedInputs<tf.TensorInfo>,
  attributes: Parameters<typeof convolutionOf>[2],
  activation: FusedActivation,
): tf.TensorInfo | undefined {
  const convolution = convolutionOf(x.shape, filter.shape, attributes);
  if (!convolution) return undefined;
  const problem = forwardOf(convolution, bias !== undefined, activation);
  return correlate(backend, { x, w: filter, bias }, convolution.outShape, problem);
}
