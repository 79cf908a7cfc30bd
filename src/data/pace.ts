/** Pacing of long loops: progress, cancelling, and room for other work in between. */

export type OnProgress = (done: number, total: number) => void;

/** Milliseconds of uninterrupted work; half of what a main thread may do. */
const slice = 25;

/** Counts the steps of a long loop; await `tick()` in it. Never influences what the loop computes. */
export class Pace {
  readonly #total: number;
  readonly #onProgress: OnProgress | undefined;
  readonly #signal: AbortSignal | undefined;
  #done = 0;
  #yielded = performance.now();

  constructor(total: number, onProgress?: OnProgress, signal?: AbortSignal) {
    this.#total = total;
    this.#onProgress = onProgress;
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /**
   * Call after each step. Now and then, and after the last step, it reports progress and returns a promise to await.
   * @throws the signal's reason, by rejecting, once it is aborted
   */
  tick(): Promise<void> | undefined {
    this.#done++;
    const last = this.#done === this.#total;
    if (!last && (this.#done % 16 !== 0 || performance.now() - this.#yielded < slice)) return undefined;
    return this.#yield();
  }

  async #yield(): Promise<void> {
    this.#onProgress?.(this.#done, this.#total);
    await new Promise((resolve) => setTimeout(resolve));
    this.#signal?.throwIfAborted();
    this.#yielded = performance.now();
  }
}
