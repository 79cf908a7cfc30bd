/** The activations whose gradient follows from what they give, so that a kernel can apply them as it writes its sums. */
import * as tf from '../tf.ts';
import { float } from '../webgpu/wgsl.ts';

export type FusedActivation = 'none' | 'relu' | 'leaky-relu';

/** Slope of leaky relu below 0, as in PyTorch. */
const leakySlope = 0.01;

/** WGSL that applies it to a variable, an f32; what is not a number stays so. */
export function activationCode(activation: FusedActivation, value: string): string {
  if (activation === 'none') return value;
  const below = activation === 'relu' ? '0f' : `${value} * ${float(leakySlope)}`;
  return `select(${value}, ${below}, ${value} < 0f)`;
}

/** WGSL of the gradient before the activation, from that after it and what it gave; both of a type of f32s. */
export function activationGradientCode(
  activation: FusedActivation,
  gradient: string,
  result: string,
  type: string,
): string {
  if (activation === 'none') return gradient;
  const below = activation === 'relu' ? `${type}()` : `${gradient} * ${float(leakySlope)}`;
  return `select(${below}, ${gradient}, ${result} > ${type}())`;
}

/** The same by plain operations of tfjs, on any backend. */
export function applyActivation<T extends tf.Tensor>(activation: FusedActivation, x: T): T {
  if (activation === 'none') return x;
  return activation === 'relu' ? tf.relu(x) : tf.leakyRelu(x, leakySlope);
}
