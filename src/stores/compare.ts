/**
 * The window that compares kept runs: which runs, and how they are looked at. All of it is in the query of the address, so
 * that reloading, going back and a bookmark bring it back; the experiment stays in the hash.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { type CompareView, queryOf, startingView, viewOf } from './compare-address.ts';
import { libraryStore } from './library-state.ts';
import { setView, viewStore } from './view.ts';

export { compareAxes, quantities } from './compare-address.ts';
export type { CompareAxis, CompareView, Quantity, Zoom } from './compare-address.ts';

interface CompareState extends CompareView {
  /** Runs that the address asked for and that are not kept in this browser. */
  readonly missing: number;
}

export const compareStore = createStore<CompareState>()(() => ({ ...startingView, missing: 0 }));

export function useCompare<T>(select: (state: CompareState) => T): T {
  return useStore(compareStore, select);
}

/** Changes what is compared or how; the address follows. */
export function setCompare(change: Partial<CompareView>): void {
  compareStore.setState(change);
}

/** Keeps something of a tab in the address under a name of its own, [a-z]; null takes it out. */
export function setExtra(name: string, value: string | null): void {
  const { [name]: _old, ...extras } = compareStore.getState().extras;
  compareStore.setState({ extras: value === null ? extras : { ...extras, [name]: value } });
}

const isOpen = () => viewStore.getState().dialog === 'compare';

/**
 * Opens the window, with these runs, or with those that were compared last; at first with the newest few.
 * @param ids of kept runs
 * @param view the tab to begin with
 */
export function openCompare(ids?: readonly string[], view?: string): void {
  const kept = new Set(libraryStore.getState().runs.map((run) => run.id));
  const before = compareStore.getState().ids.filter((id) => kept.has(id));
  const chosen = ids ?? (before.length > 0 ? before : newest());
  compareStore.setState({
    ids: chosen,
    missing: 0,
    ...(ids ? { zoom: null } : {}),
    ...(view === undefined ? {} : { view }),
  });
  setView({ dialog: 'compare' });
}

/** Opens the window with a run added to those that were compared last. */
export function compareWith(id: string): void {
  const { runs } = libraryStore.getState();
  const kept = compareStore.getState().ids.filter((each) => runs.some((run) => run.id === each));
  openCompare([...new Set([...kept, id])]);
}

export function closeCompare(): void {
  if (isOpen()) setView({ dialog: null });
}

/** The newest runs that are not hidden, few enough to be told apart at a glance. */
function newest(): string[] {
  const { runs } = libraryStore.getState();
  return runs
    .filter(({ hidden }) => !hidden)
    .slice(0, 4)
    .map(({ id }) => id);
}

/** Milliseconds between two writings of the address: browsers refuse more than some hundred in half a minute. */
const interval = 300;
/** Marks the entries of the browser's history that this page has made for the window. */
const mark = { trunkline: 'compare' };
let timer: ReturnType<typeof setTimeout> | undefined;
/** Whether the address is being followed just now, so that nothing is to be written. */
let isFollowing = false;

const addressOf = (query: string) => `${location.pathname}${query}${location.hash}`;

function write(): void {
  clearTimeout(timer);
  timer = undefined;
  const address = addressOf(isOpen() ? queryOf(compareStore.getState()) : '');
  history.replaceState(history.state, '', address);
}

function writeSoon(): void {
  if (isOpen() && !isFollowing) timer ??= setTimeout(write, interval);
}

/** Opening makes an entry in the history; closing goes back over it, where it is the page's own. */
function openedOrClosed(): void {
  if (isFollowing) return;
  clearTimeout(timer);
  timer = undefined;
  if (isOpen()) history.pushState(mark, '', addressOf(queryOf(compareStore.getState())));
  else if (history.state?.trunkline === mark.trunkline) history.back();
  else write();
}

/** Does as the address says. */
function follow(): void {
  const wanted = viewOf(location.search);
  isFollowing = true;
  if (wanted) {
    compareStore.setState({ ...wanted, missing: 0 });
    setView({ dialog: 'compare' });
    dropMissing();
  } else closeCompare();
  isFollowing = false;
}

/** Once it is known which runs are kept here, the others are dropped, and counted. */
function dropMissing(): void {
  const { runs, status } = libraryStore.getState();
  const { ids, missing } = compareStore.getState();
  if (status !== 'ready') return;
  const kept = new Set(runs.map(({ id }) => id));
  const here = ids.filter((id) => kept.has(id));
  if (here.length < ids.length)
    compareStore.setState({ ids: here, missing: missing + ids.length - here.length });
}

/** Opens the window where the address asks for it, and keeps both in step from now on. */
export function followCompare(): void {
  libraryStore.subscribe(({ status }, before) => {
    if (status === 'ready' && before.status !== 'ready' && isOpen()) dropMissing();
  });
  viewStore.subscribe(({ dialog }, before) => {
    if ((dialog === 'compare') !== (before.dialog === 'compare')) openedOrClosed();
  });
  compareStore.subscribe(writeSoon);
  addEventListener('popstate', follow);
  follow();
}
