/** Batch normalisation (torch.nn.BatchNorm1d/2d: epsilon 1e-5, running averages with momentum 0.1). */
import { z } from 'zod';
import { sizeOf } from '#lib/shape.ts';
import { channelsOf, normParameters } from './norm.ts';
import type { LayerDefinition } from './layer.ts';

export const batchNormSchema = z.strictObject({ kind: z.literal('batch-norm') });

export const batchNorm: LayerDefinition<z.infer<typeof batchNormSchema>> = {
  name: 'Batch norm',
  help: 'Gives each channel mean 0 and variance 1 over the batch; lets deep networks train faster.',
  schema: batchNormSchema,
  label: () => 'Batch norm',
  outputShape: (_settings, input) => input,
  parameters: (_settings, input) => [
    ...normParameters(channelsOf(input)),
    ...(['running_mean', 'running_var'] as const).map((name) => ({
      name,
      shape: [channelsOf(input)],
      layout: 'vector' as const,
      initialiser: { kind: 'constant', value: name === 'running_var' ? 1 : 0 } as const,
      trainable: false,
    })),
  ],
  flops: (_settings, input) => 8 * sizeOf(input),
  kept: (_settings, input) => sizeOf(input),
};
