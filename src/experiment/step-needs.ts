/**
 * What a multi-task method asks of the training step. The methods stand in a registry that this room does not know: whoever
 * calls takes the method's entry from there.
 */
import type { Experiment } from './schema.ts';

/** What a method's entry in the registry says of its needs; see strategies/strategy.ts. */
export interface MethodNeeds {
  readonly needs: 'losses' | 'gramian' | 'jacobian';
  readonly gradients?: 'either' | 'parameters';
  readonly batches?: 3;
  readonly remembers?: true;
  /** Present where it looks at the losses once more after the update. */
  readonly observe?: unknown;
}

/** The same with the user's choice of gradients. */
export interface StepNeeds {
  /** What the task gradients are taken by; none where the losses are enough. */
  readonly gradients: 'none' | 'representation' | 'parameters';
  /** Whether it works on the gradients themselves, a matrix of a row per task, and not only on their products. */
  readonly matrix: boolean;
  /** Whether it keeps such a matrix from step to step. */
  readonly keepsMatrix: boolean;
  readonly batches: 1 | 3;
  readonly looksAgain: boolean;
}

/** What a step takes under a method. */
export function stepNeeds(method: MethodNeeds, chosen: Experiment['strategy']['gradients']): StepNeeds {
  const matrix = method.needs === 'jacobian';
  const by = method.gradients === 'parameters' ? 'parameters' : chosen;
  return {
    gradients: method.needs === 'losses' ? 'none' : by,
    matrix,
    keepsMatrix: matrix && method.remembers === true,
    batches: method.batches ?? 1,
    looksAgain: method.observe !== undefined,
  };
}

/** What it takes under equal weights, to compare with. */
export const leastNeeds: StepNeeds = stepNeeds({ needs: 'losses' }, 'representation');
