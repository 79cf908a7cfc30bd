/** The import that the page is busy with, and those that were cut off: the sheet's side of the worker of imports. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { connectImport, ImportCancelled, type ImportClient } from '#data/importing/client.ts';
import type {
  ColumnUnion,
  Dropped,
  ImportChoices,
  ImportProgress,
  ImportView,
  Preview,
} from '#data/importing/import-view.ts';
import type { RememberedImport } from '#data/importing/remembered.ts';
import type { SetManifest } from '#data/sets/manifest.ts';
import type { Unfinished } from '#data/sets/set-store.ts';
import type { ColumnPlan } from '#data/understanding/column-plan.ts';
import { messageOf } from './run.ts';
// Not a hook of React, whatever its name makes of it.
import { purgeDeleted, refreshSets, useSet as openSet } from './sets.ts';

interface ImportState {
  /** `looking`: files are read; `sheet`: decisions are awaited; `done`: the last one came through; `failed`: see `error`. */
  readonly status: 'idle' | 'looking' | 'sheet' | 'importing' | 'done' | 'failed';
  /** What was understood; null before that. It stays where something fails, so that it can be mended. */
  readonly view: ImportView | null;
  readonly progress: ImportProgress | null;
  /** What went wrong last, in plain words. */
  readonly error: string | null;
  /** Imports that were cut off, newest first. */
  readonly unfinished: readonly Unfinished[];
  /** What a file of decisions said that does not fit these files. */
  readonly problems: readonly string[];
  /** Decisions that were opened from a file or are gone on with; null: none. */
  readonly choices: ImportChoices | null;
  /** The set that was imported last. */
  readonly imported: SetManifest | null;
}

const nothing = {
  status: 'idle',
  view: null,
  progress: null,
  error: null,
  problems: [],
  choices: null,
} as const;

export const importStore = createStore<ImportState>()(() => ({ ...nothing, unfinished: [], imported: null }));

export function useImport<T>(select: (state: ImportState) => T): T {
  return useStore(importStore, select);
}

let storage = 'trunkline-sets';
let client: ImportClient | undefined;

const set = (state: Partial<ImportState>) => importStore.setState(state);

function connected(): ImportClient {
  client ??= connectImport((progress) => set({ progress }), storage);
  return client;
}

function disconnect(): void {
  client?.terminate();
  client = undefined;
}

/**
 * Something that changes the view while the reader waits. Where it fails, what was there stays, with what went wrong; rejects then.
 * What the reader stopped is no failure.
 */
async function looking(work: (client: ImportClient) => Promise<ImportView | null>): Promise<void> {
  const before = importStore.getState().view;
  set({ status: 'looking', error: null, progress: null });
  try {
    const view = await work(connected());
    if (importStore.getState().status === 'looking')
      set({ status: view ? 'sheet' : 'idle', view, progress: null });
  } catch (error) {
    if (error instanceof ImportCancelled || importStore.getState().status !== 'looking') return;
    set({ status: before ? 'sheet' : 'failed', view: before, progress: null, error: messageOf(error) });
    throw error;
  }
}

/** A correction of the view, quick enough to go on meanwhile. The last one that was asked for holds. */
let asked = 0;
async function correcting(work: (client: ImportClient) => Promise<ImportView>): Promise<void> {
  const mine = ++asked;
  const view = await work(connected());
  if (mine === asked && importStore.getState().view) set({ view, error: null });
}

const nameOf = (dropped: readonly Dropped[]) => {
  const [first] = dropped;
  return dropped.length === 1 && first ? first.path.replace(/\.[^./]+$/, '') : 'Dropped files';
};

const isPlanFile = ({ path }: Dropped) => /\.trunkline-data\.json$/i.test(path);

/** The text of a file of decisions; null for what is none. */
async function planTextOf(dropped: Dropped): Promise<string | null> {
  if (!isPlanFile(dropped)) return null;
  if ('file' in dropped) return dropped.file.text();
  const { handle } = dropped;
  return 'getFile' in handle ? (await handle.getFile()).text() : null;
}

/** Files beside those that are there; decisions of a file among them are taken. */
/** A refusal of one file names it as the reader knows it. */
async function lookedAt(worker: ImportClient, dropped: readonly Dropped[]): Promise<ImportView> {
  const name = nameOf(dropped);
  try {
    return await worker.call('add', { dropped, name });
  } catch (error) {
    const [only] = dropped;
    const isOfOne = dropped.length === 1 && only && messageOf(error).startsWith(`${name}: `);
    throw isOfOne ? new Error(`${only.path}${messageOf(error).slice(name.length)}`) : error;
  }
}

