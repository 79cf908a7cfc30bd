/** Opens a kept run again: curves, evaluations and experiment on the page, its last checkpoint in the worker. */
import { infoFor } from '#data/resolve.ts';
import type { Checkpoint, Evaluation } from '#engine/types.ts';
import { gramianColumns, metricColumns } from '#experiment/metric-columns.ts';
import { parseExperiment } from '#experiment/parse.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { RunLibrary } from '#storage/run-library.ts';
import type { Scored } from '#storage/run-record.ts';
import { datasetKey, datasetStore, loadDataset } from './dataset.ts';
import { experimentStore, openExperiment, requireUnlocked } from './experiment.ts';
import { busyRuns, enqueue, letGoOf, libraryStore, settledLibrary } from './library-state.ts';
import { attempt, discard, pause, upTo } from './run.ts';
import { recordAgain } from './run-recorder.ts';
import { blank, runStore, type RunState } from './run-state.ts';
import { callTrainer } from './trainer.ts';
import { viewStore } from './view.ts';

/** Milliseconds to wait for the checkpoint of a pause, which comes back from the device after it. */
const patience = 3000;

/** Resolves when the last checkpoint is of the step that the run stands at, or after a while. */
export function checkpointHere(longest = patience): Promise<void> {
  const isHere = ({ checkpoint, step }: RunState) => checkpoint?.step === step;
  return new Promise((resolve) => {
    if (isHere(runStore.getState())) return resolve();
    const done = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(done, longest);
    const unsubscribe = runStore.subscribe((state) => {
      if (isHere(state)) done();
    });
  });
}

/** Lets go of the run on the page, with all of it written. */
export async function letGo(): Promise<void> {
  const { status } = runStore.getState();
  if (status === 'idle') return;
  if (status === 'running') await pause();
  if (runStore.getState().status === 'paused') await checkpointHere();
  await discard();
  await settledLibrary();
}

/**
 * Everything of a run that is kept, with the checkpoint of a step, or the last one. Rejects where there is no such run, or no
 * such checkpoint.
 */
async function read(library: RunLibrary, id: string, wanted?: number) {
  const record = await library.get(id);
  if (!record) throw new Error('This run is not kept here any more.');
  const experiment = parseExperiment(record.experiment);
  infoFor(experiment.data); // throws where the data set is none that is here
  const ids = experiment.tasks.map((task) => task.id);
  const last = record.checkpoints.at(-1)?.step;
  const step = wanted ?? last;
  if (wanted !== undefined && !record.checkpoints.some((each) => each.step === wanted))
    throw new Error(`This run has no checkpoint at step ${wanted} any more.`);
  return {
    record,
    isLast: step === last,
    experiment,
    checkpoint: step === undefined ? undefined : await library.checkpoint(id, step),
    series: await library.curves(record, 'metrics', metricColumns(ids)),
    gramians: await library.curves(record, 'gramians', gramianColumns(ids.length)),
    layerGramians: await library.layers(record),
    evaluations: await library.evaluations(id),
  };
}

type Stored = Awaited<ReturnType<typeof read>>;

/** The steps of the best weights, by `mean` or task id. */
export function bestOf({ best }: Checkpoint): Record<string, number> {
  return Object.fromEntries(
    best.flatMap(({ step, losses }) => Object.keys(losses).map((key) => [key, step])),
  );
}

/** The run as it was at its last checkpoint. */
function stateOf({ record, checkpoint, evaluations, ...curves }: Stored, experiment: Experiment) {
  const complete = (scored: Scored): Evaluation => ({
    ...scored,
    outputs:
      evaluations.find(({ split, step }) => split === scored.split && step === scored.step)?.outputs ?? {},
  });
  const { series, gramians, layerGramians } = curves;
  const { revision } = runStore.getState();
  const validations = record.validations.map(complete);
  const test = record.test && complete(record.test);
  const step = checkpoint?.step ?? record.step;
  return {
    experiment,
    totalSteps: record.totalSteps,
    heldBytes: record.heldBytes ?? 0,
    checkpoint: checkpoint ?? null,
    best: checkpoint ? bestOf(checkpoint) : record.best,
    ...upTo({ series, gramians, layerGramians, validations, test, revision }, step),
  };
}

/** Builds the data of a run. Rejects where that fails, or another data set is wanted meanwhile. */
async function dataFor(experiment: Experiment): Promise<void> {
  await loadDataset(experiment);
  // It returns at once where somebody else has begun to build the same.
  while (datasetStore.getState().status === 'loading')
    await new Promise<void>((resolve) => {
      const unsubscribe = datasetStore.subscribe(() => {
        unsubscribe();
        resolve();
      });
    });
  const { status, error, key } = datasetStore.getState();
  if (status !== 'ready' || key !== datasetKey(experiment))
    throw new Error(error ?? 'The data of this run was not built.');
}

/** Puts the checkpoint into the worker. */
async function prepare(
  { record, isLast, checkpoint }: Stored,
  experiment: Experiment,
  run: number,
): Promise<void> {
  const isWanted = () => runStore.getState().run === run;
  await dataFor(experiment);
  if (!isWanted()) return;
  const { session } = runStore.getState();
  const { watchEvery } = viewStore.getState();
  await callTrainer('prepare', {
    run: session,
    experiment,
    watchEvery,
    ...(checkpoint ? { checkpoint } : {}),
  });
  // A run that had stopped early is over, though there are steps left.
  if (isWanted() && isLast && record.status === 'finished') runStore.setState({ status: 'finished' });
}

/** Makes an experiment the page's, and gives it back as it is there. */
function openedExperiment(document: Experiment): Experiment {
  openExperiment(document);
  return experimentStore.getState().experiment;
}

/**
 * Puts a kept run in the place of the one on the page, which is paused and kept. Rejects in plain words where that fails.
 * @param place puts its experiment on the page, or does not, and gives the one that the run is shown with
 * @param step of the checkpoint that it is opened at; the last one where it is left out
 */
export async function putOnPage(
  id: string,
  place: (experiment: Experiment) => Experiment = openedExperiment,
  step?: number,
): Promise<void> {
  const isHere = libraryStore.getState().current === id;
  if (isHere && step === undefined) return;
  if (!isHere) {
    await letGoOf(id);
    if ((await busyRuns())(id)) throw new Error('This run is on another page that is open.');
  }
  await letGo();
  const stored = await enqueue((library) => read(library, id, step));
  const run = runStore.getState().run + 1;
  // In two moves, so that a run that is on the page does not take the change of the experiment for its own.
  runStore.setState({ ...blank(run), status: 'preparing' });
  const experiment = place(stored.experiment);
  runStore.setState(stateOf(stored, experiment));
  libraryStore.setState({ current: id });
  try {
    await prepare(stored, experiment, run);
  } finally {
    if (runStore.getState().run === run) recordAgain(stored.record, !stored.isLast);
  }
}

/**
 * The run is on the page again, as it was at its last checkpoint: paused, or finished. Resume trains on from there, to the
 * same end, bit for bit, as if it had never stopped. The run that was on the page is paused and kept.
 */
export function openRun(id: string): Promise<void> {
  return attempt(async () => {
    requireUnlocked();
    await putOnPage(id);
  });
}

/**
 * The run is on the page as it was at one of its checkpoints, paused. What is kept of later steps stays until it is trained
 * on from there, which replaces it.
 */
export function rewindRun(id: string, step: number): Promise<void> {
  return attempt(async () => {
    requireUnlocked();
    await putOnPage(id, openedExperiment, step);
  });
}
