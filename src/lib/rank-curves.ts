/** How well scores rank what is so above what is not: ROC and precision–recall over every threshold. */

/**
 * Counts at every distinct score, the highest first: were the threshold there, so many would be called so. Scores that
 * are equal cross the threshold together. Samples that are so: `positives`; that are not: `negatives`.
 */
export interface RankCurve {
  readonly positives: number;
  readonly negatives: number;
  /** Of those at or above each threshold, how many are so, and how many are not; [thresholds], never falling. */
  readonly hits: Uint32Array;
  readonly falseAlarms: Uint32Array;
}

/**
 * @param scores any order-preserving measure of how likely each sample is to be so
 * @param truths 1 is so, 0 is not, NaN is not labelled; such samples are left out, and those whose score is NaN
 */
export function rankCurve(scores: Float64Array, truths: ArrayLike<number>): RankCurve {
  // Both kinds sorted by themselves, as typed arrays: ten times as fast as sorting indices, and counts need no more.
  const are = scores.filter((score, i) => truths[i] === 1 && !Number.isNaN(score)).toSorted();
  const areNot = scores.filter((score, i) => truths[i] === 0 && !Number.isNaN(score)).toSorted();
  const hits = new Uint32Array(are.length + areNot.length);
  const falseAlarms = new Uint32Array(are.length + areNot.length);
  let [left, leftNot, length] = [are.length, areNot.length, 0];
  while (left + leftNot > 0) {
    const threshold = Math.max(are[left - 1] ?? -Infinity, areNot[leftNot - 1] ?? -Infinity);
    while (left > 0 && are[left - 1] === threshold) left--;
    while (leftNot > 0 && areNot[leftNot - 1] === threshold) leftNot--;
    hits[length] = are.length - left;
    falseAlarms[length] = areNot.length - leftNot;
    length++;
  }
  return {
    positives: are.length,
    negatives: areNot.length,
    hits: hits.slice(0, length),
    falseAlarms: falseAlarms.slice(0, length),
  };
}

/**
 * Area under the ROC curve by the trapezoidal rule, which is the probability that a sample that is so scores above one
 * that is not, ties counted half (Hanley & McNeil 1982; scikit-learn's roc_auc_score). NaN where either kind is missing.
 */
export function areaUnderRoc({ positives, negatives, hits, falseAlarms }: RankCurve): number {
  let twice = 0; // whole numbers: no rounding
  let [hitsBefore, alarmsBefore] = [0, 0];
  for (const [i, hit] of hits.entries()) {
    const alarms = falseAlarms[i] ?? 0;
    twice += (alarms - alarmsBefore) * (hit + hitsBefore);
    [hitsBefore, alarmsBefore] = [hit, alarms];
  }
  return positives === 0 || negatives === 0 ? Number.NaN : twice / (2 * positives * negatives);
}

/**
 * Average precision, Σ (recallₙ − recallₙ₋₁)·precisionₙ over the thresholds, with no interpolation (scikit-learn's
 * average_precision_score). NaN where nothing is so.
 */
export function averagePrecision({ positives, hits, falseAlarms }: RankCurve): number {
  let sum = 0;
  let before = 0;
  for (const [i, hit] of hits.entries()) {
    sum += (hit - before) * (hit / (hit + (falseAlarms[i] ?? 0)));
    before = hit;
  }
  return positives === 0 ? Number.NaN : sum / positives;
}

/** The mean of the values that are numbers, as a macro average is; NaN where none is. */
export function macroMean(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