async function added(worker: ImportClient, dropped: readonly Dropped[]): Promise<ImportView> {
  const data = dropped.filter((each) => !isPlanFile(each));
  const plan = dropped.find(isPlanFile);
  if (data.length === 0 && !importStore.getState().view)
    throw new Error('This file holds decisions about data: drop it together with them, or after them.');
  const view = data.length > 0 ? await lookedAt(worker, data) : null;
  const text = plan && (await planTextOf(plan));
  if (typeof text === 'string') {
    const applied = await worker.call('applyPlanFile', { text });
    set({ choices: applied.choices, problems: applied.problems });
    return applied.view;
  }
  if (!view) throw new Error('The file of decisions cannot be read.');
  return view;
}

/** Looks through what was dropped. The same files as those of an import that was cut off go on with that. */
export async function beginImport(dropped: readonly Dropped[]): Promise<void> {
  disconnect();
  set({ ...nothing });
  let interrupted: RememberedImport | undefined;
  await looking(async (worker) => {
    const view = await added(worker, dropped);
    const { unfinished } = importStore.getState();
    if (unfinished.length === 0) return view;
    const files = await worker.call('filesSignature', {});
    interrupted = (await rememberedHere()).find(
      ({ signature, sets }) =>
        signature.startsWith(`${files}-`) &&
        sets.length === 0 &&
        unfinished.some((each) => each.signature === signature),
    );
    return view;
  });
  if (interrupted && importStore.getState().status === 'sheet') await goOn(interrupted);
}

/** Files beside those that are there. */
export function addToImport(dropped: readonly Dropped[]): Promise<void> {
  return looking((worker) => added(worker, dropped));
}

/** A set that is kept here, or a built-in one, beside what is there. */
export function addOwnSet(id: string): Promise<void> {
  return looking((worker) => worker.call('addSet', { id }));
}

export function removeTable(id: string): Promise<void> {
  return looking(async (worker) => {
    const view = await worker.call('dropTable', { id });
    return view.tables.length > 0 ? view : null;
  });
}

/** Another importer, or a pattern that file names are read by (null: none), at once. */
export function rereadTable(
  id: string,
  how: { readonly importer?: string; readonly pattern?: string | null },
): Promise<void> {
  const work = (worker: ImportClient) => worker.call('reread', { id, ...how });
  return how.importer === undefined ? correcting(work) : looking(work);
}

export function joinColumns(name: string, how: ColumnUnion['how']): Promise<void> {
  return correcting((worker) => worker.call('join', { name, how }));
}

export function planColumn(key: string, plan: ColumnPlan): Promise<void> {
  return correcting((worker) => worker.call('plan', { key, plan }));
}

export function previewImport(choices: ImportChoices): Promise<Preview> {
  return connected().call('preview', { choices });
}

const fileStem = (name: string) =>
  name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '') || 'import';

/** All that was left out, as CSV. */
export async function leftOutFile(): Promise<{ readonly blob: Blob; readonly name: string }> {
  const text = await connected().call('leftOut', {});
  const name = `${fileStem(importStore.getState().view?.name ?? '')}-left-out.csv`;
  // Spreadsheets take a CSV for UTF-8 where it begins with the mark.
  return { blob: new Blob(['\ufeff', text], { type: 'text/csv' }), name };
}

/** All decisions as a file. */
export async function importPlanFile(
  choices: ImportChoices,
): Promise<{ readonly blob: Blob; readonly name: string }> {
  const text = await connected().call('planFile', { choices });
  return {
    blob: new Blob([text], { type: 'application/json' }),
    name: `${fileStem(choices.name)}.trunkline-data.json`,
  };
}

/** Decides as a file says; `choices` and `problems` tell the rest. Rejects where it is no such file. */
export async function applyImportPlan(text: string): Promise<ImportChoices> {
  const { view, choices, problems } = await connected().call('applyPlanFile', { text });
  set({ view, choices, problems, error: null });
  return choices;
}

/**
 * Imports, and opens the set in the page's experiment. Gives null where the reader stopped it: nothing stays then but the sheet.
 * Rejects where something must be mended first, or the storage is full.
 */
