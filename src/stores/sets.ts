/** The data sets that the reader brought, as this page knows them; what other pages do with them is heard of. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { infoFor } from '#data/resolve.ts';
import { isOwnSet, type SetLabels, type SetManifest } from '#data/sets/manifest.ts';
import { registerSet } from '#data/sets/registry.ts';
import type { SetStore } from '#data/sets/set-store.ts';
import { withData } from '#experiment/defaults.ts';
import type { Experiment } from '#experiment/schema.ts';
import { suitedBatchSize } from '#experiment/training.ts';
import { onRevision } from './set-revision.ts';
import { editExperiment, experimentStore, requireUnlocked } from './experiment.ts';
import { messageOf } from './run.ts';
import { runStore } from './run-state.ts';

interface SetsState {
  /** `unavailable`: the browser has no storage for the page, and no data set is kept. */
  readonly status: 'opening' | 'ready' | 'unavailable';
  /** Newest first, without deleted ones. */
  readonly sets: readonly SetManifest[];
  /** Bytes of all that this page keeps, and what the browser would give it; null where it does not tell. */
  readonly usage: { readonly bytes: number; readonly quota: number } | null;
  /** Why no data set is kept, or no longer. */
  readonly reason: string | null;
}

export const setsStore = createStore<SetsState>()(() => ({
  status: 'opening',
  sets: [],
  usage: null,
  reason: null,
}));

export function useSets<T>(select: (state: SetsState) => T): T {
  return useStore(setsStore, select);
}

let store: SetStore | undefined;

/** The open storage. Throws in plain words where there is none. */
function opened(): SetStore {
  if (!store) throw new Error(setsStore.getState().reason ?? 'The data sets are not open yet.');
  return store;
}

/** Milliseconds after which the page goes on without its data sets: a storage that hangs must not stop it. */
const patience = 4000;

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('trunkline-sets') : undefined;

/** Tells the other pages that something of the sets has changed. */
function tellOthers(): void {
  channel?.postMessage('changed');
}

/**
 * Opens what is kept and makes it known, so that experiments can point at it. Never rejects: `status` tells.
 * @param name of the storage: tests use their own
 */
export async function openSets(name?: string): Promise<void> {
  store?.close();
  store = undefined;
  const opening = open(name);
  await Promise.race([opening, new Promise((resolve) => setTimeout(resolve, patience))]);
}

async function open(name?: string): Promise<void> {
  try {
    const { openSetStore } = await import('#data/sets/set-store.ts');
    store = await openSetStore(name, { sweep: false });
    await refreshSets();
    void store.sweep().then(refreshUsage, () => {}); // nothing waits for it
    follow();
    holdCurrent();
  } catch (error) {
    store = undefined;
    const reason = `This browser keeps no data sets for the page: ${messageOf(error)}`;
    setsStore.setState({ status: 'unavailable', reason });
  }
}

let isFollowing = false;

/** Hears of other pages, and of the experiment's moving to another set, from now on. */
function follow(): void {
  if (isFollowing) return;
  isFollowing = true;
  channel?.addEventListener('message', () => void list());
  experimentStore.subscribe(({ experiment }, before) => {
    if (experiment.data.source !== before.experiment.data.source) holdCurrent();
  });
}

/** Lists anew what is kept. Never rejects. */
async function list(): Promise<void> {
  try {
    const all = await opened().list();
    for (const manifest of all) registerSet(manifest);
    const sets = all.filter(({ deletedAt }) => deletedAt === undefined);
    setsStore.setState({ status: 'ready', sets, reason: null });
    await refreshUsage();
  } catch (error) {
    setsStore.setState({ reason: messageOf(error) });
  }
}

/** Lists anew what is kept, here and on other pages, as after an import. Never rejects. */
export async function refreshSets(): Promise<void> {
  await list();
  tellOthers();
}

async function refreshUsage(): Promise<void> {
  if (!('storage' in navigator)) return; // an insecure context has none
  const { usage, quota } = await navigator.storage.estimate();
  if (usage !== undefined && quota !== undefined) setsStore.setState({ usage: { bytes: usage, quota } });
}

/** Changes something, lists anew, and lets other pages know. */
async function changing<Result>(work: (open: SetStore) => Promise<Result>): Promise<Result> {
  const result = await work(opened());
  await refreshSets();
  return result;
}

