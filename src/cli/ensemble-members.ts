/** The members of an ensemble: read from their folders, and checked to belong together. */
import { mkdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { isSameData } from '#data/resolve.ts';
import type { NamedTensor, Normalisation } from '#engine/types.ts';
import type { NetworkPlan } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { readCheckpoint, type StoredCheckpoint } from '#exporters/checkpoint-file.ts';
import { checkFit } from '#exporters/fit.ts';
import { checked, reasonOf, type Input } from './input.ts';
import { checkpointIn } from './resumption.ts';
import { checkGiven } from './own-data.ts';
import { UsageError, type Options } from './usage.ts';

/** One network of the ensemble. */
export interface Network {
  /** The path as typed. */
  readonly label: string;
  readonly choice: 'best' | 'last';
  readonly step: number;
  readonly experiment: Experiment;
  readonly tensors: readonly NamedTensor[];
  readonly normalisation: Normalisation;
}

function networkOf(label: string, { experiment, checkpoint }: StoredCheckpoint, isFolder: boolean): Network {
  const best = isFolder ? checkpoint.best.find(({ losses }) => 'mean' in losses) : undefined;
  return {
    label,
    choice: best ? 'best' : 'last',
    step: best?.step ?? checkpoint.step,
    experiment,
    tensors: best?.tensors ?? checkpoint.tensors,
    normalisation: checkpoint.normalisation,
  };
}

/** The best weights of a folder's run, or the last ones of a checkpoint file. Throws UsageError or FileError. */
async function readNetwork(label: string): Promise<Network> {
  const isFolder = statSync(label, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder) {
    const stored = await checkpointIn(label);
    if (!stored) throw new UsageError(`${label} has no checkpoint.safetensors: there is no run to combine.`);
    return networkOf(label, stored, true);
  }
  const bytes = await readFile(label).catch((error: unknown) => {
    throw new UsageError(`${label} cannot be opened: ${reasonOf(error)}.`);
  });
  return networkOf(label, await readCheckpoint(new Blob([new Uint8Array(bytes)]), label), false);
}

const questionsOf = ({ tasks }: Experiment) => tasks.map(({ id, kind, column }) => [id, kind, column]);

/** Throws UsageError where the members were not asked the same. */
function checkSameQuestions([first, ...others]: readonly Network[]): void {
  for (const other of others) {
    if (!first) return;
    if (!isSameData(first.experiment.data, other.experiment.data))
      throw new UsageError(`${other.label} was trained on other data than ${first.label}.`);
    if (!isDeepStrictEqual(questionsOf(first.experiment), questionsOf(other.experiment)))
      throw new UsageError(`${other.label} has other tasks than ${first.label}.`);
  }
}

/** What is combined, and what it is asked. */
export interface EnsembleInput {
  readonly networks: readonly Network[];
  /** Of the first network: data, tasks. */
  readonly input: Input;
  readonly plan: NetworkPlan;
}

/**
 * Reads the members and checks that they belong together, before anything is built.
 * @returns they, and the input whose data they are scored on: that of the first
 * @throws UsageError or FileError in words for the reader
 */
export async function readEnsemble({ members, out, own }: Options): Promise<EnsembleInput> {
  const networks = await Promise.all(members.map(readNetwork));
  for (const { experiment, label } of networks) {
    checkGiven(experiment, own, label);
    own?.checkSame(experiment, label);
  }
  checkSameQuestions(networks);
  const [first] = networks;
  if (!first) throw new UsageError('Give the folders of two runs or more.');
  for (const { experiment, tensors, label } of networks)
    checkFit(checked(experiment).plan.parameters, tensors, label);
  const { info, plan } = checked(first.experiment);
  try {
    mkdirSync(out, { recursive: true });
  } catch (error) {
    throw new UsageError(`${out} cannot take the results: ${reasonOf(error)}.`);
  }
  return {
    networks,
    plan,
    input: { experiment: first.experiment, info, weights: undefined, from: undefined },
  };
}
