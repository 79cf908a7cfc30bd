/** What a record says of the run on the page: all that changes while it goes. */
import type { Evaluation } from '#engine/types.ts';
import type { RecordStatus, Scored } from '#storage/run-record.ts';
import type { RunState } from './run-state.ts';

const scored = ({ outputs: _outputs, ...rest }: Evaluation): Scored => rest;

/** What a record says of a run that is as this. */
const statuses: Readonly<Partial<Record<RunState['status'], RecordStatus>>> = {
  running: 'running',
  paused: 'paused',
  finished: 'finished',
  failed: 'failed',
};

/** Null: as it was. Without its data, a run is over on the page, but it can be opened again and go on. */
function statusOf({ status, goesOn, kept }: RunState): RecordStatus | null {
  if (status === 'recovering') return goesOn ? 'running' : 'paused';
  return kept.last ? null : (statuses[status] ?? null);
}

function bytesOf({ series, gramians, layerGramians, validations, test }: RunState): number {
  const outputs = [
    ...Object.values(validations.at(-1)?.outputs ?? {}),
    ...Object.values(test?.outputs ?? {}),
  ];
  const numbers =
    series.length * series.columns.length +
    gramians.length * gramians.columns.length +
    layerGramians.reduce((sum, each) => sum + each.gramians.length + each.losses.length, 0) +
    outputs.reduce((sum, { length }) => sum + length, 0);
  return 4 * numbers;
}

/** What changes of a record while its run goes. */
export function progressOf(state: RunState) {
  const { step, totalSteps, series, gramians, layerGramians, validations, test, best, device, heldBytes } =
    state;
  const status = statusOf(state);
  return {
    updatedAt: Date.now(),
    ...(state.experiment ? { experiment: state.experiment } : {}),
    ...(status ? { status } : {}),
    step,
    totalSteps,
    seconds: series.length > 0 ? series.last('seconds') : 0,
    device,
    ...(heldBytes > 0 ? { heldBytes } : {}),
    validations: validations.map(scored),
    test: test && scored(test),
    best,
    rows: series.length,
    gramianRows: gramians.length,
    layerRows: layerGramians.length,
    curveBytes: bytesOf(state),
  };
}
