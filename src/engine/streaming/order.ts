/**
 * In which order the images of a data set that streams are trained on. An epoch is a permutation of the blocks, cut into
 * _chunks_ of as many blocks as half the window takes, and within each chunk a permutation of its samples: so it reads the
 * disk in pieces that lie together, while two chunks fit the window, one in use and one on its way. It is a function of seed,
 * epoch, list and sizes alone: any batch of any epoch can be looked up, whatever was trained before. Where the window takes
 * all blocks, there is one chunk, and the order is that of a data set that lies on the device.
 */
import { hash, permute, stream } from '#lib/random.ts';
import type { Blocks } from './blocks.ts';

/** A chunk of some epoch. */
export interface Chunk {
  readonly epoch: number;
  /** Within the epoch. */
  readonly index: number;
}

/** One epoch, laid out. */
interface Epoch {
  /** Its blocks, chunk after chunk. */
  readonly blocks: Uint32Array;
  /** Places of the list, chunk after chunk, in the list's order within each; undefined: as they are. */
  readonly members: Uint32Array | undefined;
  /** Where the members of each chunk begin, and where the last one's end. */
  readonly starts: Uint32Array;
}

export interface OrderOptions {
  readonly blocks: Blocks;
  readonly seed: number;
  readonly batchSize: number;
  /** Blocks that the window takes. */
  readonly window: number;
}

export class StreamOrder {
  /** Batches of an epoch: what is left over of it is dropped. */
  readonly batches: number;
  readonly chunks: number;
  readonly #options: OrderOptions;
  /** Entries of the list. */
  readonly #length: number;
  readonly #epochs = new Map<number, Epoch>();

  constructor(options: OrderOptions) {
    const { blocks, batchSize, window } = options;
    this.#options = options;
    this.#length = blocks.places.length;
    this.batches = Math.max(1, Math.floor(this.#length / batchSize));
    this.chunks = blocks.count <= window ? 1 : Math.ceil(blocks.count / Math.max(1, Math.floor(window / 2)));
  }

  /** Samples that the smallest chunk has at least; all of them where there is only one. */
  get least(): number {
    const { blocks } = this.#options;
    if (this.chunks === 1) return Infinity;
    const rest = blocks.ids(blocks.count - 1).length;
    return (Math.floor(blocks.count / this.chunks) - 1) * blocks.size + rest;
  }

  /** The chunk in which a batch begins. */
  chunkOf(batch: number): Chunk {
    const epoch = Math.floor(batch / this.batches);
    const { starts } = this.#epoch(epoch);
    const position = (batch % this.batches) * this.#options.batchSize;
    return {
      epoch,
      index: Math.max(
        0,
        starts.findLastIndex((start) => start <= position),
      ),
    };
  }

  /** The chunk after this one. */
  after({ epoch, index }: Chunk): Chunk {
    return index + 1 < this.chunks ? { epoch, index: index + 1 } : { epoch: epoch + 1, index: 0 };
  }

  /** The blocks of a chunk, in the order in which they are to be read. */
  blocksOf({ epoch, index }: Chunk): Uint32Array {
    return this.#epoch(epoch).blocks.subarray(this.#firstBlock(index), this.#firstBlock(index + 1));
  }

  /** The first batch that needs more than this chunk and those before it. */
  endOf({ epoch, index }: Chunk): number {
    if (index + 1 === this.chunks) return (epoch + 1) * this.batches;
    const end = this.#epoch(epoch).starts[index + 1] ?? 0;
    return epoch * this.batches + Math.min(this.batches, Math.floor(end / this.#options.batchSize));
  }

  /** The places in the list of a batch's samples. */
  batch(number: number): Uint32Array {
    const { batchSize, seed } = this.#options;
    const epoch = Math.floor(number / this.batches);
    const { members, starts } = this.#epoch(epoch);
    let { index } = this.chunkOf(number);
    return Uint32Array.from({ length: batchSize }, (_, i) => {
      const position = ((number % this.batches) * batchSize + i) % this.#length;
      while (position >= (starts[index + 1] ?? Infinity)) index++;
      const start = starts[index] ?? 0;
      const size = (starts[index + 1] ?? 0) - start;
      const key =
        this.chunks === 1 ? hash(seed, stream.order, epoch) : hash(seed, stream.order, epoch, index);
      const place = start + permute(position - start, size, key);
      return members ? (members[place] ?? 0) : place;
    });
  }

  #firstBlock(index: number): number {
    return Math.floor((index * this.#options.blocks.count) / this.chunks);
  }

  #epoch(number: number): Epoch {
    const known = this.#epochs.get(number) ?? this.#layOut(number);
    this.#epochs.set(number, known);
    // One epoch reaches into the next, and no further.
    for (const old of this.#epochs.keys()) if (Math.abs(old - number) > 1) this.#epochs.delete(old);
    return known;
  }

  #layOut(epoch: number): Epoch {
    const { blocks, seed } = this.#options;
    const { count, size, places } = blocks;
    const key = hash(seed, stream.blocks, epoch);
    const order = Uint32Array.from({ length: count }, (_, i) => permute(i, count, key));
    if (this.chunks === 1)
      return { blocks: order, members: undefined, starts: Uint32Array.of(0, this.#length) };
    const chunkOf = new Uint32Array(count);
    for (let index = 0; index < this.chunks; index++)
      for (let i = this.#firstBlock(index); i < this.#firstBlock(index + 1); i++)
        chunkOf[order[i] ?? 0] = index;
    const chunkAt = (place: number) => chunkOf[Math.floor(place / size)] ?? 0;
    const starts = new Uint32Array(this.chunks + 1);
    for (const place of places) {
      const next = chunkAt(place) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let index = 1; index <= this.chunks; index++)
      starts[index] = (starts[index] ?? 0) + (starts[index - 1] ?? 0);
    const ends = starts.slice();
    const members = new Uint32Array(this.#length);
    for (const [entry, place] of places.entries()) {
      const index = chunkAt(place);
      const at = ends[index] ?? 0;
      members[at] = entry;
      ends[index] = at + 1;
    }
    return { blocks: order, members, starts };
  }
}
