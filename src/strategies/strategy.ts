/** What a multi-task method is: a pure rule from losses (and gradients, where it needs them) to task weights. */
import type { z } from 'zod';

/** One step's numbers; T tasks, P shared parameters. */
export interface StrategyInput<Parameters, State> {
  /** [T] */
  readonly losses: Float64Array;
  /** [T, T] inner products of the task gradients. */
  readonly gramian?: Float64Array;
  /** [T, P] task gradients. */
  readonly jacobian?: Float64Array;
  readonly state: State;
  readonly params: Parameters;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** [T] task ids, for rules that name tasks. */
  readonly tasks: readonly string[];
}

export interface StrategyOutput<State> {
  /** [T] */
  readonly weights: Float64Array;
  readonly state: State;
  /** [P] the combined direction, for rules that are not a weighting. */
  readonly grad?: Float64Array;
}

export interface Strategy<Parameters, State = null> {
  readonly name: string;
  /** What it tries to achieve and when it helps. */
  readonly help: string;
  readonly needs: 'losses' | 'gramian' | 'jacobian';
  /** Whether its weights depend on nothing but its parameters, so that they need no computing while training. */
  readonly constant: boolean;
  readonly schema: z.ZodType<Parameters>;
  initialState(tasks: number): State;
  step(input: StrategyInput<Parameters, State>): StrategyOutput<State>;
}
