/** Which checkpoints go where room is wanted: the rule alone, on what records say. */
import type { RunRecord } from './run-record.ts';

/** A checkpoint that would go. */
export interface Pruned {
  /** Id of its run. */
  readonly run: string;
  readonly step: number;
  /** What it takes; where checkpoints share best weights, the first of them has these. */
  readonly bytes: number;
}

export interface PruningPlan {
  /** In the order in which they go. */
  readonly drops: readonly Pruned[];
  /** Of all of them, about. */
  readonly bytes: number;
  /** Bytes that were wanted beyond that: only deleting runs frees them. */
  readonly lacking: number;
}

type Prunable = Pick<RunRecord, 'id' | 'updatedAt' | 'pinned' | 'best' | 'checkpoints'>;

/** Checkpoints of a run that may go, by when: those between, then the best. Its last never goes. */
function dropsOf({ id, best, checkpoints }: Prunable): { between: Pruned[]; best: Pruned[] } {
  const all = checkpoints.slice(0, -1).map(({ step, bytes }) => ({ run: id, step, bytes }));
  return {
    between: all.filter(({ step }) => step !== best['mean']),
    best: all.filter(({ step }) => step === best['mean']),
  };
}

/**
 * What goes to free so many bytes, and no more than that: first the checkpoints between of every run, then the best ones,
 * each time of the runs first that rested longest. The last checkpoint of a run stays, from which it goes on and which has
 * the best weights in it, too. Nothing goes of pinned runs and of those that are in use.
 * @param wanted bytes; infinite for all that may go
 * @param isInUse whether a run is on some page
 */
export function planPruning(
  runs: readonly Prunable[],
  wanted: number,
  isInUse: (id: string) => boolean,
): PruningPlan {
  const free = runs
    .filter(({ id, pinned }) => !pinned && !isInUse(id))
    .toSorted((a, b) => a.updatedAt - b.updatedAt)
    .map(dropsOf);
  const drops: Pruned[] = [];
  let bytes = 0;
  for (const each of [...free.flatMap(({ between }) => between), ...free.flatMap(({ best }) => best)]) {
    if (bytes >= wanted) break;
    drops.push(each);
    bytes += each.bytes;
  }
  return { drops, bytes, lacking: Number.isFinite(wanted) ? Math.max(0, wanted - bytes) : 0 };
}

/** How much of the quota may be used before room is made, as a share. */
const most = 0.9;

/**
 * Bytes to free: what runs take beyond the reader's limit, or what the page uses beyond nine tenths of what the browser
 * gives it; 0 where there is room.
 * @param limit bytes; null for none
 */
export function bytesWanted(
  runs: readonly Pick<RunRecord, 'bytes'>[],
  limit: number | null,
  usage: { readonly bytes: number; readonly quota: number } | null,
): number {
  const kept = runs.reduce((sum, { bytes }) => sum + bytes, 0);
  const overLimit = limit === null ? 0 : kept - limit;
  const overQuota = usage ? usage.bytes - most * usage.quota : 0;
  return Math.max(0, overLimit, overQuota);
}
