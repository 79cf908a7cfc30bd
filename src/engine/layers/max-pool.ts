/** Max pool; padding never wins. */
import type { LayerOf } from '#experiment/layers/index.ts';
import { paddingOf } from '#experiment/layers/window.ts';
import * as tf from '../tf.ts';
import { asMaps, type ForwardFunction } from './forward.ts';

export const maxPool: ForwardFunction<LayerOf<'max-pool'>> = ({ kernel, stride, padding }, input) =>
  tf.maxPool(asMaps(input), kernel, stride, paddingOf(kernel, padding));
