/** The command line's words: what may follow `npm run train --`, and what it means. */
import { parseArgs } from 'node:util';

/** Something the reader can mend: said in a plain sentence, without a stack. */
export class UsageError extends Error {}

export const help = `Trains one network for several tasks, without a browser.

  npm run train -- [FILE] --out DIR [options]
  npm run train -- --resume DIR [--steps N] [options]

FILE is an experiment (*.trunkline.json, or experiment.json of an earlier run), or weights to go on from
(*.safetensors or *.zip). Without one it trains LeNet on Multi-Fashion.

  --out DIR            folder for the results; made if missing
  --resume DIR         go on with the run of that folder, from its checkpoint, and write there unless --out says otherwise
  --steps N            how many steps to train, instead of what the experiment says; with --resume, how many more
  --epochs N           the same in epochs
  --stop-after N       stop after N steps, as by Ctrl+C: the run can be resumed
  --repeat N           train with N seeds, from --seed or the experiment's on, each in DIR/seed-S, and average the scores
  --seed S             seed instead of the experiment's
  --backend NAME       webgpu (the default; a software driver or the CPU where there is no GPU) or cpu
  --predict PART       also write predictions for the test or the validation part
  --no-tuning          keep to the first variant of every kernel, in case another one is to blame for something
  --quiet              say nothing unless something is wrong
  --help               this text

Results: experiment.json, metrics.jsonl, summary.json, weights.safetensors, checkpoint.safetensors, with --predict predictions.jsonl and, from
methods that look at gradients, conflicts.csv.
docs/command-line.md describes them. Ctrl+C stops early and still writes what there is.`;

export interface Options {
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

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        resume: { type: 'string' },
        repeat: { type: 'string' },
        'stop-after': { type: 'string' },
        steps: { type: 'string' },
        epochs: { type: 'string' },
        seed: { type: 'string' },
        backend: { type: 'string', default: 'webgpu' },
        predict: { type: 'string' },
        'no-tuning': { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    // Node's own words name the flag; only the first sentence is about it.
    const [sentence = ''] = error instanceof Error ? error.message.split('. ') : [];
    throw new UsageError(`${sentence.replace(/\.$/, '')}. --help lists what there is.`);
  }
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
function readOut({ out, resume }: Values): string {
  const folder = out ?? resume;
  if (folder !== undefined && folder !== '') return folder;
  throw new UsageError('Say where the results go: --out DIR. --help lists what there is.');
}

/** Refuses what contradicts itself. */
function checkTogether({ resume, repeat, seed, 'stop-after': stopAfter }: Values, file?: string): void {
  if (resume !== undefined && file !== undefined)
    throw new UsageError(`--resume takes the experiment from its folder: leave ${file} out.`);
  if (resume !== undefined && repeat !== undefined)
    throw new UsageError('Give --resume or --repeat, not both: a repetition goes on by the same command.');
  if (resume !== undefined && seed !== undefined)
    throw new UsageError('A run that goes on keeps its seed: leave --seed out.');
  if (repeat !== undefined && stopAfter !== undefined)
    throw new UsageError('Give --repeat or --stop-after, not both.');
}

/** Options of these arguments; `help` where that was asked for. Throws UsageError where they make no sense. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [file, ...more] = positionals;
  if (more.length > 0)
    throw new UsageError(`Give one file, not ${positionals.length}: ${positionals.join(', ')}.`);
  const out = readOut(values);
  checkTogether(values, file);
  return {
    file,
    out,
    resume: values.resume,
    length: readLength(values),
    stopAfter: wholeNumber('stop-after', values['stop-after'], 1, longest),
    repeat: wholeNumber('repeat', values.repeat, 1, 1000),
    seed: wholeNumber('seed', values.seed, 0, largestSeed),
    backend: oneOf('backend', values.backend, ['webgpu', 'cpu']),
    predict:
      values.predict === undefined ? undefined : oneOf('predict', values.predict, ['test', 'validation']),
    tune: !values['no-tuning'],
    quiet: values.quiet,
  };
}
