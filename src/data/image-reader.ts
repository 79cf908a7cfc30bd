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

/**
 * Reads images that are in memory after all.
 * @param images [count, height, width, channels]
 */
export function memoryReader(images: Uint8Array, shape: ImageShape): ImageReader {
  const size = shape.height * shape.width * shape.channels;
  const count = images.length / size;
  const require = (number: number, last: number): void => {
    if (!(Number.isInteger(number) && number >= 0 && number <= last))
      throw new RangeError(`There are images 0…${count - 1}, not ${number}.`);
  };
  return {
    count,
    shape,
    async read(ids) {
      const out = new Uint8Array(ids.length * size);
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i] ?? -1;
        require(id, count - 1);
        out.set(images.subarray(id * size, (id + 1) * size), i * size);
      }
      return out;
    },
    async range(start, end) {
      require(end, count);
      require(start, end);
      return images.slice(start * size, end * size);
    },
  };
}
