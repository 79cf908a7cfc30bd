/** Fully connected layer; a feature map is flattened first, as PyTorch's nn.Flatten would. */
import type { LayerOf } from '#experiment/layers/index.ts';
import { activate } from './activation.ts';
import { asVectors, type ForwardFunction } from './forward.ts';

export const dense: ForwardFunction<LayerOf<'dense'>> = (settings, input, context) => {
  const linear = asVectors(input).matMul(context.parameter('weight'));
  return activate(settings.activation, settings.bias ? linear.add(context.parameter('bias')) : linear);
};
