/** The runs that are kept in this browser, and what one can do with them. See docs/runs.md. */
import type { RunRecord } from '#storage/run-record.ts';
import { openExperiment, requireUnlocked } from './experiment.ts';
import { enqueue, openLibrary, show } from './library-state.ts';
import { letGo } from './open-run.ts';
import { attempt } from './run.ts';
import { startRecorder } from './run-recorder.ts';

export { libraryStore, useLibrary } from './library-state.ts';
export { openRun } from './open-run.ts';
export type { RunRecord };

/** Opens what is kept, and keeps the run of the page from now on. Never rejects. */
export function startLibrary(): Promise<void> {
  startRecorder();
  return openLibrary();
}

/** What a run is called: as the reader says, else by what it changed. */
export function nameOf({ name, difference: words, experiment }: RunRecord): string {
  return name || words || experiment.name;
}

function change(id: string, to: Partial<RunRecord>): Promise<void> {
  return attempt(async () => show(await enqueue((library) => library.update(id, to))));
}

/** Gives it a name; an empty one takes the reader's name away. */
export const renameRun = (id: string, name: string) => change(id, { name: name.trim() });
export const noteRun = (id: string, note: string) => change(id, { note });
export const pinRun = (id: string, pinned: boolean) => change(id, { pinned });
export const hideRun = (id: string, hidden: boolean) => change(id, { hidden });

/** Takes it out of the list. It is gone for good at the next start of the page; until then it can be brought back. */
export const deleteRun = (id: string) => change(id, { deletedAt: Date.now() });
export const undeleteRun = (id: string) => change(id, { deletedAt: null });

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
