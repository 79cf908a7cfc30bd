/** Stops members of a sweep that are hopeless, by what the others had reached at the same step. */
import type { MedianRule } from './study.ts';

/** The mean validation loss after some steps; NaN where it was no number. */
export interface Validation {
  readonly step: number;
  readonly loss: number;
}

/** Mean of the two in the middle where there are as many above as below. NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** The mean of the losses up to a step; undefined where the member has not come so far or has no number yet. */
function runningAverage(validations: readonly Validation[], step: number): number | undefined {
  if (!validations.some((each) => each.step >= step)) return undefined;
  const losses = validations.flatMap((each) =>
    each.step <= step && !Number.isNaN(each.loss) ? [each.loss] : [],
  );
  return losses.length === 0 ? undefined : losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/**
 * Whether a member should be stopped after its last validation: its best loss so far is strictly above the median of the
 * running averages of the others up to that step (Golovin et al., "Google Vizier", KDD 2017, §3.2.2). Never before it has
 * been validated `rule.grace` times, nor while fewer than `rule.least` others have come as far.
 * @param own validations of the member, by rising step
 * @param others validations of each other member, likewise; those that were stopped count as far as they came
 */
export function isHopeless(
  rule: MedianRule,
  own: readonly Validation[],
  others: readonly (readonly Validation[])[],
): boolean {
  const last = own.at(-1);
  if (!last || own.length < rule.grace) return false;
  const averages = others.flatMap((each) => runningAverage(each, last.step) ?? []);
  if (averages.length < Math.max(1, rule.least)) return false;
  const best = own.reduce((least, { loss }) => (loss < least ? loss : least), Infinity);
  return best > medianOf(averages);
}
