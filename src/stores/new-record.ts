/** Records of runs that have not begun. */
import { infoFor } from '#data/resolve.ts';
import type { Experiment } from '#experiment/schema.ts';
import { spanInSteps } from '#experiment/training.ts';
import type { RunRecord } from '#storage/run-record.ts';
import { libraryStore } from './library-state.ts';

/** Steps of a whole run. Throws where its data set is none that is here. */
export function stepsOf({ data, training }: Experiment): number {
  return spanInSteps(training.length, infoFor(data).counts.train, training.batchSize);
}

/**
 * A run of which nothing is written yet, in a colour of its own.
 * @param difference what it is called where the reader gives it no name
 */
export function newRecord(experiment: Experiment, difference: string): RunRecord {
  const [before] = libraryStore.getState().runs;
  const now = Date.now();
  return {
    id: `${now.toString(36)}-${Math.random().toString(36).slice(2, 10)}`,
    name: '',
    difference,
    colour: before ? before.colour + 1 : 0,
    note: '',
    pinned: false,
    hidden: false,
    createdAt: now,
    updatedAt: now,
    experiment,
    status: 'paused',
    step: 0,
    totalSteps: stepsOf(experiment),
    seconds: 0,
    device: null,
    validations: [],
    test: null,
    best: {},
    checkpoints: [],
    rows: 0,
    gramianRows: 0,
    layerRows: 0,
    bytes: 0,
    curveBytes: 0,
    deletedAt: null,
  };
}
