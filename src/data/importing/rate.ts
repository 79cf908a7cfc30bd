/** How fast an import is of late, and how long it still takes. */

/** Milliseconds that count. */
const window = 4000;

export class Rate {
  readonly #marks: { readonly at: number; readonly done: number }[] = [];
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Samples a second over the last seconds, and seconds until `total`; 0 and null while unknown. */
  take(done: number, total: number): { readonly rate: number; readonly secondsLeft: number | null } {
    const at = this.#now();
    this.#marks.push({ at, done });
    while (this.#marks.length > 2 && at - (this.#marks[1]?.at ?? at) > window) this.#marks.shift();
    const first = this.#marks[0];
    if (!first || at - first.at < 50) return { rate: 0, secondsLeft: null };
    const rate = (1000 * (done - first.done)) / (at - first.at);
    return { rate, secondsLeft: rate > 0 ? (total - done) / rate : null };
  }
}
