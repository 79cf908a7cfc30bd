/** The command line of the bench. */
import { parseArgs } from 'node:util';
import { contenders, isContenderId, type ContenderId } from './contenders/index.ts';
import { methodIds, type MethodId } from './methods.ts';
import { isNetworkId, networks, type BenchNetwork, type NetworkId } from './networks.ts';

export const adapterChoices = ['default', 'swiftshader', 'lavapipe', 'hardware'] as const;
export type AdapterChoice = (typeof adapterChoices)[number];

export const parts = ['steps', 'methods', 'start', 'page', 'sizes'] as const;
/**
 * Training steps of all contenders; our step under each multi-task method; from Train to the first metrics; the page
 * (Chromium); sizes of bundles (Chromium).
 */
export type Part = (typeof parts)[number];

export const gradientChoices = ['representation', 'parameters', 'both'] as const;
/** By what methods take the task gradients that they look at. */
export type GradientChoice = (typeof gradientChoices)[number];

export interface Options {
  readonly adapter: AdapterChoice;
  /** Empty: those that suit the adapter. */
  readonly networks: readonly NetworkId[];
  readonly contenders: readonly ContenderId[];
  readonly parts: readonly Part[];
  /** Of the part `methods`. Empty: all. */
  readonly methods: readonly MethodId[];
  /** Numbers of tasks that the methods are measured with. */
  readonly tasks: readonly number[];
  /** Undefined: by the representation, and one method by the parameters as well. */
  readonly gradients: GradientChoice | undefined;
  readonly rounds: number;
  /** The same for the part `methods`. */
  readonly methodRounds: number;
  /** The longest that one contender's rounds on one network may take before they become fewer, in seconds. */
  readonly budget: number;
  /** The longest that Trunkline may look for faster kernels before its rounds, in seconds; 0: not at all. */
  readonly tune: number;
  /** The same for each run of the part `methods`. */
  readonly tuneMethods: number;
  /** The longest wait for an answer before a contender is given up, in seconds. */
  readonly patience: number;
  readonly json?: string;
}

export const usage = `npm run bench -- [options]
  --node                 in Node on Dawn, not in Chromium
  --adapter NAME         ${adapterChoices.join(', ')} (Chromium: swiftshader or hardware)
  --only NAME            a network (${Object.keys(networks).join(', ')}),
                         a contender (${Object.keys(contenders).join(', ')}),
                         or a part (${parts.join(', ')}); several by comma or by repetition
  --methods [NAMES]      the step under multi-task methods, against equal weights: all of them, or these by comma
  --tasks N              how many tasks the methods weigh, several by comma (2,5,10)
  --gradients NAME       ${gradientChoices.join(', ')}: by what methods take the task gradients
  --rounds N             rounds of which the median is taken (5; with --methods the best of 3)
  --budget SECONDS       what the rounds of one contender on one network may take (120)
  --tune SECONDS         how long Trunkline may try variants of its kernels before its rounds (180; 0: not at all;
                         with --methods: 0)
  --patience SECONDS     how long to wait for a contender's answer (600)
  --json FILE            writes all figures there as well
  --bundle FOLDER        writes a copy of the Node bench that runs without packages`;

/** Throws Error in plain words where an option is not understood. */
export function parseOptions(given: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: withAllMethods(given),
    options: {
      adapter: { type: 'string', default: 'default' },
      only: { type: 'string', multiple: true, default: [] },
      methods: text,
      tasks: { type: 'string', default: '2,5,10' },
      gradients: text,
      rounds: text,
      budget: text,
      tune: text,
      patience: text,
      json: text,
    },
  });
  const adapter = adapterChoices.find((choice) => choice === values.adapter);
  if (!adapter) throw new Error(`--adapter must be one of ${adapterChoices.join(', ')}.`);
  const only = values.only.flatMap(listOf);
  const unknown = only.find((name) => !isNetworkId(name) && !isContenderId(name) && !isPart(name));
  if (unknown !== undefined) throw new Error(`--only knows no "${unknown}".\n\n${usage}`);
  const gradients = gradientChoices.find((choice) => choice === values.gradients);
  if (values.gradients !== undefined && !gradients)
    throw new Error(`--gradients must be one of ${gradientChoices.join(', ')}.`);
  const all = Object.keys(contenders).filter(isContenderId);
  const chosen = all.filter((id) => only.includes(id));
  return {
    adapter,
    networks: only.filter(isNetworkId),
    contenders: chosen.length > 0 ? chosen : all,
    parts: values.methods === undefined ? partsAmong(only) : ['methods'],
    methods: methodsNamed(values.methods),
    tasks: listOf(values.tasks).map((count) => positive('tasks', count, 2)),
    gradients,
    rounds: positive('rounds', values.rounds, 5),
    methodRounds: positive('rounds', values.rounds, 3),
    budget: positive('budget', values.budget, 120),
    tune: values.tune === '0' ? 0 : positive('tune', values.tune, 180),
    tuneMethods: values.tune === undefined || values.tune === '0' ? 0 : positive('tune', values.tune, 0),
    patience: positive('patience', values.patience, 600),
    ...(values.json === undefined ? {} : { json: values.json }),
  };
}

/** The networks whose steps are measured under methods: those asked for, else the two of the goals. */
export function networksForMethods({ networks: asked }: Options): readonly NetworkId[] {
  return asked.length > 0 ? asked : ['lenet', 'vgg-small'];
}

/** The networks to measure: those asked for, else those that suit the adapter. */
export function networksFor({ networks: asked }: Options, isSoftware: boolean): readonly NetworkId[] {
  if (asked.length > 0) return asked;
  const suits = isSoftware ? ['everywhere'] : ['everywhere', 'hardware'];
  return Object.keys(networks)
    .filter(isNetworkId)
    .filter((id) => {
      const network: BenchNetwork = networks[id];
      return suits.includes(network.measured);
    });
}

function positive(name: string, given: string | undefined, otherwise: number): number {
  const value = Number(given ?? otherwise);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0.`);
  return value;
}

/** Options as `parseArgs` wants them, which knows none that may do without a value: `--methods` by itself names all. */
function withAllMethods(given: readonly string[]): string[] {
  return given.map((word, i) =>
    word === '--methods' && (given[i + 1] ?? '--').startsWith('--') ? '--methods=all' : word,
  );
}

function methodsNamed(given = 'all'): readonly MethodId[] {
  const names = given === 'all' ? [] : listOf(given);
  const unknown = names.find((name) => !methodIds.some((id) => id === name));
  if (unknown !== undefined)
    throw new Error(`--methods knows no "${unknown}", only ${methodIds.join(', ')}.`);
  return methodIds.filter((id) => names.includes(id));
}

const listOf = (names: string): string[] => names.split(',').filter(Boolean);

const isPart = (name: string): name is Part => parts.some((part) => part === name);

/** Whoever names a network or a contender but no part wants its steps; whoever names nothing wants all. */
function partsAmong(only: readonly string[]): readonly Part[] {
  const named = only.filter(isPart);
  if (named.length > 0) return named;
  return only.length > 0 ? ['steps'] : parts;
}
