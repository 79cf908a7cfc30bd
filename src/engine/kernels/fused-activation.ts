/** The activations whose gradient follows from what they give, so that a kernel can apply them as it writes its sums. */
import { float } from '../webgpu/wgsl.ts';

export type FusedActivation = 'none' | 'relu' | 'leaky-relu';

/** Slope of leaky relu below 0, as in PyTorch. */
export const leakySlope = 0.01;

/** WGSL that applies it to a value; what is not a number stays so. */
export function activationCode(activation: FusedActivation, value: string): string {
  if (activation === 'none') return value;
  const below = activation === 'relu' ? '0f' : `(${value}) * ${float(leakySlope)}`;
  return `select(${value}, ${below}, (${value}) < 0f)`;
}

/** WGSL of the gradient before the activation, from that after it and what it gave. */
export function activationGradientCode(
  activation: FusedActivation,
  gradient: string,
  result: string,
): string {
  if (activation === 'none') return gradient;
  const below = activation === 'relu' ? '0f' : `${gradient} * ${float(leakySlope)}`;
  return `select(${below}, ${gradient}, ${result} > 0f)`;
}
