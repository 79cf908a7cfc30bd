/** The data sets of the reader that this thread knows of: what an experiment's data reference may point at beside the built-in ones. */
import type { SetManifest } from './manifest.ts';

const sets = new Map<string, SetManifest>();

/** Makes a set known, or known anew. Deleted ones, too: a run that was trained on one can still tell what it was. */
export function registerSet(manifest: SetManifest): void {
  sets.set(manifest.id, manifest);
}

export function registeredSets(): readonly SetManifest[] {
  return [...sets.values()];
}

export function registeredSet(id: string): SetManifest | undefined {
  return sets.get(id);
}

export function forgetSet(id: string): void {
  sets.delete(id);
}
