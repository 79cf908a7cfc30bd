/** Folders that say which part of the data the pictures below them belong to. */
import type { SplitName } from '#experiment/dataset-info.ts';

const parts: Readonly<Record<string, SplitName>> = {
  train: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  test: 'test',
};

/** The part that a word stands for, in any case: `Valid` is validation; null for any other word. */
export function partNamed(word: string): SplitName | null {
  return parts[word.toLowerCase()] ?? null;
}

/** A path's part by its first folder, and the rest of the path; the whole path where that folder is no part. */
export function splitPath(path: string): { readonly split: SplitName | null; readonly rest: string } {
  const end = path.indexOf('/');
  const split = end < 0 ? null : partNamed(path.slice(0, end));
  return { split, rest: split === null ? path : path.slice(end + 1) };
}
