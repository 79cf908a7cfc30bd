/** What is left between predicted and true numbers. */

export interface Residuals {
  /** Predicted less true, of the samples that have both as finite numbers. */
  readonly values: Float64Array;
  /** Mean of the residuals: above zero, predictions are too large on the whole. */
  readonly mean: number;
  /** Standard deviation of the residuals about their mean, by n: rootMeanSquare² = mean² + deviation². */
  readonly deviation: number;
  readonly meanAbsolute: number;
  readonly rootMeanSquare: number;
  /** 1 − Σ(y − ŷ)² / Σ(y − ȳ)², scikit-learn's r2_score; NaN where the truth does not vary. */
  readonly determination: number;
}

/** Residuals and their usual figures, all NaN without samples. */
export function residualsOf(predicted: ArrayLike<number>, truth: ArrayLike<number>): Residuals {
  const pairs = Array.from(truth, (y, i) => [predicted[i] ?? Number.NaN, y] as const).filter(
    ([said, y]) => Number.isFinite(said) && Number.isFinite(y),
  );
  const values = Float64Array.from(pairs, ([said, y]) => said - y);
  const truths = Float64Array.from(pairs, ([, y]) => y);
  const mean = meanOf(values);
  const meanTruth = meanOf(truths);
  const spread = meanOf(truths.map((y) => (y - meanTruth) ** 2));
  const meanSquare = meanOf(values.map((residual) => residual ** 2));
  return {
    values,
    mean,
    deviation: Math.sqrt(meanOf(values.map((residual) => (residual - mean) ** 2))),
    meanAbsolute: meanOf(values.map(Math.abs)),
    rootMeanSquare: Math.sqrt(meanSquare),
    determination: spread === 0 ? Number.NaN : 1 - meanSquare / spread,
  };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How many values lie in each of equal parts of from…to; those outside count in the first and the last. */
export function histogram(values: Float64Array, from: number, to: number, parts: number): Uint32Array {
  const counts = new Uint32Array(parts);
  for (const value of values) {
    const part = Math.min(parts - 1, Math.max(0, Math.floor(((value - from) / (to - from)) * parts)));
    counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts;
}
