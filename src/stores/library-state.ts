/** The list of runs as the page knows it, and the storage behind it. What one can do with a run is in library.ts. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { RunLibrary, storageUsage } from '#storage/run-library.ts';
import { byAge, type RunRecord } from '#storage/run-record.ts';
import { messageOf } from './run.ts';

export interface LibraryState {
  /** Newest first, without deleted ones. */
  readonly runs: readonly RunRecord[];
  /** `unavailable`: the browser has no storage for the page, and no run is kept. */
  readonly status: 'opening' | 'ready' | 'unavailable';
  /** Why runs are not kept, or no longer, as when the storage is full. */
  readonly reason: string | null;
  /** Bytes of all that this page keeps, and what the browser would give it; null where it does not tell. */
  readonly usage: { readonly bytes: number; readonly quota: number } | null;
  /** Id of the run on the page. */
  readonly current: string | null;
}

const closed: LibraryState = { runs: [], status: 'opening', reason: null, usage: null, current: null };

export const libraryStore = createStore<LibraryState>()(() => closed);

export function useLibrary<T>(select: (state: LibraryState) => T): T {
  return useStore(libraryStore, select);
}

let library: RunLibrary | undefined;
/** Writes happen one after the other, in the order in which they were asked for. */
let written: Promise<void> = Promise.resolve();

/** Locks that pages hold for the runs that they write. */
export const lockOf = (id: string) => `trunkline-run-${id}`;

/** The runs that some page writes now, this one's among them. */
export async function busyRuns(): Promise<(id: string) => boolean> {
  if (!('locks' in navigator)) return () => false; // an insecure context has none
  const { held = [] } = await navigator.locks.query();
  const names = new Set(held.map(({ name }) => name));
  return (id) => names.has(lockOf(id));
}

/**
 * Opens the storage and lists its runs. One that says that it is running, though no page writes it, was interrupted.
 * Never rejects: `status` tells.
 * @param name of the database: tests use their own
 */
export async function openLibrary(name?: string): Promise<void> {
  libraryStore.setState(closed);
  try {
    const isBusy = await busyRuns();
    library?.close();
    library = await RunLibrary.open(name);
    await library.sweep(isBusy);
    const records = await library.all();
    for (const { id, status } of records)
      if (status === 'running' && !isBusy(id)) await library.update(id, { status: 'interrupted' });
    const runs = (await library.all()).filter(({ deletedAt }) => deletedAt === null);
    libraryStore.setState({ runs, status: 'ready' });
    refreshUsage();
  } catch (error) {
    library = undefined;
    const reason = `This browser keeps no runs for the page (${messageOf(error)}): they are gone when it is closed.`;
    libraryStore.setState({ status: 'unavailable', reason });
  }
}

/** The open storage. Throws where there is none. */
export function openedLibrary(): RunLibrary {
  if (!library) throw new Error(libraryStore.getState().reason ?? 'The runs are not open yet.');
  return library;
}

/** Does something with the storage after all that was asked for before. Rejects where that fails; later ones go on. */
export function enqueue<Result>(work: (library: RunLibrary) => Promise<Result>): Promise<Result> {
  const result = written.then(() => work(openedLibrary()));
  written = result.then(
    () => {},
    () => {},
  );
  return result;
}

/** Waits until all that was asked for is written. */
export function settledLibrary(): Promise<void> {
  return written;
}

/** Puts a record into the list in place of what is there of it, or takes it out where it was deleted. */
export function show(record: RunRecord | undefined): void {
  if (!record) return;
  const others = libraryStore.getState().runs.filter(({ id }) => id !== record.id);
  const runs = record.deletedAt === null ? byAge([...others, record]) : others;
  libraryStore.setState({ runs });
}

/** Asks the browser how much is used. */
export function refreshUsage(): void {
  void storageUsage().then(
    (usage) => libraryStore.setState({ usage }),
    () => {}, // it is only for information
  );
}
