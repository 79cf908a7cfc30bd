/** Images that are not all in memory, read as they are needed: shards in the browser's files, or files in Node. */
import type { ImageShape } from '#experiment/dataset-info.ts';

/** Reads may go on side by side. Each rejects with an Error in plain words where the images cannot be read. */
export interface ImageReader {
  /** Images, numbered from 0. */
  readonly count: number;
  readonly shape: ImageShape;
  /**
   * The images with these numbers, in this order, repetitions included: [ids, height, width, channels], 0…255.
   * Rejects with RangeError where a number lies outside.
   */
  read(ids: ArrayLike<number>): Promise<Uint8Array>;
  /** The images from `start` to before `end`, which lie one after the other: [end − start, height, width, channels]. */
  range(start: number, end: number): Promise<Uint8Array>;
}
