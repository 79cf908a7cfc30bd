/**
 * Room for runs: what the reader lets them take, which checkpoints give way to that, and whether the browser keeps them.
 * See docs/runs.md, "What is kept and pruned".
 */
import { useStore } from 'zustand';
import { persist } from 'zustand/middleware';
import { createStore } from 'zustand/vanilla';
import { bytesWanted, planPruning, type PruningPlan } from '#storage/pruning.ts';
import { enqueue, libraryStore, refreshUsage, show, type LibraryState } from './library-state.ts';
import { runStore } from './run-state.ts';

export type { PruningPlan };

interface PruningState {
  /** Bytes that runs may take; null for as many as the browser gives. */
  readonly limit: number | null;
  /** Whether checkpoints go by themselves where room is wanted. */
  readonly automatic: boolean;
  /** Whether the browser keeps the storage until the reader clears it; null where it does not tell. */
  readonly persisted: boolean | null;
}

export const pruningStore = createStore<PruningState>()(
  persist((): PruningState => ({ limit: null, automatic: false, persisted: null }), {
    name: 'trunkline-storage',
    version: 1,
    partialize: ({ limit, automatic }) => ({ limit, automatic }),
  }),
);

export function usePruning<T>(select: (state: PruningState) => T): T {
  return useStore(pruningStore, select);
}

export function setPruning(change: Partial<Pick<PruningState, 'limit' | 'automatic'>>): void {
  pruningStore.setState(change);
}

type Kept = Pick<LibraryState, 'runs' | 'usage' | 'current' | 'elsewhere'>;

const inUse =
  ({ current, elsewhere }: Kept) =>
  (id: string) =>
    id === current || elsewhere.has(id);

/** Bytes that runs should give back now. */
export function wantedBytes({ runs, usage }: Kept, limit: number | null): number {
  return bytesWanted(runs, limit, usage);
}

/** What would go to free so many bytes. */
export function pruningFor(kept: Kept, wanted: number): PruningPlan {
  return planPruning(kept.runs, wanted, inUse(kept));
}

/** Takes away what a plan says, but for runs that have come into use since. For good. */
export async function prune({ drops }: PruningPlan): Promise<void> {
  const steps = new Map<string, number[]>();
  for (const { run, step } of drops) steps.set(run, [...(steps.get(run) ?? []), step]);
  for (const [id, dropped] of steps) {
    if (inUse(libraryStore.getState())(id)) continue;
    show(await enqueue((library) => library.dropCheckpoints(id, dropped)));
  }
  refreshUsage();
}

/** Asks the browser to keep the storage until the reader clears it. Some ask the reader in turn. */
export async function askToPersist(): Promise<void> {
  if (!('storage' in navigator)) return; // an insecure context has none
  pruningStore.setState({ persisted: await navigator.storage.persist() });
}

async function lookWhetherPersisted(): Promise<void> {
  if ('storage' in navigator) pruningStore.setState({ persisted: await navigator.storage.persisted() });
}

const nearlyFull =
  'The storage for runs is nearly full. “Runs” shows what could go; the last state of every run stays.';

let isPruning = false;
let wasTold = false;

/** Makes room where the reader lets it happen by itself; says once that there is little where not. */
async function makeRoom(): Promise<void> {
  const kept = libraryStore.getState();
  const { limit, automatic } = pruningStore.getState();
  const wanted = wantedBytes(kept, limit);
  if (wanted === 0 || isPruning) return;
  if (!automatic) {
    if (wantedBytes(kept, null) === 0 || wasTold) return;
    wasTold = true;
    return runStore.setState({ notice: nearlyFull });
  }
  const plan = pruningFor(kept, wanted);
  if (plan.drops.length === 0) return;
  isPruning = true;
  try {
    await prune(plan);
  } finally {
    isPruning = false;
  }
}

/** Once there is something to lose, and nobody is in the middle of it: a run that is kept has come to rest. */
function hasSomethingToLose({ runs, current }: LibraryState): boolean {
  const record = runs.find(({ id }) => id === current);
  const rests = record?.status === 'finished' || record?.status === 'paused';
  return rests && record.checkpoints.length > 0;
}

/** Follows how much is kept from now on. */
export function followPruning(): void {
  let hasAsked = false;
  const later = (work: () => Promise<void>) => void work().catch(() => {}); // there is a next time
  later(lookWhetherPersisted);
  libraryStore.subscribe((state, before) => {
    if (state.status !== 'ready') return;
    if (state.usage !== before.usage) later(makeRoom);
    if (hasAsked || pruningStore.getState().persisted !== false || !hasSomethingToLose(state)) return;
    hasAsked = true;
    later(askToPersist);
  });
}
