/** What is to be trained: the experiment of the file, or the default one, with the options that overrule it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { infoFor } from '#data/resolve.ts';
import type { Checkpoint } from '#engine/types.ts';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { planNetwork, type NetworkPlan } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { spanInSteps, suitedBatchSize, type Training } from '#experiment/training.ts';
import type { StoredCheckpoint } from '#exporters/checkpoint-file.ts';
import type { OpenedFile, StoredWeights } from '#exporters/exporter.ts';
import { inFile } from '#exporters/file-error.ts';
import { checkFit } from '#exporters/fit.ts';
import { openFile } from '#exporters/index.ts';
import { checkMethod } from '#studies/method-check.ts';
import { checkGiven } from './own-data.ts';
import type { Options } from './usage.ts';
import { reasonOf, UsageError } from './usage-error.ts';

export { reasonOf } from './usage-error.ts';

export interface Input {
  readonly experiment: Experiment;
  readonly info: DatasetInfo;
  /** Where to start from; undefined for fresh weights. */
  readonly weights: StoredWeights | undefined;
  /** The run to go on with instead, and its folder; undefined for a new one. */
  readonly from: (StoredCheckpoint & { readonly folder: string }) | undefined;
}

/** Steps done before training begins. */
export const startOf = ({ weights, from }: Input): number => from?.checkpoint.step ?? weights?.step ?? 0;

/** Steps done before the run first began. */
export const originOf = ({ weights, from }: Input): number => from?.origin ?? weights?.step ?? 0;

/** A span of training in steps. */
export const stepsOf = (span: Training['length'], { batchSize }: Training, info: DatasetInfo): number =>
  spanInSteps(span, info.counts.train, batchSize);

/** Whether a run that has come to this state is done, or has stopped early. */
export function isOver(
  { experiment: { training }, info }: Pick<Input, 'experiment' | 'info'>,
  { step, stopping }: Checkpoint,
): boolean {
  const { earlyStopping, length } = training;
  return step >= stepsOf(length, training, info) || stopping.since >= (earlyStopping?.patience ?? Infinity);
}

async function open(file: string): Promise<OpenedFile> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be opened: ${reasonOf(error)}.`);
  });
  return openFile(new Blob([new Uint8Array(bytes)]), path.basename(file));
}

/** LeNet on the reader's own data, or on Multi-Fashion. */
function defaultExperiment({ own }: Options): OpenedFile {
  if (!own) {
    const data = { source: 'multi-fashion', settings: {} };
    return { experiment: experimentFor(infoFor(data), data) };
  }
  const info = infoFor(own.reference);
  const { training, ...rest } = experimentFor(info, own.reference);
  const batchSize = suitedBatchSize(info.counts.train, training.batchSize);
  return { experiment: { ...rest, training: { ...training, batchSize } } };
}

/** What the experiment comes to. Throws ExperimentError where it cannot be trained. */
export function checked(experiment: Experiment): { info: DatasetInfo; plan: NetworkPlan } {
  checkMethod(experiment);
  const info = infoFor(experiment.data);
  return { info, plan: planNetwork(experiment, info) };
}

/** Weights that have seen all the steps asked for leave nothing to do, which nobody means. */
function checkLength({ training }: Experiment, info: DatasetInfo, weights: StoredWeights): void {
  const total = stepsOf(training.length, training, info);
  if (weights.step < total) return;
  throw new UsageError(
    `These weights have seen ${weights.step} steps and the experiment asks for ${total}: ask for more, such as --steps ${weights.step + 400}.`,
  );
}

/** The experiment with the options that overrule it. Throws UsageError where it needs data that are not given. */
export function overruled(experiment: Experiment, { seed, length, own }: Options): Experiment {
  checkGiven(experiment, own, 'The experiment');
  const { training } = experiment;
  return {
    ...(own ? own.under(experiment) : experiment),
    seed: seed ?? experiment.seed,
    training: { ...training, length: length ?? training.length },
  };
}

/**
 * Reads, overrules and checks the experiment, before anything is built.
 * @throws UsageError or FileError in words for the reader
 */
export async function readInput(options: Options): Promise<Input> {
  const opened = options.file === undefined ? defaultExperiment(options) : await open(options.file);
  const name = path.basename(options.file ?? 'default experiment');
  const experiment = overruled(opened.experiment, options);
  const { info, plan } = inFile(name, () => checked(experiment));
  const { weights } = opened;
  if (weights) {
    checkFit(plan.parameters, weights.tensors, name);
    checkLength(experiment, info, weights);
  }
  return { experiment, info, weights, from: undefined };
}
