/** Convolution without bias, batch norm, activation. */
import { convOf } from '#experiment/layers/conv-bn-act.ts';
import type { LayerOf } from '#experiment/layers/index.ts';
import { activate } from './activation.ts';
import { batchNorm } from './batch-norm.ts';
import { conv2d } from './conv2d.ts';
import type { ForwardFunction } from './forward.ts';

export const convBnAct: ForwardFunction<LayerOf<'conv-bn-act'>> = (settings, input, context) => {
  const linear = conv2d(convOf(settings), input, context.child('conv'));
  return activate(settings.activation, batchNorm({ kind: 'batch-norm' }, linear, context.child('bn')));
};
