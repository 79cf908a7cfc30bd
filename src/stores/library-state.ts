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
  /** Whether there was no room for what is new of the run on the page. */
  readonly isFull: boolean;
  /** Id of the run on the page. */
  readonly current: string | null;
  /** Ids of runs that other pages have open: they cannot be opened or deleted here. */
  readonly elsewhere: ReadonlySet<string>;
}

const closed: LibraryState = {
  runs: [],
  status: 'opening',
  reason: null,
  usage: null,
  isFull: false,
  current: null,
  elsewhere: new Set(),
};

export const libraryStore = createStore<LibraryState>()(() => closed);

export function useLibrary<T>(select: (state: LibraryState) => T): T {
  return useStore(libraryStore, select);
}

let library: RunLibrary | undefined;
/** Writes happen one after the other, in the order in which they were asked for. */
let written: Promise<void> = Promise.resolve();
/** Those that take so long that others do not wait for them. */
const longWrites = new Set<Promise<void>>();

/** Locks that pages hold for the runs that they write. */
export const lockOf = (id: string) => `trunkline-run-${id}`;

/** Locks that this page has let go of, until the browser has noticed. */
const leaving = new Set<{ readonly lock: string; readonly freed: Promise<void> }>();

/**
 * Holds the lock of a run, or of a study, for as long as this page writes it.
 * @param onHeld called once it is held
 * @returns what lets go of it, as soon as all that was asked for is written
 */
export function holdLock(id: string, onHeld = () => {}): () => void {
  if (!('locks' in navigator)) return () => {}; // an insecure context has none
  const lock = lockOf(id);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const freed = navigator.locks.request(lock, () => {
    onHeld();
    return released;
  });
  return () => {
    const entry = { lock, freed };
    leaving.add(entry);
    void freed.finally(() => leaving.delete(entry));
    void settledLibrary().then(release);
  };
}

/** Waits until the locks of a run that this page has let go of are free: others are then who makes it busy. */
export async function letGoOf(id: string): Promise<void> {
  const own = [...leaving].filter(({ lock }) => lock === lockOf(id));
  await Promise.all(own.map(({ freed }) => freed));
}

/** The runs that some page writes now, this one's among them. */
export async function busyRuns(): Promise<(id: string) => boolean> {
  if (!('locks' in navigator)) return () => false;
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

/** Counts something that takes long among what is being written. */
export async function alongside(work: Promise<void>): Promise<void> {
  longWrites.add(work);
  try {
    await work;
  } finally {
    longWrites.delete(work);
  }
}

/** Waits until all that was asked for is written. */
export async function settledLibrary(): Promise<void> {
  await written;
  while (longWrites.size > 0) await Promise.allSettled(longWrites);
  await written;
}

/** What pages that are open tell each other: that something of a run has changed. */
export interface Message {
  /** Name of the database. */
  readonly database: string;
  readonly id: string;
}

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('trunkline-runs') : undefined;

/** Tells the other pages that something of a run has changed. */
export function tellOthers(id: string): void {
  if (library) channel?.postMessage({ database: library.name, id } satisfies Message);
}

/** Calls back with the id of each run of which another page tells that something has changed. */
export function onOthers(listener: (id: string) => void): void {
  channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.database === library?.name) listener(data.id);
  });
}

/** Puts a record into the list in place of what is there of it, or takes it out where it was deleted. */
export function place(record: RunRecord): void {
  const others = libraryStore.getState().runs.filter(({ id }) => id !== record.id);
  const runs = record.deletedAt === null ? byAge([...others, record]) : others;
  libraryStore.setState({ runs });
}

/** Takes a run out of the list. */
export function unlist(id: string): void {
  libraryStore.setState(({ runs }) => ({ runs: runs.filter((each) => each.id !== id) }));
}

/** The same as {@link place}, of what this page has written: others hear of it. */
export function show(record: RunRecord | undefined): void {
  if (!record) return;
  place(record);
  tellOthers(record.id);
}

/** Asks the browser how much is used. */
export function refreshUsage(): void {
  void storageUsage().then(
    (usage) => libraryStore.setState({ usage }),
    () => {}, // it is only for information
  );
}
