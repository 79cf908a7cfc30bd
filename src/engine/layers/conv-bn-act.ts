/** Convolution without bias, batch norm, activation. */
import { convOf } from '#experiment/layers/conv-bn-act.ts';
import type { LayerOf } from '#experiment/layers/index.ts';
import type * as tf from '../tf.ts';
import { normaliseBatch } from './batch-norm.ts';
import { conv2d } from './conv2d.ts';
import type { ForwardFunction, LayerContext } from './forward.ts';

type Settings = LayerOf<'conv-bn-act'>;

export const convBnAct: ForwardFunction<Settings> = (settings, input, context) =>
  convBnAdd(settings, input, context);

/** The brick with something added before the activation: `skip`, in the shape of its output. */
export function convBnAdd(
  settings: Settings,
  input: tf.Tensor,
  context: LayerContext,
  skip?: tf.Tensor,
): tf.Tensor {
  const linear = conv2d(convOf(settings), input, context.child('conv'));
  const { activation } = settings;
  return normaliseBatch(linear, context.child('bn'), skip ? { skip, activation } : { activation });
}
