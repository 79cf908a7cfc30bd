/** The activation functions as PyTorch defines them. */
import type { activationSchema, ActivationName } from '#experiment/layers/activation.ts';
import type { z } from 'zod';
import { curve } from '../kernels/curve.ts';
import type { FusedActivation } from '../kernels/fused-activation.ts';
import * as tf from '../tf.ts';
import { webgpuBackend } from '../webgpu/dispatch.ts';
import type { ForwardFunction } from './forward.ts';

const functions: Record<ActivationName | 'none', (x: tf.Tensor) => tf.Tensor> = {
  none: (x) => x,
  relu: (x) => x.relu(),
  /** x · Φ(x) with the exact normal distribution, not its tanh approximation. */
  gelu: (x) => x.mul(x.mul(Math.SQRT1_2).erf().add(1)).mul(0.5),
  silu: (x) => x.mul(x.sigmoid()),
  'leaky-relu': (x) => tf.leakyRelu(x, 0.01),
};

/** Applies an activation by name; `none` gives x itself. */
export function activate(name: ActivationName | 'none', x: tf.Tensor): tf.Tensor {
  const backend = webgpuBackend();
  if (backend && name !== 'none' && name !== 'relu') return curve(backend, name, x);
  return functions[name](x);
}

/** An activation as what the kernel of a layer applies (`fused`) and what is left to apply afterwards. */
export function fusedPartOf(name: ActivationName | 'none'): {
  fused: FusedActivation;
  rest: ActivationName | 'none';
} {
  return name === 'relu' || name === 'leaky-relu'
    ? { fused: name, rest: 'none' }
    : { fused: 'none', rest: name };
}

export const activation: ForwardFunction<z.infer<typeof activationSchema>> = (settings, input) =>
  activate(settings.function, input);
