/** The learning-rate range test of the page's experiment: how it goes, what it found. No run is touched by it. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import {
  suggestRates,
  type RangePoint,
  type RateRange,
  type RateSuggestion,
} from '#experiment/rate-range.ts';
import type { Experiment } from '#experiment/schema.ts';
import { datasetKey, datasetStore } from './dataset.ts';
import { experimentStore } from './experiment.ts';
import { isOutdated, messageOf } from './run.ts';
import { runStore, type RunState } from './run-state.ts';
import { callTrainer, onTrainerEvent } from './trainer.ts';

/** Whose weights it begins with. */
export type RangeStart = 'fresh' | 'checkpoint';

interface FinderState {
  readonly status: 'idle' | 'running' | 'done' | 'failed';
  /** What was tested, and over which range; null before the first test. */
  readonly tested: {
    readonly experiment: Experiment;
    readonly range: RateRange;
    readonly step: number;
  } | null;
  /** As far as it is. */
  readonly points: readonly RangePoint[];
  readonly suggestion: RateSuggestion | null;
  /** Why it failed. */
  readonly error: string | null;
}

const blank: FinderState = { status: 'idle', tested: null, points: [], suggestion: null, error: null };

export const finderStore = createStore<FinderState>()(() => blank);

export function useRateFinder<T>(select: (state: FinderState) => T): T {
  return useStore(finderStore, select);
}

/** Stands for the test that the page waits for; events and answers of others are dropped. */
let latest = 0;

/** The step of the weights that a test can begin with beside fresh ones; null where the run has none that fit. */
export function checkpointStep(run: RunState, experiment: Experiment): number | null {
  const { checkpoint } = run;
  return checkpoint && checkpoint.step > 0 && !isOutdated(run, experiment) ? checkpoint.step : null;
}

/** Why no test can begin now, in a sentence; null where one can. */
export function finderObstacle(
  { status }: Pick<RunState, 'status'>,
  experiment: Experiment,
  data: { readonly status: string; readonly key: string },
): string | null {
  if (status === 'running' || status === 'preparing') return 'A run is training.';
  if (status === 'recovering') return 'The run is being recovered: wait until it is back.';
  if (data.status === 'loading') return 'The images are still being built.';
  if (data.status !== 'ready' || data.key !== datasetKey(experiment))
    return 'The images of this experiment are not there.';
  return null;
}

/** Tests learning rates for the page's experiment. Never rejects: the state tells. */
export async function findRate(range: RateRange, start: RangeStart): Promise<void> {
  const { experiment, problems } = experimentStore.getState();
  const run = runStore.getState();
  const obstacle = problems[0]?.rule ?? finderObstacle(run, experiment, datasetStore.getState());
  if (obstacle) return finderStore.setState({ status: 'failed', error: obstacle });
  const id = ++latest;
  const checkpoint = start === 'checkpoint' ? run.checkpoint : null;
  const tested = { experiment, range, step: checkpoint?.step ?? 0 };
  finderStore.setState({ ...blank, status: 'running', tested });
  try {
    const input = { id, experiment, range, ...(checkpoint ? { checkpoint } : {}) };
    const points = await callTrainer('testRange', input);
    if (id === latest) finderStore.setState({ status: 'done', points, suggestion: suggestRates(points) });
  } catch (error) {
    if (id === latest) finderStore.setState({ status: 'failed', error: messageOf(error) });
  }
}

/** Ends the test that is going on; what it has shown so far stays. */
export async function endFinding(): Promise<void> {
  if (finderStore.getState().status !== 'running') return;
  latest++;
  const { points } = finderStore.getState();
  finderStore.setState({ status: points.length > 0 ? 'done' : 'idle', suggestion: suggestRates(points) });
  await callTrainer('endRehearsal', {}).catch(() => null); // a worker that is gone tests nothing any more
}

onTrainerEvent((event) => {
  if (event.type !== 'range-points' || event.id !== latest) return;
  const { status, points } = finderStore.getState();
  if (status === 'running') finderStore.setState({ points: [...points, ...event.points] });
});
