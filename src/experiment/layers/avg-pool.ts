/** Average pool (torch.nn.AvgPool2d; padding counts as zeros). */
import { z } from 'zod';
import { sizeOf, type Shape } from '#lib/shape.ts';
import type { LayerDefinition } from './layer.ts';
import { paddingSchema, requireMap, slide } from './window.ts';

export const avgPoolSchema = z.strictObject({
  kind: z.literal('avg-pool'),
  kernel: z.int().min(1).max(15).default(2).meta({ title: 'Window' }),
  stride: z.int().min(1).max(15).default(2).meta({ title: 'Stride' }),
  padding: paddingSchema,
});
type Settings = z.infer<typeof avgPoolSchema>;

function outputShape(settings: Settings, input: Shape): Shape {
  const map = requireMap('Average pool', input);
  return [...slide('Average pool', map, settings.kernel, settings.stride, settings.padding), map[2]];
}

export const avgPool: LayerDefinition<Settings> = {
  name: 'Average pool',
  help: 'Averages each window and shrinks the map.',
  schema: avgPoolSchema,
  label: (settings) => `Avg pool ${settings.kernel}`,
  outputShape,
  parameters: () => [],
  flops: (settings, input) => sizeOf(outputShape(settings, input)) * settings.kernel ** 2,
  kept: (settings, input) => sizeOf(outputShape(settings, input)),
};
