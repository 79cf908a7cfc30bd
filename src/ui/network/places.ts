/** Where a layer stands in the document: `trunk.2`, `heads.top-left.0`. Task ids have no dots. */
import type { Layer } from '#experiment/layers/index.ts';
import type { Experiment } from '#experiment/schema.ts';

/** A place in the trunk (`task` null) or in the head of a task. */
export interface Place {
  readonly task: string | null;
  readonly index: number;
}

export function parsePlace(path: string | null): Place | undefined {
  const found = /^(?:trunk|heads\.([^.]+))\.(\d+)$/.exec(path ?? '');
  return found ? { task: found[1] ?? null, index: Number(found[2]) } : undefined;
}

export function pathOf({ task, index }: Place): string {
  return `${task === null ? 'trunk' : `heads.${task}`}.${index}`;
}

/** The layers that stand where a place is. */
export function stackAt(experiment: Experiment, task: string | null): readonly Layer[] {
  return task === null ? experiment.trunk : (experiment.heads[task] ?? []);
}

/** The experiment with other layers in the trunk or in a head. */
export function withStack(experiment: Experiment, task: string | null, stack: readonly Layer[]): Experiment {
  if (task === null) return { ...experiment, trunk: [...stack] };
  return { ...experiment, heads: { ...experiment.heads, [task]: [...stack] } };
}

/** The layer at a path; undefined for other paths and places past the end. */
export function layerAt(experiment: Experiment, path: string | null): Layer | undefined {
  const place = parsePlace(path);
  return place && stackAt(experiment, place.task)[place.index];
}

/** Where `+ Layer` inserts: after the selected layer, before a task's output, at the start for the input, else at the trunk's end. */
export function placeAfter(experiment: Experiment, selection: string | null): Place {
  const task = /^tasks\.([^.]+)$/.exec(selection ?? '')?.[1];
  if (task !== undefined && experiment.heads[task]) return { task, index: experiment.heads[task].length };
  const place = parsePlace(selection);
  if (place && layerAt(experiment, selection)) return { ...place, index: place.index + 1 };
  return { task: null, index: selection === 'input' ? 0 : experiment.trunk.length };
}
