/** Smoothing of a growing curve: an exponential moving average without bias towards its start, NaN left out. */

/**
 * A curve that is smoothed as it grows, so that each value is visited once however long the curve gets.
 *
 * With weight w, after n finite values: s ← w·s + (1 − w)·y, smoothed = s / (1 − wⁿ). The division takes out the pull
 * of the zero it starts from (Kingma & Ba 2015, §3), so that the first smoothed value is the first value.
 */
export class Smoother {
  readonly weight: number;
  #smoothed = new Float64Array(1024);
  #length = 0;
  #sum = 0;
  /** wⁿ */
  #bias = 1;

  /** @param weight of the past, 0 (no smoothing) up to but not 1 */
  constructor(weight: number) {
    if (!(weight >= 0 && weight < 1)) throw new RangeError(`Smoother: weight ${weight} is not in [0, 1).`);
    this.weight = weight;
  }

  /**
   * Smooths the values that came since the last call.
   * @param values the whole curve so far, of which the beginning is as it was before
   * @returns [values.length], a view that the next call may leave behind; NaN where a value is not finite
   */
  extend(values: Float64Array): Float64Array {
    this.#reserve(values.length);
    const { weight } = this;
    const smoothed = this.#smoothed;
    let sum = this.#sum;
    let bias = this.#bias;
    for (let i = this.#length; i < values.length; i++) {
      const value = values[i] ?? Number.NaN;
      if (Number.isFinite(value)) {
        sum = weight * sum + (1 - weight) * value;
        bias *= weight;
        smoothed[i] = sum / (1 - bias);
      } else smoothed[i] = Number.NaN;
    }
    this.#sum = sum;
    this.#bias = bias;
    this.#length = values.length;
    return smoothed.subarray(0, values.length);
  }

  #reserve(length: number): void {
    if (length <= this.#smoothed.length) return;
    const grown = new Float64Array(Math.max(length, this.#smoothed.length * 2));
    grown.set(this.#smoothed.subarray(0, this.#length));
    this.#smoothed = grown;
  }
}
