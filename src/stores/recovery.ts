/**
 * Brings the run back where device or worker are lost: device opened anew, data set there again, network prepared from the
 * last checkpoint, training as before. By itself a few times, so that what keeps crashing does not spin; then at a click.
 * It also lets a run go on with a changed experiment. See docs/recovery.md.
 */
import { planNetwork } from '#experiment/plan.ts';
import { infoFor } from '#data/resolve.ts';
import { metricColumns } from '#experiment/metric-columns.ts';
import type { Experiment } from '#experiment/schema.ts';
import { survivors, type Survivors } from '#experiment/survivors.ts';
import { datasetKey, datasetStore, loadDataset } from './dataset.ts';
import { experimentStore } from './experiment.ts';
import { attempt, goOn as trainOn, messageOf, upTo } from './run.ts';
import { nextSession, runStore, type RunState, type Trouble } from './run-state.ts';
import { callTrainer, onTrainerDeath, onTrainerEvent, restartTrainer } from './trainer.ts';
import { viewStore } from './view.ts';

/** Milliseconds to wait before each attempt of its own: a graphics process that crashed takes a while to start. */
const pauses = [100, 1500, 5000];
/** Attempts longer ago than this, in milliseconds, no longer count. */
const memory = 5 * 60_000;

const enough = 'That was so often within a few minutes that it waits for you to go on.';

/** When attempts were made without anyone asking. */
let attempts: number[] = [];
/** Number of the recovery that is going on: an older one gives up. */
let latest = 0;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function lost(cause: 'device' | 'worker', message: string): void {
  const { status, goesOn } = runStore.getState();
  const waitsForClick = status === 'failed';
  if (cause === 'worker') forgetData(waitsForClick ? 'cancelled' : 'loading');
  if (waitsForClick) return;
  const trains = status === 'running' || status === 'preparing' || (status === 'recovering' && goesOn);
  runStore.setState({ goesOn: trains, evaluating: null, error: null });
  void recover(cause, message);
}

/** Tries until it works, or until there have been enough attempts. Never rejects. */
async function recover(cause: 'device' | 'worker', reason: string): Promise<void> {
  const recovery = ++latest;
  const isCurrent = () => recovery === latest;
  let message = reason;
  for (;;) {
    attempts = attempts.filter((time) => performance.now() - time < memory);
    const pause = pauses[attempts.length];
    if (pause === undefined) return giveUp({ cause, message: `${message} ${enough}` });
    attempts.push(performance.now());
    runStore.setState({ session: nextSession(), status: 'recovering', trouble: { cause, message } });
    await wait(pause);
    if (!isCurrent()) return;
    try {
      // What a second attempt is needed for may be the worker's own fault.
      if (attempts.length > 1) restart();
      return await rebuild(isCurrent, runStore.getState().device?.backend);
    } catch (error) {
      if (!isCurrent()) return;
      message = `${reason} It did not come back: ${messageOf(error)}`;
    }
  }
}

function giveUp(trouble: Trouble): void {
  const isRun = runStore.getState().experiment !== null;
  if (datasetStore.getState().key === '') forgetData('cancelled');
  runStore.setState(
    isRun ? { status: 'failed', trouble } : { status: 'idle', trouble: null, error: trouble.message },
  );
}

/** Another worker, without a data set. */
function restart(): void {
  restartTrainer();
  forgetData('loading');
}

/** The data set went with its worker. */
function forgetData(status: 'loading' | 'cancelled'): void {
  datasetStore.setState({ status, key: '', progress: null });
}

/**
 * Device, data set, network and state as they were. Returns early where it is no longer wanted.
 * @param backend what it must be again; left out, what there is
 */
