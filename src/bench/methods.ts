/** Which multi-task methods the bench measures, and with which gradients. */
import { isStrategy, strategies, strategyOf, type StrategyId } from '#strategies/index.ts';
import type { Strategy } from '#strategies/strategy.ts';
import type { Options } from './options.ts';

/** What all others are measured against. */
const yardstick = 'equal';

export type MethodId = Exclude<StrategyId, typeof yardstick>;

export const methodIds: readonly MethodId[] = Object.keys(strategies)
  .filter(isStrategy)
  .filter((id) => id !== yardstick);

/** A method as a run takes it. */
export interface MethodChoice {
  readonly kind: StrategyId;
  readonly gradients: 'representation' | 'parameters';
}

export const equalWeights: MethodChoice = { kind: yardstick, gradients: 'representation' };

/** Shows what gradients by the parameters cost where nobody asks for them. */
const sample: MethodId = 'mgda';

/** The rows of the table: each method by what the options say, as far as that is another way for it. */
export function choicesOf({ methods, gradients }: Pick<Options, 'methods' | 'gradients'>): MethodChoice[] {
  const ids = methods.length > 0 ? methods : methodIds;
  return ids.flatMap((kind) => {
    const ways = waysOf(strategyOf(kind));
    const hasBoth = ways.length > 1;
    const wanted = gradients ?? (kind === sample && methods.length === 0 ? 'both' : 'representation');
    return ways
      .filter((way) => !hasBoth || wanted === 'both' || way === wanted)
      .map((way) => ({ kind, gradients: way }));
  });
}

/** By what it may take gradients; only one way where it looks at none. */
function waysOf({ needs, gradients }: Strategy): readonly MethodChoice['gradients'][] {
  if (needs === 'losses') return ['representation'];
  return gradients === 'parameters' ? ['parameters'] : ['representation', 'parameters'];
}
