/** How a method on whole gradients is written in tfjs operations: one file each beside this one. */
import { strategyOf } from '#strategies/index.ts';
import type { Strategy } from '#strategies/strategy.ts';
import { LiveTensor } from '../live-tensor.ts';
import * as tf from '../tf.ts';
import type { JacobianInput, JacobianMethod, JacobianOptions, JacobianOutput } from './index.ts';
import { Memory } from './memory.ts';

/** Tensors [1] by name. */
export type Named<Name extends string> = Readonly<Record<Name, tf.Tensor>>;

/** What a rule computes with beside the step's own numbers. */
export interface RuleTools<Setting extends string, Constant extends string> {
  /** The numbers of the method's settings; they may change from step to step. */
  readonly settings: Named<Setting>;
  readonly constants: Named<Constant>;
  /** In the order of {@link JacobianRule.memory}; the rule assigns their next values. */
  readonly memory: readonly tf.Variable[];
}

/** T tasks, P parameters; a rule in TypeScript, in `strategies/`, says what it computes. */
export interface JacobianRule<Setting extends string = string, Constant extends string = string> {
  /** Names of the settings that it uses, as the method's `numbers` have them. */
  readonly settings: readonly Setting[];
  /** Numbers that it uses: uploaded once, since a step to be replayed uploads nothing. */
  readonly constants: Readonly<Record<Constant, number>>;
  /** Shapes of what it remembers, in the order of the state of the rule in TypeScript. */
  memory(tasks: number, parameters: number): readonly (readonly number[])[];
  /** Runs in a tidy. */
  direction(input: JacobianInput, tools: RuleTools<Setting, Constant>): JacobianOutput;
}

/** A method that follows a rule. Throws RangeError for an unknown method. */
export function methodOf<Setting extends string, Constant extends string>(
  id: string,
  rule: JacobianRule<Setting, Constant>,
  { tasks, parameters, settings }: JacobianOptions,
): JacobianMethod {
  const strategy = strategyOf(id);
  const live = liveSettings(strategy, rule.settings, settings);
  const constants = tf.tidy(() => named(rule.constants, (value) => tf.keep(tf.tensor1d([value]))));
  const memory = new Memory(
    rule.memory(tasks, parameters),
    strategy.initialState(tasks, parameters, settings),
  );
  const tools = {
    settings: named(live, (each) => each.tensor),
    constants,
    memory: memory.variables,
  };
  return {
    direction: (input) => tf.tidy(() => ({ ...rule.direction(input, tools) })),
    adjust(next) {
      const numbers = strategy.numbers(next);
      for (const name of rule.settings) live[name].set(Float32Array.of(numbers[name] ?? 0));
    },
    read: () => memory.read(),
    write: (state) => memory.write(state),
    dispose() {
      memory.dispose();
      for (const name of rule.settings) live[name].dispose();
      tf.dispose(constants);
    },
  };
}

function liveSettings<Name extends string>(
  strategy: Strategy,
  names: readonly Name[],
  settings: unknown,
): Record<Name, LiveTensor> {
  const numbers = strategy.numbers(settings);
  const entries = names.map((name) => [name, new LiveTensor(Float32Array.of(numbers[name] ?? 0))]);
  return Object.fromEntries(entries) as Record<Name, LiveTensor>;
}

/** The same names with other values. */
function named<Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  to: (value: From) => To,
): Record<Name, To> {
  const entries = Object.entries<From>(record).map(([name, value]) => [name, to(value)]);
  return Object.fromEntries(entries) as Record<Name, To>;
}