async function rebuild(isCurrent: () => boolean, backend?: string): Promise<void> {
  const device = await callTrainer('open', { fresh: true });
  if (!isCurrent()) return;
  if (backend !== undefined && device.backend !== backend)
    throw new Error(`only ${device.backend} is there now (${device.fallbackReason ?? 'no reason given'}).`);
  runStore.setState({ device });
  const { experiment, session, checkpoint, kept } = runStore.getState();
  await loadDataset(experiment && !kept.last ? experiment : experimentStore.getState().experiment);
  if (!isCurrent()) return;
  const { status, error } = datasetStore.getState();
  if (status !== 'ready') throw new Error(error ?? 'the data set was not built');
  if (!experiment || kept.last)
    return runStore.setState({ status: experiment ? 'finished' : 'idle', trouble: null });
  const { watchEvery } = viewStore.getState();
  await callTrainer('prepare', {
    run: session,
    experiment,
    watchEvery,
    ...(checkpoint ? { checkpoint } : {}),
  });
  if (!isCurrent() || session !== runStore.getState().session) return; // lost again, or reset meanwhile
  await goOn(experiment, checkpoint?.step ?? 0);
}

/** Trains on, or stays paused, as it was before. */
async function goOn(prepared: Experiment, step: number): Promise<void> {
  runStore.setState(upTo(runStore.getState(), step));
  const { experiment, goesOn, totalSteps } = runStore.getState();
  if (experiment && experiment !== prepared) {
    const { training, strategy } = experiment;
    await callTrainer('adjust', { training, strategy });
  }
  if (goesOn && step < totalSteps) return trainOn();
  runStore.setState({ status: step < totalSteps ? 'paused' : 'finished', trouble: null });
}

/** Whether a run that has stopped can go on from its last checkpoint. */
export function canResume({ status, checkpoint, experiment }: RunState): boolean {
  return status === 'failed' && checkpoint !== null && experiment !== null;
}

/** Goes on from the last checkpoint, on whatever device there is now. Tells in the store how that goes. */
export async function resumeFromCheckpoint(): Promise<void> {
  if (!canResume(runStore.getState())) return;
  const recovery = ++latest;
  attempts = [];
  const { trouble } = runStore.getState();
  runStore.setState({ session: nextSession(), status: 'recovering', goesOn: true, error: null });
  try {
    await rebuild(() => recovery === latest);
  } catch (error) {
    if (recovery !== latest) return;
    const cause = trouble?.cause ?? 'other';
    runStore.setState({ status: 'failed', trouble: { cause, message: messageOf(error) } });
  }
}

/** Whether it trains on once it has recovered. */
export function setGoesOn(goesOn: boolean): void {
  runStore.setState({ goesOn });
}

/** Whether a run can go on as another experiment: it is there, or was, and the data are the same. */
export function canContinueAs(run: RunState, experiment: Experiment): boolean {
  const { status, kept, checkpoint } = run;
  const isThere = status === 'running' || status === 'paused' || status === 'finished';
  if (!run.experiment || kept.last || !(isThere || (status === 'failed' && checkpoint))) return false;
  return datasetKey(run.experiment) === datasetKey(experiment);
}

/** What of the weights stays where a run of one experiment goes on as another. Throws where a network does not fit. */
export function survivorsOf(before: Experiment, after: Experiment): Survivors {
  const parametersOf = (each: Experiment) => planNetwork(each, infoFor(each.data)).parameters;
  return survivors(parametersOf(before), parametersOf(after));
}

/** Goes on as the page's experiment, with what survives of the weights. The run stays as it was where that fails. */
export function continueWithChanges(): Promise<void> {
  return attempt(async () => {
    const { experiment } = experimentStore.getState();
    const run = runStore.getState();
    if (run.status !== 'failed') {
      await callTrainer('adopt', { experiment });
      return void (await callTrainer('resume', {}));
    }
    const columns = metricColumns(experiment.tasks.map(({ id }) => id));
    runStore.setState({ experiment, series: run.series.withColumns(columns) });
    return resumeFromCheckpoint();
  });
}

onTrainerEvent((event) => {
  if (event.type === 'device-lost') lost('device', `The graphics device was lost (${event.message}).`);
});
onTrainerDeath((reason) => lost('worker', reason));