export async function commitImport(choices: ImportChoices): Promise<SetManifest | null> {
  set({ status: 'importing', error: null, progress: null });
  await purgeDeleted(); // what was deleted to make room makes it now
  try {
    const manifest = await connected().call('commit', { choices });
    await refreshSets();
    openSet(manifest);
    set({ status: 'done', progress: null, imported: manifest });
    return manifest;
  } catch (error) {
    const back = importStore.getState().view ? 'sheet' : 'failed';
    if (error instanceof ImportCancelled) {
      set({ status: back, progress: null });
      return null;
    }
    set({ status: back, progress: null, error: messageOf(error) });
    if (client && (await isDead(client))) {
      disconnect();
      set({ status: 'failed', view: null });
    }
    throw error;
  } finally {
    await refreshUnfinished();
  }
}

const isDead = (worker: ImportClient) =>
  worker.call('filesSignature', {}).then(
    () => false,
    () => true,
  );

/** Stops what goes on: an import goes back to its sheet, looking goes back to what was there before; a sheet is closed. */
export async function cancelImport(): Promise<void> {
  const { status, view } = importStore.getState();
  if (status === 'importing') {
    await client?.call('cancel', {}).catch(() => {});
    return;
  }
  if (status === 'looking' && view) {
    await client?.call('cancel', {}).catch(() => {});
    set({ status: 'sheet', progress: null });
    return;
  }
  set({ ...nothing });
  disconnect();
}

const rememberedHere = async () => (await import('#data/importing/remembered.ts')).remembered(storage);

/** Lists imports that were cut off. Never rejects: where the storage cannot be opened there are none. */
async function refreshUnfinished(): Promise<void> {
  try {
    const { openSetStore } = await import('#data/sets/set-store.ts');
    const sets = await openSetStore(storage, { sweep: false });
    try {
      set({ unfinished: await sets.unfinished() });
    } finally {
      sets.close();
    }
  } catch {
    set({ unfinished: [] });
  }
}

/**
 * Finds imports that were cut off, for the page to offer them. Never rejects.
 * @param name of the storage: tests use their own
 */
export async function openImports(name = 'trunkline-sets'): Promise<void> {
  disconnect();
  storage = name;
  set({ ...nothing, unfinished: [], imported: null });
  await refreshUnfinished();
}

type Permitted = FileSystemHandle & {
  readonly requestPermission?: (how: { readonly mode: 'read' }) => Promise<PermissionState>;
};

async function goOn(interrupted: RememberedImport): Promise<void> {
  await commitImport(await applyImportPlan(interrupted.plan));
}

/**
 * Goes on with an import that was cut off, where its files are remembered; to be called by a click, for the browser asks whether
 * they may be read again. Rejects with what to do where they are not.
 */
export async function resumeImport(id: string): Promise<void> {
  const { unfinished } = importStore.getState();
  const one = unfinished.find((each) => each.id === id);
  const known = (await rememberedHere()).find(({ signature }) => signature === one?.signature);
  const again = 'Drop the same files or folders again: it goes on by itself from where it was.';
  if (!one || !known || known.handles.length + known.sets.length === 0) throw new Error(again);
  for (const { handle } of known.handles) {
    const { requestPermission }: Permitted = handle;
    const state = requestPermission ? await requestPermission.call(handle, { mode: 'read' }) : 'granted';
    if (state !== 'granted') throw new Error(`The browser may not read the files. ${again}`);
  }
  disconnect();
  set({ ...nothing });
  await looking(async (worker) => {
    let view = known.handles.length > 0 ? await added(worker, known.handles) : null;
    for (const each of known.sets) view = await worker.call('addSet', { id: each });
    return view;
  });
  if (importStore.getState().status === 'sheet') await goOn(known);
}

/** Throws away what an import that was cut off has written. */
export async function discardUnfinished(id: string): Promise<void> {
  const one = importStore.getState().unfinished.find((each) => each.id === id);
  const { openSetStore } = await import('#data/sets/set-store.ts');
  const sets = await openSetStore(storage, { sweep: false });
  try {
    await sets.discard(id);
  } finally {
    sets.close();
  }
  if (one)
    await (await import('#data/importing/remembered.ts')).forget(storage, one.signature).catch(() => {});
  await refreshUnfinished();
}
