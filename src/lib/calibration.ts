/** Whether confidence is honest: how often what was said with some confidence is so. */

/** Answers whose confidence lies in one of the equal parts of 0…1. */
export interface CalibrationBin {
  /** Confidence from (exclusive, but for 0 itself) to (inclusive), as in Guo et al. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Means over the bin's answers; NaN where it has none. */
  readonly confidence: number;
  readonly accuracy: number;
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  readonly count: number;
  /** Means over all answers; NaN where there are none. */
  readonly confidence: number;
  readonly accuracy: number;
  /** Expected calibration error, a share of one. */
  readonly error: number;
}

/**
 * Reliability diagram and expected calibration error, Σ |bin|/n · |accuracy(bin) − confidence(bin)| over equal-width
 * bins (Guo, Pleiss, Sun & Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, equations 1–3).
 * @param confidences 0…1; NaN is left out
 * @param rights 1 where the answer is right, 0 where not; NaN where there is no label, which is left out
 */
export function calibrationOf(
  confidences: Float64Array,
  rights: ArrayLike<number>,
  binCount: number,
): Calibration {
  const counts = new Uint32Array(binCount);
  const sureness = new Float64Array(binCount);
  const right = new Float64Array(binCount);
  for (const [i, confidence] of confidences.entries()) {
    const isRight = rights[i] ?? Number.NaN;
    if (Number.isNaN(confidence) || Number.isNaN(isRight)) continue;
    const bin = Math.min(binCount, Math.max(1, Math.ceil(confidence * binCount))) - 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
    sureness[bin] = (sureness[bin] ?? 0) + confidence;
    right[bin] = (right[bin] ?? 0) + isRight;
  }
  const count = counts.reduce((sum, value) => sum + value, 0);
  const gaps = right.map((hits, bin) => Math.abs(hits - (sureness[bin] ?? 0)));
  return {
    bins: Array.from(counts, (inBin, bin) => ({
      from: bin / binCount,
      to: (bin + 1) / binCount,
      count: inBin,
      confidence: (sureness[bin] ?? 0) / inBin,
      accuracy: (right[bin] ?? 0) / inBin,
    })),
    count,
    confidence: totalOf(sureness) / count,
    accuracy: totalOf(right) / count,
    error: totalOf(gaps) / count,
  };
}

function totalOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
