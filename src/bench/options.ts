/** The command line of the bench. */
import { parseArgs } from 'node:util';
import { contenders, isContenderId, type ContenderId } from './contenders/index.ts';
import { isNetworkId, networks, type BenchNetwork, type NetworkId } from './networks.ts';

export const adapterChoices = ['default', 'swiftshader', 'lavapipe', 'hardware'] as const;
export type AdapterChoice = (typeof adapterChoices)[number];

export const parts = ['steps', 'start', 'page', 'sizes'] as const;
/** Training steps; from Train to the first metrics; the page (Chromium); sizes of bundles (Chromium). */
export type Part = (typeof parts)[number];

export interface Options {
  readonly adapter: AdapterChoice;
  /** Empty: those that suit the adapter. */
  readonly networks: readonly NetworkId[];
  readonly contenders: readonly ContenderId[];
  readonly parts: readonly Part[];
  readonly rounds: number;
  /** The longest that one contender's rounds on one network may take before they become fewer, in seconds. */
  readonly budget: number;
  /** The longest that Trunkline may look for faster kernels before its rounds, in seconds; 0: not at all. */
  readonly tune: number;
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
  --rounds N             rounds of which the median is taken (5)
  --budget SECONDS       what the rounds of one contender on one network may take (120)
  --tune SECONDS         how long Trunkline may try variants of its kernels before its rounds (180; 0: not at all)
  --patience SECONDS     how long to wait for a contender's answer (600)
  --json FILE            writes all figures there as well
  --bundle FOLDER        writes a copy of the Node bench that runs without packages`;

/** Throws Error in plain words where an option is not understood. */
export function parseOptions(given: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: given.slice(),
    options: {
      adapter: { type: 'string', default: 'default' },
      only: { type: 'string', multiple: true, default: [] },
      rounds: text,
      budget: text,
      tune: text,
      patience: text,
      json: text,
    },
  });
  const adapter = adapterChoices.find((choice) => choice === values.adapter);
  if (!adapter) throw new Error(`--adapter must be one of ${adapterChoices.join(', ')}.`);
  const only = values.only.flatMap((names) => names.split(',').filter(Boolean));
  const unknown = only.find((name) => !isNetworkId(name) && !isContenderId(name) && !isPart(name));
  if (unknown !== undefined) throw new Error(`--only knows no "${unknown}".\n\n${usage}`);
  const all = Object.keys(contenders).filter(isContenderId);
  const chosen = all.filter((id) => only.includes(id));
  return {
    adapter,
    networks: only.filter(isNetworkId),
    contenders: chosen.length > 0 ? chosen : all,
    parts: partsAmong(only),
    rounds: positive('rounds', values.rounds, 5),
    budget: positive('budget', values.budget, 120),
    tune: values.tune === '0' ? 0 : positive('tune', values.tune, 180),
    patience: positive('patience', values.patience, 600),
    ...(values.json === undefined ? {} : { json: values.json }),
  };
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

const isPart = (name: string): name is Part => parts.some((part) => part === name);

/** Whoever names a network or a contender but no part wants its steps; whoever names nothing wants all. */
function partsAmong(only: readonly string[]): readonly Part[] {
  const named = only.filter(isPart);
  if (named.length > 0) return named;
  return only.length > 0 ? ['steps'] : parts;
}
