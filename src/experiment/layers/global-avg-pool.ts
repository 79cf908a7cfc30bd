/** Global average pooling: each channel's mean over the map, as a vector (torch.nn.AdaptiveAvgPool2d(1) and flatten). */
import { z } from 'zod';
import { sizeOf } from '#lib/shape.ts';
import type { LayerDefinition } from './layer.ts';
import { requireMap } from './window.ts';

export const globalAvgPoolSchema = z.strictObject({ kind: z.literal('global-avg-pool') });

export const globalAvgPool: LayerDefinition<z.infer<typeof globalAvgPoolSchema>> = {
  name: 'Global average pool',
  help: 'Turns each channel into its mean: a small vector, whatever the image size.',
  schema: globalAvgPoolSchema,
  label: () => 'Global avg pool',
  outputShape: (_settings, input) => [requireMap('Global average pool', input)[2]],
  parameters: () => [],
  flops: (_settings, input) => sizeOf(input),
  kept: (_settings, input) => requireMap('Global average pool', input)[2],
};
