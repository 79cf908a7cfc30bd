/** Uses of a run's weights that go on beside its training: evaluations, predictions, exports. */
import type { Snapshot } from './snapshots.ts';

export class Uses {
  readonly #going = new Set<Promise<unknown>>();

  /** Uses weights, which stay as they are meanwhile, and releases them. */
  async of<Result>(snapshot: Snapshot, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
    const result = work(snapshot);
    this.#going.add(result);
    try {
      return await result;
    } finally {
      this.#going.delete(result);
      snapshot.release();
    }
  }

  /** Waits until all have ended, well or not. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#going);
  }
}
