/** Keeps one training step supplied with images of a data set that streams: which, in which order, and whether they are there. */
import type { ResidentImages } from '../kernels/batch.ts';
import type { Blocks } from './blocks.ts';
import { StreamOrder } from './order.ts';
import { Schedule } from './schedule.ts';
import type { BlockWindow } from './window.ts';

export interface SupplyOptions {
  readonly window: BlockWindow;
  readonly blocks: Blocks;
  /** Sample numbers as they are drawn in an epoch: what the blocks were cut of. */
  readonly list: Uint32Array;
  readonly seed: number;
  readonly batchSize: number;
}

/** How much faster the window is filled than it is used. */
const haste = 2;

export class Supply {
  /** What the next batches hold. */
  readonly schedule: Schedule;
  readonly #options: SupplyOptions;
  readonly #order: StreamOrder;
  /** The chunk that is in use, as a word, for which the window was told what is wanted. */
  #current: string | undefined;
  /** The last batch that was looked up: the first of the next submit. */
  #last: { number: number; entries: Uint32Array } | undefined;
  #waited = 0;

  constructor(options: SupplyOptions) {
    const { blocks, seed, batchSize, window } = options;
    this.#options = options;
    this.#order = new StreamOrder({ blocks, seed, batchSize, window: window.size });
    this.schedule = new Schedule(batchSize);
  }

  get images(): ResidentImages {
    return this.#options.window.images;
  }

  /** What goes to the device for a batch, once each image has been used: image, sample number and place. */
  get bytesPerBatch(): number {
    const { height, width, channels } = this.images.image;
    return this.#options.batchSize * (height * width * channels + 8);
  }

  /** Milliseconds that steps have waited for images. */
  get waited(): number {
    return this.#waited;
  }

  /**
   * Throws in plain words where the window is too small: two chunks must hold what a step takes, and the batch after it.
   * @param of batches of a step
   */
  require(of: number): void {
    const { batchSize } = this.#options;
    if (this.#order.least >= (of + 1) * batchSize) return;
    throw new Error(
      `The data set streams, and the adapter takes ${this.images.count} of its images at a time: too few for ${
        of > 1 ? `${of} batches` : 'a batch'
      } of ${batchSize} a step. Use a smaller batch or smaller images.`,
    );
  }

  /**
   * How many steps from `step` on, at most `most`, may be submitted now, with a measurement after the last: all their images
   * are on the device. Before that, it writes there what has been read meanwhile. Throws ReadError where there are none, since
   * images could not be read.
   * @param of batches of a step
   */
  ready(step: number, of: number, most: number): number {
    const { window, blocks, batchSize } = this.#options;
    this.#want(step * of);
    window.upload(Math.ceil((haste * most * of * batchSize) / blocks.size));
    const some = this.#readySteps(step, of, most);
    if (some > 0) return some;
    window.upload(Infinity);
    const all = this.#readySteps(step, of, most);
    if (all > 0) return all;
    window.throwIfFailed();
    return 0;
  }

  /** Resolves when more has been read, or could not be. Counts the time. */
  async arrival(): Promise<void> {
    const start = performance.now();
    await this.#options.window.arrival();
    this.#waited += performance.now() - start;
  }

  /** Right before some steps are submitted that are {@link ready}: says what they hold, and the first batch after them. */
  write(step: number, of: number, count: number): void {
    const first = step * of;
    const batches = Array.from({ length: count * of + 1 }, (_, i) => this.#entries(first + i));
    this.schedule.set(first, batches);
  }

  dispose(): void {
    this.schedule.dispose();
  }

  /** Tells the window what the batches from this one on take: as many whole chunks as fit. */
  #want(batch: number): void {
    const { window } = this.#options;
    let chunk = this.#order.chunkOf(batch);
    const current = `${chunk.epoch} ${chunk.index}`;
    if (current === this.#current && window.user === this) return;
    this.#current = current;
    const wanted = new Set<number>();
    for (;;) {
      const more = this.#order.blocksOf(chunk).filter((block) => !wanted.has(block));
      if (more.length === 0 || wanted.size + more.length > window.size) break;
      for (const block of more) wanted.add(block);
      chunk = this.#order.after(chunk);
    }
    window.want([...wanted], this);
  }

  #readySteps(step: number, of: number, most: number): number {
    const { window } = this.#options;
    const first = step * of;
    const wanted = Math.min(most, Math.floor((this.schedule.batches - 1) / of));
    let covered = first;
    let chunk = this.#order.chunkOf(first);
    while (covered <= first + wanted * of) {
      if (!this.#order.blocksOf(chunk).every((block) => window.placeOf(block) >= 0)) break;
      covered = this.#order.endOf(chunk);
      chunk = this.#order.after(chunk);
    }
    return Math.max(0, Math.min(wanted, Math.floor((covered - 1 - first) / of)));
  }

  /** Sample and place of its image, for each place in a batch. */
  #entries(number: number): Int32Array {
    const { list, blocks, window } = this.#options;
    const entries = this.#last?.number === number ? this.#last.entries : this.#order.batch(number);
    this.#last = { number, entries };
    const numbers = new Int32Array(2 * entries.length);
    for (const [i, entry] of entries.entries()) {
      const at = blocks.places[entry] ?? 0;
      const place = window.placeOf(Math.floor(at / blocks.size));
      if (place < 0) throw new Error('Supply: a step was submitted before its images were there');
      numbers[2 * i] = list[entry] ?? 0;
      numbers[2 * i + 1] = place * blocks.size + (at % blocks.size);
    }
    return numbers;
  }
}
