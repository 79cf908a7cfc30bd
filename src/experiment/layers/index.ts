/** The registry of layer kinds: their only list. A new kind is one line in each of the two lists below. */
import { z } from 'zod';
import type { Shape } from '#lib/shape.ts';
import { activation, activationSchema } from './activation.ts';
import { avgPool, avgPoolSchema } from './avg-pool.ts';
import { batchNorm, batchNormSchema } from './batch-norm.ts';
import { conv2d, conv2dSchema } from './conv2d.ts';
import { convBnAct, convBnActSchema } from './conv-bn-act.ts';
import { dense, denseSchema } from './dense.ts';
import { dropout, dropoutSchema } from './dropout.ts';
import { flatten, flattenSchema } from './flatten.ts';
import { globalAvgPool, globalAvgPoolSchema } from './global-avg-pool.ts';
import { groupNorm, groupNormSchema } from './group-norm.ts';
import type { LayerDefinition } from './layer.ts';
import { layerNorm, layerNormSchema } from './layer-norm.ts';
import { maxPool, maxPoolSchema } from './max-pool.ts';
import { residualBlock, residualBlockSchema } from './residual-block.ts';

export const layerSchema = z.discriminatedUnion('kind', [
  conv2dSchema,
  batchNormSchema,
  layerNormSchema,
  groupNormSchema,
  maxPoolSchema,
  avgPoolSchema,
  globalAvgPoolSchema,
  flattenSchema,
  denseSchema,
  dropoutSchema,
  activationSchema,
  convBnActSchema,
  residualBlockSchema,
]);

export type Layer = z.infer<typeof layerSchema>;
export type LayerKind = Layer['kind'];
export type LayerOf<Kind extends LayerKind> = Extract<Layer, { kind: Kind }>;

export const layers: { readonly [Kind in LayerKind]: LayerDefinition<LayerOf<Kind>> } = {
  conv2d,
  'batch-norm': batchNorm,
  'layer-norm': layerNorm,
  'group-norm': groupNorm,
  'max-pool': maxPool,
  'avg-pool': avgPool,
  'global-avg-pool': globalAvgPool,
  flatten,
  dense,
  dropout,
  activation,
  'conv-bn-act': convBnAct,
  'residual-block': residualBlock,
};

/** The definition of a layer, bound to its settings. */
export function describeLayer<Kind extends LayerKind>(layer: LayerOf<Kind>) {
  const definition: LayerDefinition<LayerOf<Kind>> = layers[layer.kind];
  return {
    definition,
    label: definition.label(layer),
    outputShape: (input: Shape) => definition.outputShape(layer, input),
    parameters: (input: Shape) => definition.parameters(layer, input),
    flops: (input: Shape) => definition.flops(layer, input),
    kept: (input: Shape) => definition.kept(layer, input),
  };
}
