/** How far the run of the page is written, and what of it is not yet. */
import type { Checkpoint, Evaluation } from '#engine/types.ts';
import { chunkFrom } from '#storage/chunks.ts';
import type { News } from '#storage/run-library.ts';
import type { RunChange, RunRecord } from '#storage/run-record.ts';
import { holdLock, tellOthers } from './library-state.ts';
import type { RunState } from './run-state.ts';

export interface Recording {
  readonly id: string;
  /** Its record, until that is in the storage. */
  added: RunRecord | null;
  /** Whether it was opened at an earlier step and has not been trained since: what is kept of later steps still counts. */
  rests: boolean;
  /** Rows and measurements that are written or asked to be. */
  metrics: number;
  gramians: number;
  layers: number;
  /** The evaluations with outputs that are. */
  validation: Evaluation | undefined;
  test: Evaluation | null;
  /** The last checkpoint that is, or waits. */
  checkpoint: Checkpoint | null;
  /** What was changed while it went. */
  changes: readonly RunChange[];
  /** Tells other pages that this one writes the run no longer, once all that was asked for is written. */
  release: () => void;
}

/** What is not written yet, which then counts as written. */
export function takeNews(
  to: Recording,
  { series, gramians, layerGramians, validations, test }: RunState,
): News {
  const validation = validations.at(-1);
  const evaluations = [
    ...(validation && validation !== to.validation ? [validation] : []),
    ...(test && test !== to.test ? [test] : []),
  ];
  const news = {
    metrics: chunkFrom(series, to.metrics),
    gramians: chunkFrom(gramians, to.gramians),
    layers: { start: to.layers, measured: layerGramians.slice(to.layers) },
    evaluations,
  };
  Object.assign(to, {
    metrics: series.length,
    gramians: gramians.length,
    layers: layerGramians.length,
    validation,
    test,
  });
  return news;
}

/** Nothing of it is written: the next writing has all of it, and takes the place of what is there. */
export function takeBack(to: Recording): void {
  const none = { metrics: 0, gramians: 0, layers: 0, validation: undefined, test: null, checkpoint: null };
  Object.assign(to, none);
}

/** A run that went back has fewer rows, which then differ from those that are written. */
export function goBack(to: Recording, { series, gramians, layerGramians }: RunState): void {
  to.metrics = Math.min(to.metrics, series.length);
  to.gramians = Math.min(to.gramians, gramians.length);
  to.layers = Math.min(to.layers, layerGramians.length);
}

/** Holds a lock for as long as this page writes a run. Returns what lets go of it. */
export function hold(id: string): () => void {
  return holdLock(id, () => tellOthers(id));
}
