/** The command line's words: what may follow `npm run train --`, and what it means. */
import { parseArgs } from 'node:util';
import { knownDataOptions, readDataOptions, type DataOptions } from './data-options.ts';
import type { OwnData } from './own-data.ts';
import { UsageError } from './usage-error.ts';

export { UsageError } from './usage-error.ts';

export type Command = 'train' | 'sweep' | 'twin' | 'race' | 'ensemble' | 'find-rate' | 'look';

export interface Options {
  readonly command: Command;
  /** Path as typed; undefined for the default experiment. */
  readonly file: string | undefined;
  /** Where the results go; of a run that is resumed, its own folder unless another was given. */
  readonly out: string;
  /** Folder of the run to go on with. */
  readonly resume: string | undefined;
  /** Steps of this session after which to stop. */
  readonly stopAfter: number | undefined;
  /** How many seeds to train with. */
  readonly repeat: number | undefined;
  readonly length: { readonly unit: 'steps' | 'epochs'; readonly count: number } | undefined;
  readonly seed: number | undefined;
  readonly backend: 'webgpu' | 'cpu';
  readonly predict: 'validation' | 'test' | undefined;
  /** Look for faster variants of the kernels, and use those found before. */
  readonly tune: boolean;
  readonly quiet: boolean;
  /** What a single-task twin has as much of as the network of all tasks. */
  readonly equal: 'steps' | 'flops';
  /** Ids of the methods that race. */
  readonly methods: readonly string[];
  /** Steps that each of a race trains before the next one's turn; undefined for a tenth of the run. */
  readonly turn: number | undefined;
  /** Folders, or checkpoint files, of an ensemble's members. */
  readonly members: readonly string[];
  /** What an ensemble is scored on. */
  readonly split: 'validation' | 'test';
  /** What is said of the reader's own pictures; undefined where there are none. */
  readonly data: DataOptions | undefined;
  /** Those pictures, once they are imported. */
  readonly own?: OwnData;
  /** Whether to print JSON. */
  readonly json: boolean;
}

/** A whole number from an option; undefined where it was not given. Throws UsageError for anything else. */
function wholeNumber(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

function oneOf<const Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((each) => each === text);
  if (choice !== undefined) return choice;
  throw new UsageError(`--${name} must be ${choices.join(' or ')}, not "${text}".`);
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

/** All options of all commands; that of an ensemble's predictions takes no value. */
const known = {
  out: text,
  resume: text,
  repeat: text,
  'stop-after': text,
  steps: text,
  epochs: text,
  seed: text,
  equal: text,
  methods: text,
  turn: text,
  split: text,
  backend: { type: 'string', default: 'webgpu' },
  predict: text,
  ...knownDataOptions,
  json: flag,
  'no-tuning': flag,
  quiet: flag,
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Which options belong to some commands only. */
const owners: Readonly<Partial<Record<keyof typeof known, readonly Command[]>>> = {
  resume: ['train', 'race'],
  repeat: ['train'],
  'stop-after': ['train'],
  steps: ['train', 'sweep', 'twin', 'race', 'find-rate'],
  epochs: ['train', 'sweep', 'twin', 'race'],
  seed: ['train', 'sweep', 'twin', 'race', 'find-rate'],
  equal: ['twin'],
  methods: ['race'],
  turn: ['race'],
  split: ['ensemble'],
  predict: ['train', 'sweep', 'twin', 'race', 'ensemble'],
  json: ['look'],
};

/** Node's own words name the flag; only the first sentence is about it. */
function inOwnWords(error: unknown): UsageError {
  const [sentence = ''] = error instanceof Error ? error.message.split('. ') : [];
  return new UsageError(`${sentence.replace(/\.$/, '')}. --help lists what there is.`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: known });
  } catch (error) {
    throw inOwnWords(error);
  }
}

/** The same for an ensemble, whose `--predict` is a switch. */
function parseEnsemble(args: readonly string[]): ReturnType<typeof parse> {
  const isPredicting = args.includes('--predict');
  const { values, positionals } = parse(args.filter((each) => each !== '--predict'));
  return { values: isPredicting ? { ...values, predict: values.split ?? 'test' } : values, positionals };
}

const commands: readonly Command[] = ['sweep', 'twin', 'race', 'ensemble', 'find-rate', 'look'];

/** The first word, where it is a command; what else there is are options and files. */
function commandOf(args: readonly string[]): { command: Command; rest: readonly string[] } {
  const command = commands.find((each) => each === args[0]);
  return command ? { command, rest: args.slice(1) } : { command: 'train', rest: args };
}

