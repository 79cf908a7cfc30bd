/** Fully connected layer; a feature map is flattened first, in the engine's order of its numbers (see layout.ts). */
import type { LayerOf } from '#experiment/layers/index.ts';
import { affine } from '../kernels/affine.ts';
import { activate, fusedPartOf } from './activation.ts';
import type { ForwardFunction } from './forward.ts';

export const dense: ForwardFunction<LayerOf<'dense'>> = (settings, input, context) => {
  const bias = settings.bias ? context.parameter('bias') : undefined;
  const { fused, rest } = fusedPartOf(settings.activation);
  const x = input.reshape([input.shape[0] ?? 0, -1]);
  return activate(rest, affine({ x, filter: context.parameter('weight'), bias }, fused));
};
