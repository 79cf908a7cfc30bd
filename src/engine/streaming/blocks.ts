/**
 * The training samples of a data set that streams, cut into blocks of neighbours: what is read from the disk, uploaded and
 * let go of together.
 */

/** Bytes of a block, about: large enough to be read and written at full speed, small enough to mix many of them. */
const blockBytes = 256 * 1024;
/** Blocks that a window holds at least, if it is large enough for so many. */
const leastBlocks = 64;

/**
 * Images of a block: a multiple of four, so that blocks begin at whole words.
 * @param imageBytes of one
 * @param windowImages that fit the window
 */
export function imagesPerBlock(imageBytes: number, windowImages: number): number {
  const most = Math.min(blockBytes / imageBytes, windowImages / leastBlocks);
  return Math.max(4, 4 * Math.floor(most / 4));
}

export class Blocks {
  readonly count: number;
  /** Images of a block; the last one may have fewer. */
  readonly size: number;
  /** For each entry of the list, the place of its sample among the distinct ones: its block, and its place in that. */
  readonly places: Uint32Array;
  /** All distinct samples, ascending. */
  readonly #ids: Uint32Array;

  /** @param list sample numbers as they are drawn in an epoch, with repetitions */
  constructor(list: Uint32Array, size: number) {
    const sorted = list.toSorted();
    this.#ids = sorted.filter((id, i) => i === 0 || id !== sorted[i - 1]);
    this.size = size;
    this.count = Math.ceil(this.#ids.length / size);
    const highest = sorted.at(-1) ?? 0;
    const placeOf = new Uint32Array(highest + 1);
    for (const [place, id] of this.#ids.entries()) placeOf[id] = place;
    this.places = list.map((id) => placeOf[id] ?? 0);
  }

  /** The samples of a block. */
  ids(block: number): Uint32Array {
    return this.#ids.subarray(block * this.size, (block + 1) * this.size);
  }
}
