/** Thinning of a curve to what its drawing can show, keeping every extreme: at most two points and a gap per pixel column. */

/** What is visible: positions from…to, over a number of pixel columns. */
export interface Window {
  readonly from: number;
  /** Greater than `from`. */
  readonly to: number;
  readonly columns: number;
  /** Whether the columns are spaced logarithmically; then 0 < from, and positions ≤ 0 are not shown. */
  readonly log: boolean;
}

/** Points of a line; y is NaN where the line is interrupted. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** First index whose position is not below a bound, in ascending positions; the length if there is none. */
export function lowerBound(positions: ArrayLike<number>, bound: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] ?? Infinity) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where pixel columns end: [columns], ascending, the last at `to`. */
function columnEnds({ from, to, columns, log }: Window): Float64Array {
  const ends = new Float64Array(columns);
  const ratio = to / from;
  for (let c = 1; c <= columns; c++)
    ends[c - 1] = log ? from * ratio ** (c / columns) : from + ((to - from) * c) / columns;
  ends[columns - 1] = to;
  return ends;
}

/**
 * Thins a line for drawing. Of each pixel column the lowest and the highest value stay, in their order, so that no spike
 * is lost; values that are not finite become one gap. One point beyond either edge stays, so that the line runs out of
 * the picture.
 * @param x ascending positions, [n]
 * @param y values, [n]
 */
export function decimate(x: Float64Array, y: Float64Array, window: Window): Points {
  const floor = window.log ? lowerBound(x, Number.MIN_VALUE) : 0;
  const start = Math.max(floor, lowerBound(x, window.from) - 1);
  const end = Math.min(x.length, lowerBound(x, window.to) + 2);
  if (end - start <= 2 * window.columns) return withGaps(x.subarray(start, end), y.subarray(start, end));
  const out = new Collector(x, y, 3 * (window.columns + 2));
  const ends = columnEnds(window);
  let column = -1;
  let edge = window.from;
  for (let i = start; i < end; i++) {
    const position = x[i] ?? 0;
    if (position >= edge) {
      out.flush();
      while (position >= edge) edge = ++column < ends.length ? (ends[column] ?? Infinity) : Infinity;
    }
    out.take(i);
  }
  out.flush();
  return out.points();
}

/** The same points, with NaN for whatever is not finite. */
function withGaps(x: Float64Array, y: Float64Array): Points {
  return {
    x,
    y: y.every(Number.isFinite) ? y : y.map((value) => (Number.isFinite(value) ? value : Number.NaN)),
  };
}

/** Gathers the extremes and the gaps of one column after the other. */
class Collector {
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #outX: Float64Array;
  readonly #outY: Float64Array;
  #count = 0;
  #low = -1;
  #high = -1;
  /** First gap of the column. */
  #gap = -1;

  constructor(x: Float64Array, y: Float64Array, capacity: number) {
    this.#x = x;
    this.#y = y;
    this.#outX = new Float64Array(capacity);
    this.#outY = new Float64Array(capacity);
  }

  take(i: number): void {
    const value = this.#y[i] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      if (this.#gap < 0) this.#gap = i;
      return;
    }
    if (this.#low < 0 || value < (this.#y[this.#low] ?? 0)) this.#low = i;
    if (this.#high < 0 || value > (this.#y[this.#high] ?? 0)) this.#high = i;
  }

  flush(): void {
    const first = Math.min(this.#low, this.#high);
    const last = Math.max(this.#low, this.#high);
    const gap = this.#gap;
    if (gap >= 0 && gap < first) this.#add(gap);
    if (first >= 0) this.#add(first);
    if (gap > first && gap < last) this.#add(gap);
    if (last > first) this.#add(last);
    if (gap > last) this.#add(gap);
    this.#low = this.#high = this.#gap = -1;
  }

  points(): Points {
    return { x: this.#outX.subarray(0, this.#count), y: this.#outY.subarray(0, this.#count) };
  }

  #add(i: number): void {
    const value = this.#y[i] ?? Number.NaN;
    this.#outX[this.#count] = this.#x[i] ?? 0;
    this.#outY[this.#count++] = Number.isFinite(value) ? value : Number.NaN;
  }
}
