/** Which data runs train on, by fingerprint: taken once for each data set, when a run is kept that trains on it. */
import type { RunRecord } from '#storage/run-record.ts';
import { datasetKey, datasetStore } from './dataset.ts';
import { enqueue, libraryStore, show } from './library-state.ts';
import { runStore } from './run-state.ts';
import { callTrainer } from './trainer.ts';

/** Whether the data set of a run is the one that is loaded: made from the same settings and seed. */
export function isDataHere({ experiment }: Pick<RunRecord, 'experiment'>): boolean {
  const { status, key } = datasetStore.getState();
  return status === 'ready' && key === datasetKey(experiment);
}

/** Of the data set that is loaded. Rejects where there is none, or the browser takes none. */
export function currentFingerprint(): Promise<string> {
  return callTrainer('fingerprint', {});
}

/** Runs with their fingerprints of which it is being asked, or was said that their data differ. */
const seen = new Set<string>();

const otherData =
  'The data set of this run is not the one that it was trained on elsewhere: its fingerprint differs. What it says here is of other images.';

/** Notes the fingerprint of the run on the page; says so where a run of another machine had other data. */
async function note(record: RunRecord): Promise<void> {
  const fingerprint = await currentFingerprint();
  if (!isDataHere(record) || libraryStore.getState().current !== record.id) return;
  if (record.fingerprint === undefined)
    show(await enqueue((library) => library.update(record.id, { fingerprint })));
  else if (record.imported && record.fingerprint !== fingerprint) runStore.setState({ notice: otherData });
}

function look(): void {
  const { current, runs, status } = libraryStore.getState();
  if (current === null || status !== 'ready') return;
  const record = runs.find(({ id }) => id === current);
  if (!record || !isDataHere(record)) return;
  if (record.fingerprint !== undefined && !record.imported) return;
  const key = `${current} ${record.fingerprint ?? ''}`;
  if (seen.has(key)) return;
  seen.add(key);
  note(record).catch(() => {}); // it is asked for again when it is needed, and then said why it cannot be taken
}

/** Follows the run and the data of the page from now on. */
export function followFingerprints(): void {
  libraryStore.subscribe(look);
  datasetStore.subscribe(look);
}
