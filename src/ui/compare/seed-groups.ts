/** Runs that differ in nothing but their seed, put together. */
import type { Experiment } from '#experiment/schema.ts';
import type { RunRecord } from '#stores/library.ts';

/** JSON with the keys of every object in one order: documents that say the same are then the same text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

const known = new WeakMap<Experiment, string>();

/** What decides a run but its seed. */
function withoutSeed(experiment: Experiment): string {
  const before = known.get(experiment);
  if (before !== undefined) return before;
  const { seed: _seed, name: _name, ...rest } = experiment;
  const text = canonical(rest);
  known.set(experiment, text);
  return text;
}

/**
 * The runs in groups of one experiment, each in the order given, by their first runs. Runs that branched off elsewhere are
 * not alike. A group has no seed twice: the same run trained again is no second sample, and begins a group of its own.
 */
export function seedGroups(runs: readonly RunRecord[]): RunRecord[][] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const key = `${JSON.stringify(run.from ?? null)} ${withoutSeed(run.experiment)}`;
    for (let again = 0; ; again++) {
      const group = groups.get(`${again} ${key}`);
      if (group?.some(({ experiment }) => experiment.seed === run.experiment.seed)) continue;
      if (group) group.push(run);
      else groups.set(`${again} ${key}`, [run]);
      break;
    }
  }
  return [...groups.values()];
}
