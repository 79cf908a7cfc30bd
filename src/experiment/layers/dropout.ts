/** Dropout (torch.nn.Dropout): zeroes values at random while training and scales the rest by 1 / (1 − rate). */
import { z } from 'zod';
import { sizeOf } from '#lib/shape.ts';
import type { LayerDefinition } from './layer.ts';

export const dropoutSchema = z.strictObject({
  kind: z.literal('dropout'),
  rate: z.number().min(0).max(0.95).default(0.5).meta({ title: 'Rate' }),
});

export const dropout: LayerDefinition<z.infer<typeof dropoutSchema>> = {
  name: 'Dropout',
  help: 'Silences values at random while training, so that the network does not rely on a few.',
  schema: dropoutSchema,
  label: (settings) => `Dropout ${settings.rate}`,
  outputShape: (_settings, input) => input,
  parameters: () => [],
  flops: (_settings, input) => 2 * sizeOf(input),
  kept: (_settings, input) => sizeOf(input),
};
