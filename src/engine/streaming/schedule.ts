/**
 * What the next batches hold, for a data set that streams: samples and where their images lie in the window, in a table on
 * the device into which the step counter points. It is a ring, written between submits.
 */
import { bindToHost } from '../kernels/batch-host.ts';
import * as tf from '../tf.ts';
import { webgpuBackend } from '../webgpu/dispatch.ts';
import { overwrite } from '../webgpu/overwrite.ts';

/** Entries of the table, about: what the largest submit of small batches takes. */
const entries = 2 ** 17;
const leastBatches = 16;
const mostBatches = 512;

export class Schedule {
  /** Batches that it holds. */
  readonly batches: number;
  /** int32 [batches · batchSize · 2]: sample and place of its image for each place in each batch. */
  readonly table: tf.Variable<tf.Rank.R1>;
  readonly #numbers: Int32Array<ArrayBuffer>;
  readonly #stride: number;

  constructor(batchSize: number) {
    this.batches = Math.min(mostBatches, Math.max(leastBatches, Math.floor(entries / batchSize)));
    this.#stride = 2 * batchSize;
    this.#numbers = new Int32Array(this.batches * this.#stride);
    const [table, numbers] = [this.#numbers.slice(), this.#numbers];
    this.table = tf.tidy(() => tf.variable(tf.tensor1d(table, 'int32'), false));
    if (!webgpuBackend()) bindToHost(this.table, numbers);
  }

  /**
   * Writes some batches, the first of them the `first` since the run began. Steps submitted before see the old ones.
   * @param of each: sample, place, sample, place, …
   */
  set(first: number, of: readonly Int32Array[]): void {
    const backend = webgpuBackend();
    for (let done = 0; done < of.length;) {
      const row = (first + done) % this.batches;
      const count = Math.min(of.length - done, this.batches - row);
      for (let i = 0; i < count; i++) this.#numbers.set(of[done + i] ?? [], (row + i) * this.#stride);
      const [start, end] = [row * this.#stride, (row + count) * this.#stride];
      if (backend) overwrite(backend, this.table, this.#numbers.subarray(start, end), start);
      done += count;
    }
  }

  dispose(): void {
    this.table.dispose();
  }
}
