/** The runs that are kept in this browser, and what one can do with them. See docs/runs.md. */
import type { RunRecord } from '#storage/run-record.ts';
import { openExperiment, requireUnlocked } from './experiment.ts';
import { followFingerprints } from './fingerprints.ts';
import { busyRuns, enqueue, libraryStore, openLibrary, show, tellOthers, unlist } from './library-state.ts';
import { letGo } from './open-run.ts';
import { followOthers, lookElsewhere } from './other-pages.ts';
import { followPruning } from './pruning.ts';
import { withRoom } from './room.ts';
import { attempt } from './run.ts';
import { startRecorder, writeNow } from './run-recorder.ts';

export { libraryStore, useLibrary } from './library-state.ts';
export { openRun, rewindRun } from './open-run.ts';
export { lookElsewhere } from './other-pages.ts';
export type { RunRecord };

/** Opens what is kept, keeps the run of the page from now on, and follows what other pages keep. Never rejects. */
export async function startLibrary(): Promise<void> {
  startRecorder();
  followOthers();
  followFingerprints();
  followPruning();
  await openLibrary();
  await lookElsewhere();
}

/** What a run is called: as the reader says, else by what it changed, at first and on its way. */
export function nameOf({ name, difference: words, experiment, changes = [] }: RunRecord): string {
  const last = changes.at(-1);
  const then =
    changes.length > 1 ? `, then ${changes.length} changes, last ${last?.words}` : `, then ${last?.words}`;
  return name || `${words || experiment.name}${last ? then : ''}`;
}

function change(id: string, to: Partial<RunRecord>): Promise<void> {
  return attempt(async () =>
    show(await enqueue((library) => withRoom(library, () => library.update(id, to)))),
  );
}

/** Gives it a name; an empty one takes the reader's name away. */
export const renameRun = (id: string, name: string) => change(id, { name: name.trim() });
export const noteRun = (id: string, note: string) => change(id, { note });
export const pinRun = (id: string, pinned: boolean) => change(id, { pinned });
export const hideRun = (id: string, hidden: boolean) => change(id, { hidden });

/**
 * Takes it out of the list. It is gone for good at the next start of the page; until then it can be brought back. Where the
 * storage is full, it is gone at once, and what there was no room for is written.
 */
export function deleteRun(id: string): Promise<void> {
  return attempt(async () => {
    const { current, isFull } = libraryStore.getState();
    if (id !== current && (await busyRuns())(id))
      throw new Error('This run is on another page that is open: delete it there.');
    if (!isFull || id === current)
      return show(await enqueue((library) => library.update(id, { deletedAt: Date.now() })));
    await enqueue((library) => library.remove(id));
    unlist(id);
    tellOthers(id);
    return writeNow();
  });
}

export function undeleteRun(id: string): Promise<void> {
  return attempt(async () => {
    const record = await enqueue((library) => library.update(id, { deletedAt: null }));
    if (!record) throw new Error('This run is gone for good: the storage was full.');
    show(record);
  });
}

/** Its experiment becomes the page's, to be trained anew; undo takes that back. The run on the page is let go of. */
export function duplicateRun(id: string): Promise<void> {
  return attempt(async () => {
    requireUnlocked();
    const record = await enqueue((library) => library.get(id));
    if (!record) throw new Error('This run is not kept here any more.');
    await letGo();
    openExperiment(record.experiment);
  });
}
