/** Two-dimensional convolution (torch.nn.Conv2d), optionally grouped or depthwise, with its activation. */
import { z } from 'zod';
import { sizeOf, type MapShape, type Shape } from '#lib/shape.ts';
import { builtInActivation, followsFromResult } from './activation.ts';
import { LayerError, type LayerDefinition, type ParameterSpec } from './layer.ts';
import { paddingSchema, requireMap, slide } from './window.ts';

export const conv2dSchema = z.strictObject({
  kind: z.literal('conv2d'),
  filters: z.int().min(1).max(4096).default(32).meta({ title: 'Filters' }),
  kernel: z.int().min(1).max(15).default(3).meta({ title: 'Kernel' }),
  stride: z.int().min(1).max(8).default(1).meta({ title: 'Stride' }),
  padding: paddingSchema,
  groups: z
    .int()
    .min(1)
    .max(4096)
    .default(1)
    .meta({ title: 'Groups', description: 'Equal to the input channels: a depthwise convolution.' }),
  bias: z.boolean().default(true).meta({ title: 'Bias' }),
  activation: builtInActivation,
});
type Settings = z.infer<typeof conv2dSchema>;

function inspect(settings: Settings, input: Shape): { map: MapShape; output: MapShape; fanIn: number } {
  const map = requireMap('Convolution', input);
  const channels = map[2];
  if (channels % settings.groups !== 0 || settings.filters % settings.groups !== 0) {
    throw new LayerError(
      `Convolution: ${settings.groups} groups must divide both its ${channels} input channels and its ${settings.filters} filters`,
      'Use 1 group, or a common divisor of the two.',
      'groups',
    );
  }
  const [height, width] = slide('Convolution', map, settings.kernel, settings.stride, settings.padding);
  const fanIn = (channels / settings.groups) * settings.kernel ** 2;
  return { map, output: [height, width, settings.filters], fanIn };
}

/** Whether every input channel has filters of its own. */
export function isDepthwise(settings: Pick<Settings, 'groups'>, channels: number): boolean {
  return settings.groups > 1 && settings.groups === channels;
}

export const conv2d: LayerDefinition<Settings> = {
  name: 'Convolution',
  help: 'Looks for local patterns with filters that slide over the image.',
  schema: conv2dSchema,
  label: (settings) => `${settings.groups > 1 ? 'Group conv' : 'Conv'} ${settings.kernel}×${settings.kernel}`,
  outputShape: (settings, input) => inspect(settings, input).output,
  parameters(settings, input) {
    const { map, fanIn } = inspect(settings, input);
    const initialiser = { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) } as const;
    const { filters, kernel, groups } = settings;
    const weight: ParameterSpec = {
      name: 'weight',
      shape: [filters, map[2] / groups, kernel, kernel],
      layout: isDepthwise(settings, map[2]) ? 'depthwise' : 'conv',
      initialiser,
      trainable: true,
    };
    const bias: ParameterSpec = {
      name: 'bias',
      shape: [filters],
      layout: 'vector',
      initialiser,
      trainable: true,
    };
    return settings.bias ? [weight, bias] : [weight];
  },
  flops(settings, input) {
    const { output, fanIn } = inspect(settings, input);
    return 2 * sizeOf(output) * fanIn;
  },
  kept(settings, input) {
    return sizeOf(inspect(settings, input).output) * (followsFromResult(settings.activation) ? 1 : 2);
  },
};
