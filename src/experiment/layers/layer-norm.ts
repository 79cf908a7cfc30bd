/** Layer normalisation over all values of a sample, with one scale and shift per channel (torch GroupNorm(1, channels)). */
import { z } from 'zod';
import { sizeOf } from '#lib/shape.ts';
import { channelsOf, normParameters } from './norm.ts';
import type { LayerDefinition } from './layer.ts';

export const layerNormSchema = z.strictObject({ kind: z.literal('layer-norm') });

export const layerNorm: LayerDefinition<z.infer<typeof layerNormSchema>> = {
  name: 'Layer norm',
  help: 'Gives each sample mean 0 and variance 1; does not depend on the batch.',
  schema: layerNormSchema,
  label: () => 'Layer norm',
  outputShape: (_settings, input) => input,
  parameters: (_settings, input) => normParameters(channelsOf(input)),
  flops: (_settings, input) => 8 * sizeOf(input),
  kept: (_settings, input) => 2 * sizeOf(input),
};
