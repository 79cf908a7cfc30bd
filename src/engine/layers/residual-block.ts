/** Basic residual block: two conv-bn bricks plus the input (or its shortcut), then the activation. */
import type { LayerOf } from '#experiment/layers/index.ts';
import { bricksOf } from '#experiment/layers/residual-block.ts';
import { convBnAct, convBnAdd } from './conv-bn-act.ts';
import type { ForwardFunction } from './forward.ts';

export const residualBlock: ForwardFunction<LayerOf<'residual-block'>> = (settings, input, context) => {
  const { first, second, shortcut } = bricksOf(settings, input.shape.slice(1));
  const middle = convBnAct(first, input, context.child('first'));
  const straight = shortcut ? convBnAct(shortcut, input, context.child('shortcut')) : input;
  const { activation } = settings;
  return convBnAdd({ ...second, activation }, middle, context.child('second'), straight);
};
