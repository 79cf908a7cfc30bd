/** Group normalisation (torch.nn.GroupNorm, epsilon 1e-5). */
import { z } from 'zod';
import { sizeOf, type Shape } from '#lib/shape.ts';
import { channelsOf, normParameters } from './norm.ts';
import { LayerError, type LayerDefinition } from './layer.ts';

export const groupNormSchema = z.strictObject({
  kind: z.literal('group-norm'),
  groups: z.int().min(1).max(1024).default(8).meta({ title: 'Groups' }),
});
type Settings = z.infer<typeof groupNormSchema>;

function check(settings: Settings, input: Shape): Shape {
  if (channelsOf(input) % settings.groups === 0) return input;
  throw new LayerError(
    `Group norm: ${settings.groups} groups do not divide its ${channelsOf(input)} channels`,
    'Use a divisor of the number of channels.',
    'groups',
  );
}

export const groupNorm: LayerDefinition<Settings> = {
  name: 'Group norm',
  help: 'Normalises groups of channels within each sample; steady with small batches.',
  schema: groupNormSchema,
  label: (settings) => `Group norm ${settings.groups}`,
  outputShape: check,
  parameters: (settings, input) => normParameters(channelsOf(check(settings, input))),
  flops: (_settings, input) => 8 * sizeOf(input),
  kept: (_settings, input) => 2 * sizeOf(input),
};
