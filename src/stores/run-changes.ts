/** What was changed of a run while it went, in words: learning rate, method, or the network at a checkpoint. */
import { difference } from '#experiment/difference.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { RunChange } from '#storage/run-record.ts';
import { isStrategy, strategyOf } from '#strategies/index.ts';

/** Changes that follow each other within so many milliseconds are one: a value on its way to another. */
const pause = 3000;
/** The latest that are kept. */
const most = 50;

const methodName = (kind: string) => (isStrategy(kind) ? strategyOf(kind).name : kind);

/** What one experiment changed from another, in a few words; empty where nothing that has any. */
export const wordsFor = (before: Experiment, after: Experiment) => difference(before, after, methodName);

export class ChangeLog {
  /** The last change that may still be on its way: when, and from what. */
  #last: { readonly at: number; readonly before: Experiment } | null = null;

  /**
   * @param changes so far, by rising step
   * @param step trained when it was changed
   * @param now in milliseconds
   * @returns the changes with this one
   */
  add(
    changes: readonly RunChange[],
    { before, after, step, now }: { before: Experiment; after: Experiment; step: number; now: number },
  ): readonly RunChange[] {
    const isSame = this.#last !== null && (now - this.#last.at < pause || changes.at(-1)?.step === step);
    const from = isSame && this.#last ? this.#last.before : before;
    const others = isSame ? changes.slice(0, -1) : changes;
    const words = wordsFor(from, after);
    this.#last = words ? { at: now, before: from } : null;
    return words ? [...others, { step, words }].slice(-most) : others;
  }
}

/** Where the run went back to a step, what was changed later holds from there on. */
export function changesUpTo(changes: readonly RunChange[], step: number): readonly RunChange[] {
  if (changes.every((change) => change.step <= step)) return changes;
  return changes.map((change) => (change.step > step ? { ...change, step } : change));
}
