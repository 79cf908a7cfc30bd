/** What is to be trained on: the run of a folder, from its checkpoint. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { formatExperiment, parseExperimentText } from '#experiment/parse.ts';
import type { Experiment } from '#experiment/schema.ts';
import { stepsPerEpoch } from '#experiment/training.ts';
import { readCheckpoint, type StoredCheckpoint } from '#exporters/checkpoint-file.ts';
import { inFile } from '#exporters/file-error.ts';
import { checkFit } from '#exporters/fit.ts';
import { formatCount } from '#lib/format.ts';
import { checked, isOver, reasonOf, stepsOf, type Input } from './input.ts';
import { checkGiven } from './own-data.ts';
import { UsageError, type Options } from './usage.ts';

/** The checkpoint of a folder; undefined where there is none. Throws FileError or UsageError. */
export async function checkpointIn(folder: string): Promise<StoredCheckpoint | undefined> {
  const file = path.join(folder, 'checkpoint.safetensors');
  if (!existsSync(file)) return undefined;
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be opened: ${reasonOf(error)}.`);
  });
  return readCheckpoint(new Blob([new Uint8Array(bytes)]), file);
}

/** A run of this experiment that goes on from a folder's checkpoint. */
export function inputFrom(
  folder: string,
  stored: StoredCheckpoint,
  experiment: Experiment,
  info: DatasetInfo,
): Input {
  return { experiment, info, weights: undefined, from: { ...stored, folder } };
}

/** `experiment.json` of the folder, which may have been edited since; the checkpoint's where it is gone. */
async function experimentIn(folder: string, stored: StoredCheckpoint): Promise<Experiment> {
  const file = path.join(folder, 'experiment.json');
  if (!existsSync(file)) return stored.experiment;
  const text = await readFile(file, 'utf8');
  return inFile(file, () => parseExperimentText(text));
}

/** Weights fit, but the images or labels are others: then it is another run. */
function checkSameData(was: Experiment, is: Experiment, folder: string): void {
  for (const field of ['data', 'seed', 'tasks'] as const) {
    if (isDeepStrictEqual(was[field], is[field])) continue;
    throw new UsageError(
      `The checkpoint in ${folder} belongs to another experiment: its ${field} is not that of experiment.json. Put it back, or train anew.`,
    );
  }
}

/** The length that so much more comes to; the experiment's own where it is the same, for then the file stays the same. */
function longer(
  { training }: Experiment,
  info: DatasetInfo,
  step: number,
  more: NonNullable<Options['length']>,
): Experiment['training']['length'] {
  const perEpoch = stepsPerEpoch(info.counts.train, training.batchSize);
  const steps = step + more.count * (more.unit === 'epochs' ? perEpoch : 1);
  if (stepsOf(training.length, training, info) === steps) return training.length;
  const isWhole = more.unit === 'epochs' && steps % perEpoch === 0;
  return isWhole ? { unit: 'epochs', count: steps / perEpoch } : { unit: 'steps', count: steps };
}

/**
 * Reads and checks what to go on from, before anything is built.
 * @throws UsageError or FileError in words for the reader
 */
export async function readResumption(folder: string, options: Options): Promise<Input> {
  const stored = await checkpointIn(folder);
  if (!stored) throw new UsageError(`${folder} has no checkpoint.safetensors to go on from.`);
  const own = await experimentIn(folder, stored);
  checkGiven(own, options.own, `The run in ${folder}`);
  options.own?.checkSame(own, `The run in ${folder}`);
  const { info, plan } = inFile(path.join(folder, 'experiment.json'), () => checked(own));
  checkFit(plan.parameters, stored.checkpoint.tensors, path.join(folder, 'checkpoint.safetensors'));
  checkSameData(stored.experiment, own, folder);
  const { checkpoint } = stored;
  const { length } = options;
  if (length) {
    const training = { ...own.training, length: longer(own, info, checkpoint.step, length) };
    // Whoever wants more of a run that stopped early has patience again.
    const stopping = {
      ...checkpoint.stopping,
      since: isOver({ experiment: own, info }, checkpoint) ? 0 : checkpoint.stopping.since,
    };
    return inputFrom(
      folder,
      { ...stored, checkpoint: { ...checkpoint, stopping } },
      { ...own, training },
      info,
    );
  }
  if (isOver({ experiment: own, info }, checkpoint))
    throw new UsageError(
      `The run in ${folder} is finished, after ${formatCount(checkpoint.step)} steps: ask for more with --steps N or --epochs N.`,
    );
  return inputFrom(folder, stored, own, info);
}

/** Whether two experiments are the same, to the last setting. */
export function isSameExperiment(a: Experiment, b: Experiment): boolean {
  const [one, other] = [a, b].map((each) => formatExperiment(parseExperimentText(formatExperiment(each))));
  return one === other;
}
