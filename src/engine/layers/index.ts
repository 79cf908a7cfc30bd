/** The forward pass of every layer kind: the engine's half of experiment/layers. */
import type { LayerKind, LayerOf } from '#experiment/layers/index.ts';
import type * as tf from '../tf.ts';
import { activation } from './activation.ts';
import { avgPool } from './avg-pool.ts';
import { batchNorm } from './batch-norm.ts';
import { convBnAct } from './conv-bn-act.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { flatten } from './flatten.ts';
import type { ForwardFunction, LayerContext } from './forward.ts';
import { globalAvgPool } from './global-avg-pool.ts';
import { groupNorm } from './group-norm.ts';
import { layerNorm } from './layer-norm.ts';
import { maxPool } from './max-pool.ts';
import { residualBlock } from './residual-block.ts';

const forwards: { readonly [Kind in LayerKind]: ForwardFunction<LayerOf<Kind>> } = {
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

/** Runs one layer on a batch. */
export function forwardLayer<Kind extends LayerKind>(
  layer: LayerOf<Kind>,
  input: tf.Tensor,
  context: LayerContext,
): tf.Tensor {
  const forward: ForwardFunction<LayerOf<Kind>> = forwards[layer.kind];
  return forward(layer, input, context);
}
