/** Dropout while training; nothing otherwise. */
import type { LayerOf } from '#experiment/layers/index.ts';
import { hashText } from '#lib/random.ts';
import { dropout as dropValues } from '../kernels/dropout.ts';
import type { ForwardFunction } from './forward.ts';

export const dropout: ForwardFunction<LayerOf<'dropout'>> = ({ rate }, input, { mode, path }) =>
  mode.training ? dropValues(input, rate, { ...mode, layer: hashText(path) }) : input;
