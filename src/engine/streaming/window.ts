/**
 * The part of a data set that lies on the device while it streams: as many blocks as fit. It reads ahead what will be wanted,
 * and writes it over what is not wanted any more, between submits: steps that were submitted before still see the old images.
 */
import type { ImageReader } from '#data/image-reader.ts';
import { sizeOf } from '#lib/shape.ts';
import { disposeImages, emptyImages, writeImages, type ResidentImages } from '../kernels/batch.ts';
import type { Blocks } from './blocks.ts';
import { readAscending } from './read-images.ts';

/** Blocks that are read side by side. */
const readsAtOnce = 4;
/** Bytes that are read before there is time to write them to the device; a few blocks at least. */
const readAhead = 32 * 2 ** 20;

export class BlockWindow {
  /** The window's images: those of the block at place p from p · blocks.size on. */
  readonly images: ResidentImages;
  /** Blocks that it takes. */
  readonly size: number;
  readonly #reader: ImageReader;
  readonly #blocks: Blocks;
  /** Where a block lies in the window; -1: nowhere. */
  readonly #placeOf: Int32Array;
  /** Which block lies at a place; -1: none. */
  readonly #blockAt: Int32Array;
  /** For whom it was told what is wanted. */
  user: object | undefined;
  /** What will be used, the soonest first. */
  #wanted: readonly number[] = [];
  #isWanted = new Set<number>();
  /** Whatever of the wanted comes before is there, read, or being read. */
  #cursor = 0;
  /** Where to look for the next place that may be written over. */
  #hand = 0;
  readonly #reading = new Set<number>();
  /** Read, but not on the device yet; in the order in which they came. */
  readonly #read = new Map<number, Uint8Array>();
  #failure: Error | undefined;
  #listeners: (() => void)[] = [];
  #isOver = false;

  /** @param size blocks that fit */
  constructor(reader: ImageReader, blocks: Blocks, size: number) {
    this.#reader = reader;
    this.#blocks = blocks;
    this.size = Math.min(size, blocks.count);
    this.images = emptyImages(this.size * blocks.size, reader.shape);
    this.#placeOf = new Int32Array(blocks.count).fill(-1);
    this.#blockAt = new Int32Array(this.size).fill(-1);
  }

  /** Where a block lies; -1: nowhere. */
  placeOf(block: number): number {
    return this.#placeOf[block] ?? -1;
  }

  /**
   * What will be used, the soonest first, at most {@link size} blocks: they are read in this order. All else may be written
   * over from now on.
   * @param user who says so: somebody else's wishes count no more
   */
  want(blocks: readonly number[], user: object): void {
    this.user = user;
    this.#wanted = blocks;
    this.#isWanted = new Set(blocks);
    this.#cursor = 0;
    for (const block of this.#read.keys()) if (!this.#isWanted.has(block)) this.#read.delete(block);
    this.#goOnReading();
  }

  /** Writes what has been read to the device, at most so many blocks. Work submitted before sees the old images. */
  upload(most: number): void {
    let left = most;
    for (const [block, images] of this.#read) {
      if (left-- <= 0) break;
      this.#read.delete(block);
      const place = this.#freePlace();
      const former = this.#blockAt[place] ?? -1;
      if (former >= 0) this.#placeOf[former] = -1;
      writeImages(this.images, place * this.#blocks.size, images);
      this.#blockAt[place] = block;
      this.#placeOf[block] = place;
    }
    this.#goOnReading();
  }

  /** Resolves when more has been read, or could not be: `upload` and `throwIfFailed` tell. */
  arrival(): Promise<void> {
    if (this.#read.size > 0 || this.#failure) return Promise.resolve();
    return new Promise((resolve) => this.#listeners.push(resolve));
  }

  /** Throws the ReadError for which reading has stopped; after that it is tried again. */
  throwIfFailed(): void {
    const failure = this.#failure;
    if (!failure) return;
    this.#failure = undefined;
    throw failure;
  }

  /** Frees what it holds; reads that are under way come to nothing. */
  dispose(): void {
    this.#isOver = true;
    this.#read.clear();
    this.#wake();
    disposeImages(this.images);
  }

  #goOnReading(): void {
    const size = sizeOf([this.#reader.shape.height, this.#reader.shape.width, this.#reader.shape.channels]);
    const most = Math.max(2 * readsAtOnce, Math.floor(readAhead / (size * this.#blocks.size)));
    while (!this.#failure && !this.#isOver && this.#reading.size < readsAtOnce) {
      if (this.#reading.size + this.#read.size >= most) return;
      const block = this.#wanted[this.#cursor];
      if (block === undefined) return;
      this.#cursor++;
      if (this.placeOf(block) < 0 && !this.#reading.has(block) && !this.#read.has(block))
        void this.#readBlock(block);
    }
  }

  async #readBlock(block: number): Promise<void> {
    this.#reading.add(block);
    try {
      const images = await readAscending(this.#reader, this.#blocks.ids(block));
      if (!this.#isOver && this.#isWanted.has(block)) this.#read.set(block, images);
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      this.#cursor = 0;
    }
    this.#reading.delete(block);
    this.#goOnReading();
    this.#wake();
  }

  #wake(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }

  /** A place that holds nothing, or nothing that is wanted. */
  #freePlace(): number {
    for (let tried = 0; tried < this.size; tried++) {
      const place = this.#hand;
      this.#hand = (this.#hand + 1) % this.size;
      const block = this.#blockAt[place] ?? -1;
      if (block < 0 || !this.#isWanted.has(block)) return place;
    }
    throw new Error('BlockWindow: more is wanted than it takes');
  }
}
