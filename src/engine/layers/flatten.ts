/** Flatten: [batch, height, width, channels] → [batch, channels · height · width]. */
import type { LayerOf } from '#experiment/layers/index.ts';
import { asVectors, type ForwardFunction } from './forward.ts';

export const flatten: ForwardFunction<LayerOf<'flatten'>> = (_settings, input) => asVectors(input);
