/** Folders that say which part of the data the pictures below them belong to. */
import type { SplitName } from '#experiment/dataset-info.ts';

const parts = new Map<string, SplitName>([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
]);

/** The part that a word stands for, in any case: `Valid` is validation; null for any other word. */
export function partNamed(word: string): SplitName | null {
  return parts.get(word.toLowerCase()) ?? null;
}

/** The part that a file's name tells: a word of it that is one, such as `val` of `instances_val2017.json`. */
export function partInName(path: string): SplitName | null {
  const words = path.slice(path.lastIndexOf('/') + 1).split(/[^a-z]+/i);
  return words.map(partNamed).find((part) => part !== null) ?? null;
}

/** A path's part by the outermost of its folders that is one, and the path without that folder; the whole path where none is. */
export function splitPath(path: string): { readonly split: SplitName | null; readonly rest: string } {
  const steps = path.split('/');
  const place = steps.slice(0, -1).findIndex((step) => partNamed(step) !== null);
  if (place < 0) return { split: null, rest: path };
  return { split: partNamed(steps[place] ?? ''), rest: steps.toSpliced(place, 1).join('/') };
}
