/** The experiment that the page edits: always a valid document, with undo, and what is wrong with a refused edit. */
import { temporal } from 'zundo';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { infoFor } from '#data/resolve.ts';
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
  const experiment = parseExperiment(document);
  const info = infoFor(experiment.data);
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
  temporal((): ExperimentState => ({ ...derive(experimentFor(infoFor(start), start)), rejected: [] }), {
    limit: 200,
    equality: (before, after) => before.experiment === after.experiment,
  }),
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

/**
 * Edits the document. An invalid result is refused: the document stays, `rejected` says why.
 * @returns whether the edit was taken
 */
export function editExperiment(change: (experiment: Experiment) => unknown): boolean {
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
  const history = experimentStore.temporal.getState();
  history.pause();
  const taken = editExperiment(change);
  history.resume();
  return taken;
}

/** Opens a document from a file or a link. Throws ExperimentError; the page keeps what it had. */
export function openExperiment(document: unknown): void {
  experimentStore.setState({ ...derive(document), rejected: [] });
}

export function dismissRejected(): void {
  experimentStore.setState({ rejected: [] });
}

export function undo(): void {
  experimentStore.temporal.getState().undo();
}

export function redo(): void {
  experimentStore.temporal.getState().redo();
}

/** Whether there is something to undo and to redo. */
export function useHistory(): { readonly canUndo: boolean; readonly canRedo: boolean } {
  const canUndo = useStore(experimentStore.temporal, ({ pastStates }) => pastStates.length > 0);
  const canRedo = useStore(experimentStore.temporal, ({ futureStates }) => futureStates.length > 0);
  return { canUndo, canRedo };
}
