/** The run as the page knows it: where it stands, and its curves, append-only. What one can do with it is in run.ts. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type {
  Checkpoint,
  DeviceInfo,
  Evaluation,
  FailureCause,
  LayerGramians,
  RunStatus,
  WeightsSnapshot,
} from '#engine/types.ts';
import { gramianColumns, metricColumns } from '#experiment/metric-columns.ts';
import type { Experiment } from '#experiment/schema.ts';
import { SeriesTable } from '#lib/series.ts';

/** What went wrong with the run, until it goes on. */
export interface Trouble {
  /** `numbers`: a loss or the gradient was none any more, and the run is back where they were. */
  readonly cause: 'numbers' | 'worker' | FailureCause;
  readonly message: string;
}

export interface RunState {
  /** Number of this run on this page. */
  readonly run: number;
  /** The run in the worker that this is, which is another one after every recovery; events of others are dropped. */
  readonly session: number;
  /** `recovering`: device or worker were lost, and are being brought back. */
  readonly status: 'idle' | 'recovering' | RunStatus;
  /** Whether it trains on once it has recovered. */
  readonly goesOn: boolean;
  readonly trouble: Trouble | null;
  /** The latest state to go back to. */
  readonly checkpoint: Checkpoint | null;
  /** What it trains; null while idle. */
  readonly experiment: Experiment | null;
  /** Steps trained when the multi-task method was last chosen: weights of later rows are its own. */
  readonly methodSince: number;
  readonly step: number;
  readonly totalSteps: number;
  /** Step after which it pauses by itself, as where several runs train in turn; null: it trains to its end. */
  readonly pauseAt: number | null;
  /** One row per training step; the same object grows, `revision` tells when. */
  readonly series: SeriesTable;
  readonly revision: number;
  /** Inner products of the task gradients, a row for every step that measured them; grows like `series`. */
  readonly gramians: SeriesTable;
  /** The same by layer of the trunk, for the steps that measured that. */
  readonly layerGramians: readonly LayerGramians[];
  /** Validations in order. */
  readonly validations: readonly Evaluation[];
  readonly test: Evaluation | null;
  /** Step of the best weights, by `mean` or task id. */
  readonly best: Readonly<Record<string, number>>;
  /** The most that was held on the GPU, in bytes; 0 before that is known. */
  readonly heldBytes: number;
  readonly evaluating: { readonly split: string; readonly done: number; readonly total: number } | null;
  /** Said once: stopped early, and why. */
  readonly notice: string | null;
  readonly error: string | null;
  readonly device: DeviceInfo | null;
  /** Weights kept on the page, once the worker has let go of the run. */
  readonly kept: Readonly<Partial<Record<'last' | 'best', WeightsSnapshot>>>;
}

let sessions = 0;

/** A number for a run in the worker that none had before. */
export function nextSession(): number {
  return ++sessions;
}

/** No run yet. */
export function blank(run: number): Omit<RunState, 'device'> {
  return {
    run,
    session: nextSession(),
    status: 'idle',
    goesOn: false,
    trouble: null,
    checkpoint: null,
    experiment: null,
    methodSince: 0,
    step: 0,
    totalSteps: 0,
    pauseAt: null,
    series: new SeriesTable(metricColumns([])),
    revision: 0,
    gramians: new SeriesTable(gramianColumns(0)),
    layerGramians: [],
    validations: [],
    test: null,
    best: {},
    heldBytes: 0,
    evaluating: null,
    notice: null,
    error: null,
    kept: {},
  };
}

export const runStore = createStore<RunState>()(() => ({ ...blank(0), device: null }));

export function useRun<T>(select: (state: RunState) => T): T {
  return useStore(runStore, select);
}
