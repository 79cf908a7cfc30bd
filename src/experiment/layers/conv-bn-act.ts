/** Convolution without bias, batch norm, activation: the usual brick of modern networks. Children: `conv`, `bn`. */
import { z } from 'zod';
import type { Shape } from '#lib/shape.ts';
import { activationNames, followsFromResult } from './activation.ts';
import { batchNorm } from './batch-norm.ts';
import { conv2d, conv2dSchema } from './conv2d.ts';
import { sizeOf } from '#lib/shape.ts';
import type { LayerDefinition, ParameterSpec } from './layer.ts';
import { paddingSchema } from './window.ts';

export const convBnActSchema = conv2dSchema.omit({ bias: true, activation: true, kind: true }).extend({
  kind: z.literal('conv-bn-act'),
  padding: paddingSchema.unwrap().default('same').meta({ title: 'Padding' }),
  activation: z
    .enum(['none', ...activationNames])
    .default('relu')
    .meta({ title: 'Activation' }),
});
type Settings = z.infer<typeof convBnActSchema>;

/** The settings of its convolution. */
export function convOf({
  kind: _kind,
  activation: _activation,
  ...rest
}: Settings): z.infer<typeof conv2dSchema> {
  return { kind: 'conv2d', ...rest, bias: false, activation: 'none' };
}

/** Parameters of a child layer under its name: `weight` → `conv.weight`. */
export function childParameters(name: string, parameters: readonly ParameterSpec[]): ParameterSpec[] {
  return parameters.map((parameter) => ({ ...parameter, name: `${name}.${parameter.name}` }));
}

const norm = { kind: 'batch-norm' } as const;
const outputShape = (settings: Settings, input: Shape): Shape => conv2d.outputShape(convOf(settings), input);

export const convBnAct: LayerDefinition<Settings> = {
  name: 'Conv + norm + activation',
  help: 'A convolution with batch norm and activation in one block.',
  schema: convBnActSchema,
  label: (settings) => `Conv-BN ${settings.kernel}×${settings.kernel}`,
  outputShape,
  parameters: (settings, input) => [
    ...childParameters('conv', conv2d.parameters(convOf(settings), input)),
    ...childParameters('bn', batchNorm.parameters(norm, outputShape(settings, input))),
  ],
  flops: (settings, input) =>
    conv2d.flops(convOf(settings), input) + batchNorm.flops(norm, outputShape(settings, input)),
  kept: (settings, input) =>
    sizeOf(outputShape(settings, input)) * (followsFromResult(settings.activation) ? 2 : 3),
};
