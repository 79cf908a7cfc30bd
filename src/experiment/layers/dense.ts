/** Fully connected layer (torch.nn.Linear) with its activation; a feature map is flattened first. */
import { z } from 'zod';
import { isMap, sizeOf } from '#lib/shape.ts';
import { builtInActivation, followsFromResult } from './activation.ts';
import type { LayerDefinition, ParameterSpec } from './layer.ts';

export const denseSchema = z.strictObject({
  kind: z.literal('dense'),
  units: z.int().min(1).max(65536).default(64).meta({ title: 'Units' }),
  bias: z.boolean().default(true).meta({ title: 'Bias' }),
  activation: builtInActivation,
});

export const dense: LayerDefinition<z.infer<typeof denseSchema>> = {
  name: 'Dense',
  help: 'Connects every input with every unit.',
  schema: denseSchema,
  label: (settings) => `Dense ${settings.units}`,
  outputShape: (settings) => [settings.units],
  parameters(settings, input) {
    const features = sizeOf(input);
    const initialiser = { kind: 'uniform', bound: 1 / Math.sqrt(features) } as const;
    const weight: ParameterSpec = {
      name: 'weight',
      shape: [settings.units, features],
      layout: 'dense',
      ...(isMap(input) ? { map: input } : {}),
      initialiser,
      trainable: true,
    };
    const bias: ParameterSpec = {
      name: 'bias',
      shape: [settings.units],
      layout: 'vector',
      initialiser,
      trainable: true,
    };
    return settings.bias ? [weight, bias] : [weight];
  },
  flops: (settings, input) => 2 * settings.units * sizeOf(input),
  kept: (settings, input) =>
    settings.units * (followsFromResult(settings.activation) ? 1 : 2) +
    (input.length > 1 ? sizeOf(input) : 0),
};
