/** Images of a data set that streams, on their way through an evaluation: batch after batch in order, through room for one. */
import type { ImageReader } from '#data/image-reader.ts';
import { disposeImages, emptyImages, writeImages, type ResidentImages } from '../kernels/batch.ts';
import { readImages } from './read-images.ts';

/** Batches that are read before they are needed. */
const ahead = 2;

export class Passage {
  /** Holds the batch that was loaded last. */
  readonly images: ResidentImages;
  readonly #reader: ImageReader;
  readonly #ids: Uint32Array;
  readonly #batchSize: number;
  /** Batches that are read or being read. */
  readonly #reads = new Map<number, Promise<Uint8Array>>();

  /** @param ids the images, in their order */
  constructor(reader: ImageReader, ids: Uint32Array, batchSize: number) {
    this.#reader = reader;
    this.#ids = ids;
    this.#batchSize = batchSize;
    this.images = emptyImages(batchSize, reader.shape);
  }

  /**
   * Puts a batch in place; passes over the one before must have been submitted. Reads the next ones meanwhile. Rejects with
   * ReadError.
   */
  async load(batch: number): Promise<void> {
    for (const known of this.#reads.keys())
      if (known < batch || known > batch + ahead) this.#reads.delete(known);
    const images = this.#read(batch);
    for (let next = 1; next <= ahead; next++) {
      if ((batch + next) * this.#batchSize < this.#ids.length) void this.#read(batch + next);
    }
    try {
      writeImages(this.images, 0, await images);
    } finally {
      this.#reads.delete(batch);
    }
  }

  dispose(): void {
    this.#reads.clear();
    disposeImages(this.images);
  }

  #read(batch: number): Promise<Uint8Array> {
    const start = batch * this.#batchSize;
    const read =
      this.#reads.get(batch) ?? readImages(this.#reader, this.#ids.subarray(start, start + this.#batchSize));
    read.catch(() => this.#reads.delete(batch)); // whoever loads it sees the failure
    this.#reads.set(batch, read);
    return read;
  }
}