const longest = 10_000_000;
export const largestSeed = 0xffffffff;

type Values = ReturnType<typeof parse>['values'];

/** How long to train. Throws UsageError. */
function readLength(values: Values): Options['length'] {
  const steps = wholeNumber('steps', values.steps, 1, longest);
  const epochs = wholeNumber('epochs', values.epochs, 1, longest);
  if (steps !== undefined && epochs !== undefined)
    throw new UsageError('Give --steps or --epochs, not both.');
  const count = steps ?? epochs;
  return count === undefined ? undefined : { unit: steps === undefined ? 'epochs' : 'steps', count };
}

/** Where the results go. Throws UsageError. */
function readOut(command: Command, { out, resume }: Values): string {
  const folder = out ?? (command === 'train' ? resume : undefined);
  if (folder !== undefined && folder !== '') return folder;
  if (command === 'look') return ''; // it writes nothing
  throw new UsageError('Say where the results go: --out DIR. --help lists what there is.');
}

/** Refuses what does not belong to the command, or contradicts itself. */
function checkTogether(command: Command, values: Values, files: readonly string[]): void {
  const { resume, repeat, seed, 'stop-after': stopAfter } = values;
  for (const [name, belongs] of Object.entries(owners))
    if (name in values && values[name as keyof Values] !== false && !belongs.includes(command))
      throw new UsageError(`--${name} belongs to ${listed(belongs)}, not to ${command}.`);
  if (command === 'find-rate') wholeNumber('steps', values.steps, 10, 1000);
  if (command !== 'ensemble' && command !== 'look' && files.length > 1)
    throw new UsageError(`Give one file, not ${files.length}: ${files.join(', ')}.`);
  if (resume !== undefined && files[0] !== undefined)
    throw new UsageError(`--resume takes the experiment from its folder: leave ${files[0]} out.`);
  if (resume !== undefined && repeat !== undefined)
    throw new UsageError('Give --resume or --repeat, not both: a repetition goes on by the same command.');
  if (resume !== undefined && seed !== undefined)
    throw new UsageError('A run that goes on keeps its seed: leave --seed out.');
  if (repeat !== undefined && stopAfter !== undefined)
    throw new UsageError('Give --repeat or --stop-after, not both.');
}

/** What a command cannot do without. Throws UsageError. */
function checkNeeds(command: Command, files: readonly string[], methods: readonly string[]): void {
  if (command === 'sweep' && files.length === 0)
    throw new UsageError('Say what to sweep: sweep FILE --out DIR. docs/command-line.md describes FILE.');
  if (command === 'ensemble' && files.length < 2)
    throw new UsageError('Give the folders of two runs or more: ensemble DIR DIR… --out DIR.');
  if (command === 'look' && files.length === 0) throw new UsageError('Say what to look at: look PATH.');
  if (command === 'race' && methods.length < 2)
    throw new UsageError('Say which methods race: --methods equal,mgda,pcgrad.');
}

/** "sweep, twin and race" */
function listed(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), words.at(-1)].filter(Boolean).join(' and ');
}

const listOf = (words: string | undefined): string[] =>
  (words ?? '').split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]));

const part = (name: string, value: string | undefined) =>
  value === undefined ? undefined : oneOf(name, value, ['test', 'validation']);

/** Options of these arguments; `help` where that was asked for. Throws UsageError where they make no sense. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { command, rest } = commandOf(args);
  const { values, positionals } = command === 'ensemble' ? parseEnsemble(rest) : parse(rest);
  if (values.help) return 'help';
  const out = readOut(command, values);
  const methods = listOf(values.methods);
  checkTogether(command, values, positionals);
  checkNeeds(command, positionals, methods);
  return {
    command,
    file: command === 'ensemble' || command === 'look' ? undefined : positionals[0],
    out,
    resume: values.resume,
    length: readLength(values),
    stopAfter: wholeNumber('stop-after', values['stop-after'], 1, longest),
    repeat: wholeNumber('repeat', values.repeat, 1, 1000),
    seed: wholeNumber('seed', values.seed, 0, largestSeed),
    backend: oneOf('backend', values.backend, ['webgpu', 'cpu']),
    predict: part('predict', values.predict),
    tune: !values['no-tuning'],
    quiet: values.quiet,
    equal: oneOf('equal', values.equal ?? 'steps', ['steps', 'flops']),
    methods,
    turn: wholeNumber('turn', values.turn, 1, longest),
    members: command === 'ensemble' ? positionals : [],
    split: part('split', values.split) ?? 'test',
    data: readDataOptions(values, command === 'look' ? positionals : []),
    json: values.json,
  };
}
