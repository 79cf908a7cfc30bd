/** The registry of multi-task methods: their only list. */
import { equal } from './equal.ts';
import { manual } from './manual.ts';

export const strategies = { equal, manual };

export type StrategyId = keyof typeof strategies;

/** Whether a document's strategy is one of the registry. */
export function isStrategy(kind: string): kind is StrategyId {
  return Object.hasOwn(strategies, kind);
}

/**
 * The weights of a method that needs no gradients, at its start.
 * Throws RangeError for an unknown method and ZodError for invalid settings.
 */
export function constantWeights(
  strategy: { readonly kind: string; readonly settings: unknown },
  tasks: readonly string[],
): Float64Array {
  const losses = new Float64Array(tasks.length);
  const common = { losses, state: null, random: () => 0, tasks };
  if (!isStrategy(strategy.kind)) {
    throw new RangeError(
      `strategy "${strategy.kind}" is unknown; known are ${Object.keys(strategies).join(', ')}`,
    );
  }
  switch (strategy.kind) {
    case 'equal':
      return equal.step({ ...common, params: equal.schema.parse(strategy.settings) }).weights;
    case 'manual':
      return manual.step({ ...common, params: manual.schema.parse(strategy.settings) }).weights;
  }
}
