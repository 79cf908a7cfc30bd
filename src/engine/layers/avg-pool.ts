/** Average pool. tfjs would leave padding out of the mean; PyTorch counts it as zeros, so it is put there first. */
import type { LayerOf } from '#experiment/layers/index.ts';
import { paddingOf } from '#experiment/layers/window.ts';
import * as tf from '../tf.ts';
import { asMaps, type ForwardFunction } from './forward.ts';

export const avgPool: ForwardFunction<LayerOf<'avg-pool'>> = ({ kernel, stride, padding }, input) => {
  const zeros = paddingOf(kernel, padding);
  const maps = asMaps(input);
  const padded =
    zeros === 0
      ? maps
      : tf.pad4d(maps, [
          [0, 0],
          [zeros, zeros],
          [zeros, zeros],
          [0, 0],
        ]);
  return tf.avgPool(padded, kernel, stride, 0);
};
