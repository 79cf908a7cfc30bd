/** Global average pooling: [batch, height, width, channels] → [batch, channels]. */
import type { LayerOf } from '#experiment/layers/index.ts';
import { asMaps, type ForwardFunction } from './forward.ts';

export const globalAvgPool: ForwardFunction<LayerOf<'global-avg-pool'>> = (_settings, input) =>
  asMaps(input).mean([1, 2]);
