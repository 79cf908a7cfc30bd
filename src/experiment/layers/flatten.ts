/** Lays a feature map out as a vector, in PyTorch's channel, row, column order. */
import { z } from 'zod';
import { sizeOf } from '#lib/shape.ts';
import type { LayerDefinition } from './layer.ts';

export const flattenSchema = z.strictObject({ kind: z.literal('flatten') });

export const flatten: LayerDefinition<z.infer<typeof flattenSchema>> = {
  name: 'Flatten',
  help: 'Lays the map out as one vector. Dense layers do it by themselves.',
  schema: flattenSchema,
  label: () => 'Flatten',
  outputShape: (_settings, input) => [sizeOf(input)],
  parameters: () => [],
  flops: () => 0,
  kept: (_settings, input) => sizeOf(input),
};
