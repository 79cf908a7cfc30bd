/** The activation functions, alone as a layer or built into another one. */
import { z } from 'zod';
import { sizeOf } from '#lib/shape.ts';
import type { LayerDefinition } from './layer.ts';

export const activationNames = ['relu', 'gelu', 'silu', 'leaky-relu'] as const;
export type ActivationName = (typeof activationNames)[number];

const labels: Record<ActivationName, string> = {
  relu: 'ReLU',
  gelu: 'GELU',
  silu: 'SiLU',
  'leaky-relu': 'Leaky ReLU',
};

/** Whether a layer with this activation keeps no more than its result: the gradient follows from that. */
export function followsFromResult(name: ActivationName | 'none'): boolean {
  return name === 'none' || name === 'relu' || name === 'leaky-relu';
}

/** Activation built into a layer with weights; `none` leaves its output linear. */
export const builtInActivation = z
  .enum(['none', ...activationNames])
  .default('relu')
  .meta({ title: 'Activation' });

export const activationSchema = z.strictObject({
  kind: z.literal('activation'),
  function: z.enum(activationNames).default('relu').meta({ title: 'Function' }),
});

export const activation: LayerDefinition<z.infer<typeof activationSchema>> = {
  name: 'Activation',
  help: 'Bends the response, so that stacked layers can do more than one could.',
  schema: activationSchema,
  label: (settings) => labels[settings.function],
  outputShape: (_settings, input) => input,
  parameters: () => [],
  flops: (settings, input) =>
    sizeOf(input) * (settings.function === 'relu' || settings.function === 'leaky-relu' ? 1 : 8),
  kept: (_settings, input) => sizeOf(input),
};
