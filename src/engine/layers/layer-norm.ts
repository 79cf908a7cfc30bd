/** Layer normalisation: all values of a sample as one group. */
import type { LayerOf } from '#experiment/layers/index.ts';
import type { ForwardFunction } from './forward.ts';
import { normaliseGroups } from './group-norm.ts';

export const layerNorm: ForwardFunction<LayerOf<'layer-norm'>> = (_settings, input, context) =>
  normaliseGroups(input, 1, context);
