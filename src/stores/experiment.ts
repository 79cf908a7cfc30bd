/** The experiment that the page edits: always a valid document, with undo, and what is wrong with a refused edit. */
import { temporal } from 'zundo';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { infoFor, pinned } from '#data/resolve.ts';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { forecastMemory, type MemoryForecast } from '#experiment/memory.ts';
import { parseExperiment } from '#experiment/parse.ts';
import { inspectNetwork, type NetworkPlan } from '#experiment/plan.ts';
import { ExperimentError, type Problem } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { startingWeights, strategyOf } from '#strategies/index.ts';
import { viewStore } from './view.ts';

/** A document with everything that follows from it alone. */
export interface ExperimentView {
  /** The last valid document. */
  readonly experiment: Experiment;
  readonly info: DatasetInfo;
  readonly plan: NetworkPlan;
  /** Where the network does not fit; training waits until there are none. */
  readonly problems: readonly Problem[];
  readonly forecast: MemoryForecast;
}

interface ExperimentState extends ExperimentView {
  /** What was wrong with the last edit, if it was refused. */
  readonly rejected: readonly Problem[];
  /** Why nobody may change it now, in a sentence; null: it can be edited. */
  readonly lock: string | null;
  /** The reason of the lock, once it has refused an edit. */
  readonly refusal: string | null;
}

function forecastOf(
  { training, strategy }: Experiment,
  plan: NetworkPlan,
  info: DatasetInfo,
): MemoryForecast {
  const needs = stepNeeds(strategyOf(strategy.kind), strategy.gradients);
  return forecastMemory(plan, training, info, needs, viewStore.getState().watchEvery !== null);
}

/** Throws ExperimentError where the document, its data reference or its strategy is invalid. */
function derive(document: unknown): ExperimentView {
  const parsed = parseExperiment(document);
  const data = pinned(parsed.data);
  const experiment = data === parsed.data ? parsed : { ...parsed, data };
  const info = infoFor(data);
  checkStrategy(experiment);
  const { plan, problems } = inspectNetwork(experiment, info);
  return { experiment, info, plan, problems, forecast: forecastOf(experiment, plan, info) };
}

function checkStrategy({ strategy, tasks }: Experiment): void {
  try {
    startingWeights(
      strategy,
      tasks.map(({ id }) => id),
    );
  } catch (error) {
    const rule = error instanceof Error ? error.message : String(error);
    throw new ExperimentError([
      { path: 'strategy', rule, found: strategy.kind, remedy: 'Choose another strategy.' },
    ]);
  }
}

const start = { source: 'multi-fashion', settings: {} };

export const experimentStore = createStore<ExperimentState>()(
  temporal(
    (): ExperimentState => ({
      ...derive(experimentFor(infoFor(start), start)),
      rejected: [],
      lock: null,
      refusal: null,
    }),
    {
      limit: 200,
      equality: (before, after) => before.experiment === after.experiment,
    },
  ),
);

// Measuring the tasks' gradients takes memory, too.
viewStore.subscribe(({ watchEvery }, before) => {
  if ((watchEvery === null) === (before.watchEvery === null)) return;
  const { experiment, plan, info } = experimentStore.getState();
  experimentStore.setState({ forecast: forecastOf(experiment, plan, info) });
});

export function useExperiment<T>(select: (state: ExperimentState) => T): T {
  return useStore(experimentStore, select);
}

/** Whether the lock refuses a change; the page then tells. */
function isRefused(): boolean {
  const { lock } = experimentStore.getState();
  if (lock !== null) experimentStore.setState({ refusal: lock });
  return lock !== null;
}

/**
 * Edits the document. An invalid result is refused: the document stays, `rejected` says why.
 * @returns whether the edit was taken
 */
export function editExperiment(change: (experiment: Experiment) => unknown): boolean {
  if (isRefused()) return false;
  try {
    experimentStore.setState({ ...derive(change(experimentStore.getState().experiment)), rejected: [] });
    return true;
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    experimentStore.setState({ rejected: error.problems });
    return false;
  }
}

/** Carries an edit on, as while a slider is dragged: undo takes it back together with the one before. */
export function continueEdit(change: (experiment: Experiment) => unknown): boolean {
  if (isRefused()) return false;
  const history = experimentStore.temporal.getState();
  history.pause();
  const taken = editExperiment(change);
  history.resume();
  return taken;
}

/**
 * Opens a document from a file or a link. Throws ExperimentError where it is not valid or something else has locked it;
 * the page keeps what it had.
 */
export function openExperiment(document: unknown): void {
  const { lock } = experimentStore.getState();
  if (lock !== null)
    throw new ExperimentError([
      { path: 'experiment', rule: 'cannot be replaced now', found: 'another one', remedy: lock },
    ]);
  experimentStore.setState({ ...derive(document), rejected: [] });
}

/** Throws the reason where the experiment is locked, and with it the run on the page. */
export function requireUnlocked(): void {
  const { lock } = experimentStore.getState();
  if (lock !== null) throw new Error(lock);
}

/** Who locks the experiment: it alone changes it. */
export interface ExperimentLock {
  /** Puts a document on the page; undo does not know of it. Throws ExperimentError. */
  place(document: unknown): Experiment;
  /** The document of before comes back, with all that can be undone. */
  release(): void;
}

/** Locks the document: edits, undo and opening are refused with the reason, until it is released. Throws where it is locked. */
export function lockExperiment(reason: string): ExperimentLock {
  requireUnlocked();
  const { experiment, info, plan, problems, forecast } = experimentStore.getState();
  experimentStore.temporal.getState().pause();
  experimentStore.setState({ lock: reason, rejected: [] });
  return {
    place(document) {
      experimentStore.setState(derive(document));
      return experimentStore.getState().experiment;
    },
    release() {
      experimentStore.setState({ experiment, info, plan, problems, forecast });
      experimentStore.setState({ lock: null, refusal: null });
      experimentStore.temporal.getState().resume();
    },
  };
}

export function dismissRejected(): void {
  experimentStore.setState({ rejected: [], refusal: null });
}

export function undo(): void {
  if (!isRefused()) experimentStore.temporal.getState().undo();
}

export function redo(): void {
  if (!isRefused()) experimentStore.temporal.getState().redo();
}

/** Whether there is something to undo and to redo. */
export function useHistory(): { readonly canUndo: boolean; readonly canRedo: boolean } {
  const canUndo = useStore(experimentStore.temporal, ({ pastStates }) => pastStates.length > 0);
  const canRedo = useStore(experimentStore.temporal, ({ futureStates }) => futureStates.length > 0);
  return { canUndo, canRedo };
}