/** Rejects where there is no such set, or the name is empty. */
export async function renameSet(id: string, name: string): Promise<void> {
  const trimmed = name.trim();
  if (trimmed === '') throw new Error('A data set needs a name.');
  await changing((open_) => open_.rename(id, trimmed));
}

/** Why a set cannot be deleted now; null where it can. */
export function whyKept(id: string): string | null {
  if (experimentStore.getState().experiment.data.source === id)
    return 'The experiment on the page uses this data set: choose another one first.';
  const { experiment, status } = runStore.getState();
  if (status !== 'idle' && experiment?.data.source === id)
    return 'The run on the page was trained on this data set: reset it first.';
  return null;
}

/**
 * Takes a set out of the list; {@link undeleteSet} brings it back until {@link purgeDeleted} or the next start of the page. Rejects
 * with the reason where it is in use here or on another page, or is being written.
 */
export async function deleteSet(id: string): Promise<void> {
  const reason = whyKept(id);
  if (reason !== null) throw new Error(reason);
  await held; // what this page has let go of is free by then
  await changing((open_) => open_.remove(id));
}

/** Rejects where its files are gone. */
export async function undeleteSet(id: string): Promise<void> {
  await changing((open_) => open_.restore(id));
}

/** The room of deleted sets is free from now on, but of those that another page may still bring back. Never rejects. */
export async function purgeDeleted(): Promise<void> {
  try {
    const deleted = (await opened().list()).filter(({ deletedAt }) => deletedAt !== undefined);
    for (const { id } of deleted) await opened().purge(id);
    await refreshUsage();
  } catch {
    // They go when the page is next opened.
  }
}

/** Labels as they are in a revision. Rejects in plain words where they are not here. */
export function setLabels(id: string, revision: number): Promise<SetLabels> {
  return opened().labels(id, revision);
}

/** What the samples of a set were called as files. */
export function setNames(id: string): Promise<string[]> {
  return opened().names(id);
}

/** Pixels of samples of a set, [ids, height, width, channels], whichever set is on the page. */
export async function setImages(id: string, ids: ArrayLike<number>): Promise<Uint8Array> {
  return (await opened().reader(id)).read(ids);
}

/**
 * Keeps changed labels as a further revision. An experiment on the page that uses the set moves to it, which can be undone.
 * Rejects where the labels do not fit, the storage is full (StorageFullError), or the experiment is locked.
 */
export async function reviseSet(id: string, change: string, labels: SetLabels): Promise<SetManifest> {
  const isUsed = experimentStore.getState().experiment.data.source === id;
  if (isUsed) requireUnlocked();
  const manifest = await changing((open_) => open_.revise(id, change, labels));
  if (isUsed) editExperiment((experiment) => onRevision(experiment, manifest));
  return manifest;
}

/** An experiment on a set, with its latest labels: network and training stay but for the batch of a small set; tasks are its columns. */
function onSet(experiment: Experiment, manifest: SetManifest): Experiment {
  const settings = { revision: manifest.revisions.at(-1)?.number ?? 1 };
  const data = { source: manifest.id, settings };
  const { info: before } = experimentStore.getState();
  const info = infoFor(data);
  const name = experiment.name.replace(before.name, info.name).slice(0, 120);
  const batchSize = suitedBatchSize(info.counts.train, experiment.training.batchSize);
  return { ...withData(experiment, info, data), name, training: { ...experiment.training, batchSize } };
}

/** Opens a set in the page's experiment; undo takes that back. Returns whether the edit was taken. */
export function useSet(manifest: SetManifest): boolean {
  registerSet(manifest);
  return editExperiment((experiment) => onSet(experiment, manifest));
}

/** Lets go of the files of the set that the page uses. */
let letGo: () => Promise<void> = async () => {};
let held: Promise<void> = Promise.resolve();

/** Shares the files of the set that the page's experiment uses, so that no other page deletes them meanwhile. */
function holdCurrent(): void {
  held = held.then(async () => {
    await letGo();
    letGo = async () => {};
    const { source } = experimentStore.getState().experiment.data;
    if (isOwnSet(source) && store) letGo = await store.hold(source).catch(() => async () => {});
  });
}
