/** The run in the worker: what one can do with it, and what its events make of its state. */
import type {
  Checkpoint,
  Evaluation,
  NamedTensor,
  RunEvent,
  WeightsChoice,
  WeightsSnapshot,
} from '#engine/types.ts';
import { limitProblem } from '#experiment/memory.ts';
import { gramianColumns, metricColumns } from '#experiment/metric-columns.ts';
import { formatProblem } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { SeriesTable } from '#lib/series.ts';
import { datasetKey, datasetStore, loadDataset } from './dataset.ts';
import { experimentStore, requireUnlocked } from './experiment.ts';
import { blank, runStore, type RunState } from './run-state.ts';
import { callTrainer, onTrainerEvent } from './trainer.ts';
import { viewStore } from './view.ts';

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What cannot change without a new run: all but learning rate, its schedule, and the multi-task method. */
function withoutLive({ name: _name, training, strategy: _strategy, ...rest }: Experiment): string {
  const { learningRate: _rate, schedule: _schedule, warmUp: _warmUp, ...fixed } = training;
  return JSON.stringify([rest, fixed]);
}

/** Whether an experiment differs from what a run trains in more than can change live. */
export function isOutdated(run: Pick<RunState, 'experiment'>, experiment: Experiment): boolean {
  return run.experiment !== null && withoutLive(run.experiment) !== withoutLive(experiment);
}

/** Takes away the message of what went wrong. */
export function dismissError(): void {
  runStore.setState({ error: null });
}

/** Takes away the message of a trouble that the run is out of. */
export function dismissTrouble(): void {
  runStore.setState({ trouble: null });
}

/** Opens the adapter and says which; failures are shown as the run's error. */
async function openDevice(): Promise<void> {
  try {
    runStore.setState({ device: await callTrainer('open', {}) });
  } catch (error) {
    if (runStore.getState().status !== 'recovering') runStore.setState({ error: messageOf(error) });
  }
}

function seriesFor({ tasks }: Experiment): SeriesTable {
  return new SeriesTable(metricColumns(tasks.map(({ id }) => id)));
}

/** What was measured of the task gradients, as long as the tasks are the same. */
function gramiansFor(
  { experiment: before, gramians, layerGramians }: RunState,
  { tasks }: Experiment,
): Pick<RunState, 'gramians' | 'layerGramians'> {
  const ids = (of: Experiment['tasks'] | undefined) => JSON.stringify(of?.map(({ id }) => id));
  if (ids(before?.tasks) === ids(tasks)) return { gramians, layerGramians };
  return { gramians: new SeriesTable(gramianColumns(tasks.length)), layerGramians: [] };
}

/** Builds the network of the current experiment in the worker, with given weights or fresh ones. */
async function prepare(tensors?: readonly NamedTensor[], step = 0): Promise<boolean> {
  requireUnlocked();
  const { experiment, problems, forecast } = experimentStore.getState();
  const { device } = runStore.getState();
  const limit = device ? limitProblem(forecast, device.limits) : undefined;
  const first = problems[0] ?? limit;
  if (first) {
    runStore.setState({ error: formatProblem(first) });
    return false;
  }
  // Where memory ran out, a device may hold what it could not allocate: it is opened anew.
  if (runStore.getState().status === 'failed')
    runStore.setState({ device: await callTrainer('open', { fresh: true }) });
  await loadDataset(experiment);
  if (datasetStore.getState().status !== 'ready') return false;
  const fresh = blank(runStore.getState().run + 1);
  const { session } = fresh;
  const gramians = new SeriesTable(gramianColumns(experiment.tasks.length));
  runStore.setState({ ...fresh, status: 'preparing', experiment, series: seriesFor(experiment), gramians });
  const { watchEvery } = viewStore.getState();
  await callTrainer('prepare', {
    run: session,
    experiment,
    step,
    watchEvery,
    ...(tensors ? { tensors } : {}),
  });
  return true;
}

/** Says what went wrong. A run that never began has failed; one that goes on is none the worse for a refused call. */
export async function attempt(action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const { status } = runStore.getState();
    if (status === 'recovering') return; // what was refused went down with the device or the worker
    const failed = status === 'preparing' ? { status: 'failed' as const } : {};
    runStore.setState({ ...failed, error: messageOf(error), evaluating: null });
  }
}

/** Whether Train would start a new run rather than go on with the one there is. */
export function startsAnew(state: RunState, experiment: Experiment): boolean {
  return (
    state.status === 'idle' ||
    state.status === 'failed' ||
    state.status === 'finished' ||
    isOutdated(state, experiment)
  );
}

