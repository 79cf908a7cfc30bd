/** Max pool (torch.nn.MaxPool2d). */
import { z } from 'zod';
import { sizeOf, type Shape } from '#lib/shape.ts';
import type { LayerDefinition } from './layer.ts';
import { paddingSchema, requireMap, slide } from './window.ts';

export const maxPoolSchema = z.strictObject({
  kind: z.literal('max-pool'),
  kernel: z.int().min(1).max(15).default(2).meta({ title: 'Window' }),
  stride: z.int().min(1).max(15).default(2).meta({ title: 'Stride' }),
  padding: paddingSchema,
});
type Settings = z.infer<typeof maxPoolSchema>;

function outputShape(settings: Settings, input: Shape): Shape {
  const map = requireMap('Max pool', input);
  return [...slide('Max pool', map, settings.kernel, settings.stride, settings.padding), map[2]];
}

export const maxPool: LayerDefinition<Settings> = {
  name: 'Max pool',
  help: 'Keeps the strongest response of each window and shrinks the map.',
  schema: maxPoolSchema,
  label: (settings) => `Max pool ${settings.kernel}`,
  outputShape,
  parameters: () => [],
  flops: (settings, input) => sizeOf(outputShape(settings, input)) * settings.kernel ** 2,
  kept: (settings, input) => sizeOf(outputShape(settings, input)),
};
