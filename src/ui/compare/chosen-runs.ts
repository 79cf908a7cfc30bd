/** Which of the kept runs are compared. */
import { useMemo } from 'react';
import { compareStore, setCompare, useCompare } from '#stores/compare.ts';
import { type RunRecord, useLibrary } from '#stores/library.ts';

/** The chosen runs in the order in which they were chosen; hidden ones are hidden here, too. */
export function useChosenRuns(): readonly RunRecord[] {
  const runs = useLibrary((library) => library.runs);
  const ids = useCompare((compare) => compare.ids);
  return useMemo(() => {
    const byId = new Map(runs.map((run) => [run.id, run]));
    return ids.flatMap((id) => {
      const run = byId.get(id);
      return run && !run.hidden ? [run] : [];
    });
  }, [runs, ids]);
}

/** Adds runs to those that are compared, or takes them out. */
export function choose(ids: readonly string[], isChosen: boolean): void {
  const before = compareStore.getState().ids;
  const changed = new Set(ids);
  const others = before.filter((id) => !changed.has(id));
  const added = ids.filter((id) => !before.includes(id));
  setCompare({ ids: isChosen ? [...before, ...added] : others });
}
