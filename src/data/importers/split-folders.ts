/** Folders that say which part of the data the pictures below them belong to. */
import type { SplitName } from '#experiment/dataset-info.ts';

const parts = new Map<string, SplitName>([
  ['train', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['test', 'test'],
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

/** A path's part by its first folder, and the rest of the path; the whole path where that folder is no part. */
export function splitPath(path: string): { readonly split: SplitName | null; readonly rest: string } {
  const end = path.indexOf('/');
  const split = end < 0 ? null : partNamed(path.slice(0, end));
  return { split, rest: split === null ? path : path.slice(end + 1) };
}
