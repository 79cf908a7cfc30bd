/** Files out and in: what is trained here as files, and files as what is trained here. */
import { infoFor } from '#data/resolve.ts';
import type { WeightsChoice } from '#engine/types.ts';
import type { FinishedRun, OpenedFile, StoredWeights } from '#exporters/exporter.ts';
import { inFile } from '#exporters/file-error.ts';
import { checkFit } from '#exporters/fit.ts';
import { isCapsule } from '#exporters/capsule-names.ts';
import { exporters, isOpenable, openFile } from '#exporters/index.ts';
import { planNetwork } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { describeTask } from '#experiment/tasks/index.ts';
import { formatCount, formatPercent, formatValue } from '#lib/format.ts';
import { openCapsuleFile } from './capsules.ts';
import { datasetStore } from './dataset.ts';
import { experimentStore, openExperiment } from './experiment.ts';
import { nameOf } from './library.ts';
import { fetchWeights, restore } from './run.ts';
import { runStore } from './run-state.ts';

/** A file for the reader to keep; the page saves it. */
export interface Download {
  readonly blob: Blob;
  readonly name: string;
}

/** A file name from a title: "Multi-Fashion · LeNet" → "multi-fashion-lenet". */
function fileStem(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return words?.join('-').slice(0, 60) ?? 'experiment';
}

/** The experiment as it is on the page. */
export async function exportExperiment(): Promise<Download> {
  const { experiment } = experimentStore.getState();
  const blob = await exporters.experiment.write({ experiment });
  return { blob, name: `${fileStem(experiment.name)}${exporters.experiment.endings[0]}` };
}

/** The run with its weights, and the experiment that it trains even where the page's has been edited since. */
async function finishedRun(choice: WeightsChoice): Promise<FinishedRun> {
  const { experiment, series, gramians, validations, test } = runStore.getState();
  if (!experiment) throw new Error('There are no weights yet: train first.');
  const weights = await fetchWeights(choice);
  return { experiment, info: infoFor(experiment.data), weights, choice, series, gramians, validations, test };
}

/** The run's weights as `weights.safetensors`. Rejects where nothing was trained. */
export async function exportWeights(choice: WeightsChoice): Promise<Download> {
  return { blob: await exporters.weights.write(await finishedRun(choice)), name: 'weights.safetensors' };
}

/** Weights, experiment and curves as a zip. Rejects where nothing was trained. */
export async function exportZip(choice: WeightsChoice): Promise<Download> {
  const run = await finishedRun(choice);
  return { blob: await exporters.bundle.write(run), name: `${fileStem(run.experiment.name)}.zip` };
}

/** The one file of a drop that can be opened. Throws in plain words where there is none, or more than one. */
function chooseFile(files: readonly File[]): File {
  const openable = files.filter(({ name }) => isOpenable(name));
  const [first] = openable.length > 0 ? openable : files;
  if (!first) throw new Error('There is no file to open.');
  if (openable.length < 2) return first;
  throw new Error(`Open one file at a time: ${openable.map(({ name }) => name).join(', ')}.`);
}

/** Throws FileError where the experiment's data is not here or its weights are not of its network. */
function check({ experiment, weights }: OpenedFile, file: string): void {
  const plan = inFile(file, () => {
    const info = infoFor(experiment.data);
    return weights && planNetwork(experiment, info);
  });
  if (plan && weights) checkFit(plan.parameters, weights.tensors, file);
}

/** Recorded scores in words: "validation: top left 76.1 %, bottom right 75.2 %". */
function describeScores({ tasks }: Experiment, { metrics }: StoredWeights): string[] {
  return Object.entries(metrics).map(([split, scores]) => {
    const parts = tasks.map((task) => {
      const [metric] = describeTask(task).metrics;
      const value = scores.tasks[task.id]?.metrics[metric?.id ?? ''] ?? Number.NaN;
      return `${task.name} ${metric?.unit === 'share' ? formatPercent(value) : formatValue(value)}`;
    });
    return `${split}: ${parts.join(', ')}`;
  });
}

/** Keeps the run of a capsule beside those that are here, and tells of it. */
async function openRunFile(file: File): Promise<string> {
  const { record, isCopy } = await openCapsuleFile(file);
  const { adapter, exportedAt } = record.imported ?? {};
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(exportedAt);
  const copy = isCopy ? ' It was here already: this is a copy.' : '';
  return `“${nameOf(record)}”, trained on ${adapter ?? 'another machine'} and exported ${day}, is among the runs now.${copy}`;
}

/**
 * Opens the one openable file of these: an experiment, weights with theirs, the zip of both, or the capsule of a run.
 * Everything is read and checked before the page's experiment and run are replaced; a capsule leaves them as they are.
 * @returns what was opened, in a sentence
 * @throws FileError, or Error in plain words; the page keeps all that it had
 */
export async function openFiles(files: readonly File[]): Promise<string> {
  const file = chooseFile(files);
  if (await isCapsule(file)) return openRunFile(file);
  const opened = await openFile(file, file.name);
  check(opened, file.name);
  const { experiment, weights } = opened;
  inFile(file.name, () => openExperiment(experiment));
  if (!weights) return `Opened the experiment “${experiment.name}”.`;
  await restore(weights.tensors, weights.step);
  const run = runStore.getState();
  if (run.error !== null || run.experiment !== experimentStore.getState().experiment) {
    const reason = run.error ?? datasetStore.getState().error ?? 'the data set was not built';
    throw new Error(`${file.name}: the experiment is open, its weights are not: ${reason}`);
  }
  const scores = describeScores(experiment, weights);
  const recorded = scores.length > 0 ? ` Recorded ${scores.join('; ')}.` : '';
  return `Opened “${experiment.name}” with its ${weights.choice} weights after ${formatCount(weights.step)} steps.${recorded}`;
}
