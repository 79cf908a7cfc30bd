/** The data set in the worker: built whenever the experiment points at another one, with its labels kept here. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { columnWidth } from '#experiment/dataset-info.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { DatasetSummary, Samples } from '#worker/protocol.ts';
import { callTrainer, onTrainerEvent } from './trainer.ts';

export type { DatasetSummary };

interface DatasetState {
  readonly status: 'loading' | 'ready' | 'failed' | 'cancelled';
  /** Which data this is: reference and seed, as text. */
  readonly key: string;
  readonly summary: DatasetSummary | null;
  /** Images built so far. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly error: string | null;
}

export const datasetStore = createStore<DatasetState>()(() => ({
  status: 'loading',
  key: '',
  summary: null,
  progress: null,
  error: null,
}));

export function useDataset<T>(select: (state: DatasetState) => T): T {
  return useStore(datasetStore, select);
}

/** What tells one data set from another. */
export function datasetKey({ data, seed }: Experiment): string {
  return JSON.stringify([data, seed]);
}

/** What the data set that is ready was built from; null where none is. */
export function loadedData(): Pick<Experiment, 'data' | 'seed'> | null {
  const { status, key } = datasetStore.getState();
  if (status !== 'ready') return null;
  const [data, seed]: [Experiment['data'], number] = JSON.parse(key);
  return { data, seed };
}

/** Builds the data of an experiment in the worker, unless it is there already. Never rejects: `status` tells. */
export async function loadDataset(experiment: Experiment): Promise<void> {
  const key = datasetKey(experiment);
  const { key: current, status } = datasetStore.getState();
  if (key === current && (status === 'ready' || status === 'loading')) return;
  datasetStore.setState({ status: 'loading', key, progress: null, error: null });
  try {
    if (status === 'loading' && current !== '') await callTrainer('cancelLoad', {});
    const summary = await callTrainer('load', { data: experiment.data, seed: experiment.seed });
    if (datasetStore.getState().key === key)
      datasetStore.setState({ status: 'ready', summary, progress: null });
  } catch (error) {
    const now = datasetStore.getState();
    if (now.key !== key || now.status === 'cancelled') return;
    datasetStore.setState({
      status: 'failed',
      error: error instanceof Error ? error.message : String(error),
    });
  }
}

/** Stops building; `loadDataset` starts anew. */
export async function cancelLoading(): Promise<void> {
  datasetStore.setState({ status: 'cancelled', progress: null });
  await callTrainer('cancelLoad', {});
}

/** Pixels of samples, [ids, height, width, channels]. Rejects where no data set is ready. */
export function fetchSamples(ids: Uint32Array): Promise<Samples> {
  return callTrainer('samples', { ids });
}

/** Pixels of samples as augmentation would show them, [ids × draws, …]. */
export function fetchAugmented(
  ids: Uint32Array,
  { augmentation, seed }: Pick<Experiment, 'augmentation' | 'seed'>,
  draws: number,
): Promise<Samples> {
  return callTrainer('augmented', { ids, augmentation, seed, draws });
}

/** One sample's row of a label column; empty for an unknown column. */
export function labelRow(summary: DatasetSummary, columnId: string, sample: number): Float32Array {
  const column = summary.columns.find(({ info }) => info.id === columnId);
  if (!column) return new Float32Array();
  const width = columnWidth(column.info);
  return column.values.subarray(sample * width, (sample + 1) * width);
}

onTrainerEvent((event) => {
  if (event.type !== 'load-progress' || datasetStore.getState().status !== 'loading') return;
  datasetStore.setState({ progress: { done: event.done, total: event.total } });
});
