/**
 * What a multi-task method is: a pure rule from the tasks' losses (and gradients, where it needs them) to the weights by
 * which their gradients are added up. Every rule is written twice, here for numbers and in WGSL for the training step.
 */
import type { z } from 'zod';
import { gramianOf, weightedSum } from './matrix.ts';

/** Where a method was published. */
export interface Paper {
  readonly title: string;
  readonly authors: string;
  /** Conference or journal, and year. */
  readonly venue: string;
  readonly url: string;
}

/**
 * One step's numbers; T tasks, P shared parameters. A method of several batches gets those of each, one after the other: T
 * is then their number times that of the tasks.
 */
export interface RuleInput<Settings> {
  /** [T] */
  readonly losses: Float64Array;
  /** [T, T] inner products of the task gradients. Empty where the method needs only losses. */
  readonly gramian: Float64Array;
  /** [T, P] task gradients. Empty where the method needs none. */
  readonly jacobian: Float64Array;
  readonly state: Float64Array;
  readonly settings: Settings;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Training steps of an epoch, for rules that look at means over epochs. */
  readonly stepsPerEpoch: number;
  /** Task ids, for rules that name tasks. */
  readonly tasks: readonly string[];
}

export interface RuleOutput {
  /** [T] weights of the task gradients in the direction that the shared parameters take. */
  readonly weights: Float64Array;
  readonly state: Float64Array;
  /** [T] factors of the losses on which the heads train, where those are not what `loss-weighting` or nothing says. */
  readonly heads?: Float64Array;
  /** [P] the direction, for rules that are not a weighting of the task gradients. */
  readonly grad?: Float64Array;
}

/** The rule for the GPU. */
export interface RuleWgsl {
  /**
   * Declares `fn weigh(lane: u32)`, which one workgroup of {@link lanes} threads runs. It finds
   * - `tasks` (T), `stepsPerEpoch` and `lanes`, constants of type u32;
   * - `losses[t]`, `gramian[i * tasks + j]` (for methods that need it), `state[k]` (in place), all f32, as in TypeScript;
   * - `setting_name()`, the number called `name` of {@link Rule.numbers};
   * - `random(k)`, the k-th number that the TypeScript draws in this step;
   * and writes `weights[t]`, and `heads[t]` if {@link weighsHeads}.
   */
  readonly code: string;
  /** Threads; one if left out. */
  readonly lanes?: (tasks: number) => number;
  readonly weighsHeads?: true;
  /** Declares `fn weigh(lane: u32)` for {@link Rule.observe}: `losses` are those after the update; it only writes `state`. */
  readonly observe?: string;
}

/** What a method's file says of it. */
export interface Rule<Settings> {
  readonly name: string;
  /** What it tries to achieve and when it helps, in one paragraph for a reader who is new to it. */
  readonly help: string;
  /** Absent for what nobody had to invent. */
  readonly paper?: Paper;
  /** Where and by how much it differs from LibMTL and TorchJD, and why. */
  readonly differs?: string;
  readonly needs: 'losses' | 'gramian' | 'jacobian';
  /** Its weights depend on nothing but its settings, so that they need no computing while training. */
  readonly constant?: true;
  /** Which gradients it may look at; `parameters`: only those of the shared parameters make sense. */
  readonly gradients?: 'either' | 'parameters';
  /** Batches that one step draws; one if left out. */
  readonly batches?: 3;
  /** Learns or remembers from step to step, so that its weights depend on the steps before. */
  readonly remembers?: true;
  readonly schema: z.ZodType<Settings>;
  /** The settings as the WGSL sees them, each under its name; none for constant methods. */
  numbers(settings: Settings): Readonly<Record<string, number>>;
  /** What it remembers before the first step; P parameters matter only to those that need the Jacobian. */
  initialState(tasks: number, parameters: number, settings: Settings): Float64Array;
  step(input: RuleInput<Settings>): RuleOutput;
  /** Looks at the losses of the same batch after the update. Returns the state. */
  observe?(input: Pick<RuleInput<Settings>, 'losses' | 'state' | 'settings'>): Float64Array;
  /** Absent for constant methods and for those that work on the whole Jacobian, which the engine computes by tfjs. */
  readonly wgsl?: RuleWgsl;
}

/** Numbers of one step as anyone may give them: what is left out takes its default. */
export interface StrategyInput {
  /** [T] */
  readonly losses: Float64Array;
  /** [T, T]; computed where the Jacobian is given. */
  readonly gramian?: Float64Array;
  /** [T, P] */
  readonly jacobian?: Float64Array;
  /** What the step before returned; left out before the first. */
  readonly state?: Float64Array | null | undefined;
  /** Settings; those left out are the defaults. */
  readonly params?: unknown;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly stepsPerEpoch?: number;
  readonly tasks?: readonly string[];
}

/** A method as the rest of the program and the console see it. */
export interface Strategy<Settings = unknown> extends Omit<Rule<Settings>, 'step' | 'observe'> {
  /**
   * The weights of a step, and the direction where the Jacobian is given.
   * Throws ZodError for invalid settings and RangeError where it lacks the gradients that it needs.
   */
  step(input: StrategyInput): RuleOutput;
  /** The state after the losses of the same batch after the update were seen; absent for methods that do not look. */
  observe?(input: Pick<StrategyInput, 'losses' | 'state' | 'params'>): Float64Array;
}

/** A method of the registry, from what its file says. */
export function defineStrategy<Settings>(rule: Rule<Settings>): Strategy<Settings> {
  const { observe } = rule;
  const settingsOf = (params: unknown) => rule.schema.parse(params ?? {});
  const stateOf = (state: Float64Array | null | undefined, tasks: number, parameters: number, of: Settings) =>
    state ?? rule.initialState(tasks, parameters, of);
  return {
    ...rule,
    step(input) {
      const { losses, random = Math.random, stepsPerEpoch = 1 } = input;
      const settings = settingsOf(input.params);
      const { jacobian = new Float64Array() } = input;
      const gramian = input.gramian ?? gramianOf(jacobian, losses.length);
      if (rule.needs === 'gramian' && gramian.length === 0)
        throw new RangeError(`${rule.name} needs the Gramian of the task gradients.`);
      if (rule.needs === 'jacobian' && jacobian.length === 0)
        throw new RangeError(`${rule.name} needs the task gradients themselves.`);
      const count = losses.length / (rule.batches ?? 1);
      const tasks = input.tasks ?? Array.from({ length: count }, (_, t) => String(t));
      const state = stateOf(input.state, count, jacobian.length / losses.length, settings);
      const output = rule.step({ losses, gramian, jacobian, state, settings, random, stepsPerEpoch, tasks });
      if (output.grad || jacobian.length === 0) return output;
      return { ...output, grad: weightedSum(output.weights, jacobian) };
    },
    ...(observe
      ? {
          observe({ losses, state, params }) {
            const settings = settingsOf(params);
            const before = stateOf(state, losses.length, 0, settings);
            return observe({ losses, state: before, settings });
          },
        }
      : {}),
  };
}