/** Trains: goes on with a paused run, or starts a new one where there is none or the experiment has changed. */
export function train(): Promise<void> {
  return attempt(async () => {
    if (startsAnew(runStore.getState(), experimentStore.getState().experiment) && !(await prepare())) return;
    await goOn();
  });
}

/** Lets the worker train on, to the end or to where the run pauses by itself. */
export async function goOn(): Promise<void> {
  const { pauseAt } = runStore.getState();
  await callTrainer('resume', pauseAt === null ? {} : { pauseAt });
}

export function pause(): Promise<void> {
  return attempt(() => callTrainer('pause', {}));
}

/** Trains one step, of a new run where there is none. */
export function stepOnce(): Promise<void> {
  return attempt(async () => {
    if (startsAnew(runStore.getState(), experimentStore.getState().experiment) && !(await prepare())) return;
    await callTrainer('step', {});
  });
}

/** Forgets the run, as the reader wishes; the experiment and its seed stay. */
export function reset(): Promise<void> {
  return attempt(async () => {
    requireUnlocked();
    await discard();
  });
}

/** Forgets the run. Never rejects. */
export function discard(): Promise<void> {
  return attempt(async () => {
    runStore.setState(blank(runStore.getState().run + 1));
    await callTrainer('discard', {});
  });
}

/** Puts weights into the network of the current experiment, ready to predict, evaluate or train on. */
export function restore(tensors: readonly NamedTensor[], step: number): Promise<void> {
  return attempt(async () => {
    if (await prepare(tensors, step)) await callTrainer('evaluate', { split: 'validation', weights: 'last' });
  });
}

export function evaluateNow(split: 'validation' | 'test', weights: WeightsChoice): Promise<void> {
  return attempt(() => callTrainer('evaluate', { split, weights }));
}

/**
 * Weights of the run, from the worker or as kept on the page; of the last checkpoint where the worker cannot give them.
 * Rejects where nothing was trained.
 */
export async function fetchWeights(choice: WeightsChoice): Promise<WeightsSnapshot> {
  const { kept, status, checkpoint } = runStore.getState();
  const saved = typeof choice === 'string' ? kept[choice] : undefined;
  if (saved) return saved;
  // The worker has let go of the run: what is the best of a task is in its last checkpoint.
  if (checkpoint && kept.last) return weightsOf(checkpoint, choice);
  if (checkpoint && (status === 'recovering' || status === 'failed')) return weightsOf(checkpoint, choice);
  return callTrainer('weights', { choice });
}

function weightsOf(checkpoint: Checkpoint, choice: WeightsChoice): WeightsSnapshot {
  const key = choice === 'best' ? 'mean' : choice === 'last' ? undefined : choice.bestOf;
  const best = key === undefined ? undefined : checkpoint.best.find(({ losses }) => key in losses);
  const { step, tensors } = best ?? checkpoint;
  return { step, tensors, normalisation: checkpoint.normalisation };
}

/** Outputs by task id for `count` images of the data set's size. */
export function predict(pixels: Uint8Array, count: number, weights: WeightsChoice) {
  return callTrainer('predict', { pixels, count, weights });
}

/** Keeps the run's weights on the page, before the worker lets go of it with its data. */
async function keepWeights(): Promise<void> {
  const { status, step, run, kept, totalSteps } = runStore.getState();
  if (step === 0 || status === 'idle' || status === 'failed' || kept.last) return;
  const last = await callTrainer('weights', { choice: 'last' });
  const best = await callTrainer('weights', { choice: 'best' });
  if (runStore.getState().run !== run) return;
  const notice =
    step < totalSteps ? 'This run ended with its data. Its weights can still be exported.' : null;
  runStore.setState({ kept: { last, best }, status: 'finished', notice });
}

/** Builds the data that the experiment points at now, unless a run still needs what is there. */
async function followData(): Promise<void> {
  const { status } = runStore.getState();
  if (status === 'running' || status === 'preparing' || status === 'recovering') return;
  if (datasetKey(experimentStore.getState().experiment) === datasetStore.getState().key) return;
  try {
    await keepWeights();
  } catch (error) {
    runStore.setState({ error: messageOf(error) });
  }
  await loadDataset(experimentStore.getState().experiment);
}

/** How far a run is, and what it has shown so far. */
type Progress = Pick<
  RunState,
  'series' | 'gramians' | 'layerGramians' | 'validations' | 'test' | 'revision' | 'step'
>;

/** What is left of the run where it went back to a step: rows and evaluations up to there. */
export function upTo(
  { series, gramians, layerGramians, validations, test, revision }: Omit<Progress, 'step'>,
  step: number,
): Progress {
  return {
    step,
    series: series.upTo('step', step),
    gramians: gramians.upTo('step', step),
    layerGramians: layerGramians.filter((each) => each.step <= step),
    validations: validations.filter((each) => each.step <= step),
    test: test && test.step <= step ? test : null,
    revision: revision + 1,
  };
}

/** Validations with another one. Of weights that were validated before it takes the place of that, at that time. */
export function withValidation(validations: readonly Evaluation[], next: Evaluation): readonly Evaluation[] {
  const before = validations.findLast(({ step }) => step === next.step);
  if (before) return validations.with(validations.indexOf(before), { ...next, seconds: before.seconds });
  return [...validations, next].toSorted((a, b) => a.step - b.step);
}

function takeStatus({ status, step, totalSteps }: RunEvent & { type: 'status' }): void {
  const before = runStore.getState();
  const going = status === 'running' ? { trouble: null } : {};
  // While it recovers, it is prepared and paused without anyone having asked for it.
  const shown = before.status === 'recovering' && status !== 'running' ? 'recovering' : status;
  runStore.setState({ status: shown, step, totalSteps, ...going });
  if (status === 'finished') void followData();
}

function take(event: RunEvent): void {
  const state = runStore.getState();
  switch (event.type) {
    case 'status':
      return takeStatus(event);
    case 'metrics':
      state.series.append(event.rows);
      return runStore.setState({
        revision: state.revision + 1,
        step: Math.max(state.step, state.series.last('step')),
      });
    case 'gramians':
      state.gramians.append(event.rows);
      return runStore.setState({ revision: state.revision + 1 });
    case 'layer-gramians':
      return runStore.setState({ layerGramians: [...state.layerGramians, event.measured] });
    case 'evaluation':
      return runStore.setState(
        event.evaluation.split === 'test'
          ? { test: event.evaluation, evaluating: null }
          : { validations: withValidation(state.validations, event.evaluation), evaluating: null },
      );
    case 'evaluation-progress':
      return runStore.setState({ evaluating: { split: event.split, done: event.done, total: event.total } });
    case 'best':
      return runStore.setState({ best: event.steps });
    case 'memory':
      return runStore.setState({ heldBytes: Math.max(state.heldBytes, event.heldBytes) });
    case 'stopped-early':
      return runStore.setState({ notice: event.reason });
    case 'checkpoint':
      return runStore.setState({ checkpoint: event.checkpoint });
    case 'adopted': {
      const { experiment } = event;
      return runStore.setState({
        experiment,
        series: state.series.withColumns(seriesFor(experiment).columns),
        ...gramiansFor(state, experiment),
      });
    }
    case 'rewound':
      return runStore.setState({
        ...upTo(state, event.step),
        evaluating: null,
        trouble: { cause: 'numbers', message: event.message },
      });
    case 'interrupted': // it can go on: Train tries again
      return runStore.setState({ error: event.message, evaluating: null });
    case 'failed': {
      const { cause, message } = event;
      if (cause === 'device') return undefined; // stores/recovery.ts brings it back
      return runStore.setState({ status: 'failed', trouble: { cause, message }, evaluating: null });
    }
  }
}

onTrainerEvent((event) => {
  if (event.type === 'run' && event.run === runStore.getState().session) take(event.event);
});

/** Live changes go to the run; another data set is loaded as soon as no run is in the way. */
function followExperiment(): () => void {
  return experimentStore.subscribe(({ experiment }, before) => {
    if (experiment === before.experiment) return;
    const run = runStore.getState();
    if (run.experiment && !isOutdated(run, experiment) && !run.kept.last) {
      const [one, other] = [run.experiment.strategy, experiment.strategy];
      const isSame = one.kind === other.kind && one.gradients === other.gradients;
      runStore.setState({ experiment, methodSince: isSame ? run.methodSince : run.step });
      if (run.status === 'failed' || run.status === 'recovering') return;
      void attempt(() =>
        callTrainer('adjust', { training: experiment.training, strategy: experiment.strategy }),
      );
    }
    void followData();
  });
}

/** How often the task gradients are measured is a matter of the view, and changes live. */
function followView(): () => void {
  return viewStore.subscribe(({ watchEvery }, before) => {
    const { status } = runStore.getState();
    if (watchEvery === before.watchEvery) return;
    if (status === 'idle' || status === 'failed' || status === 'recovering') return; // told when it is prepared
    void attempt(() => callTrainer('watch', { every: watchEvery }));
  });
}

/** First calls of the page: adapter, then data. */
export async function startUp(): Promise<void> {
  followExperiment();
  followView();
  await openDevice();
  await loadDataset(experimentStore.getState().experiment);
}
