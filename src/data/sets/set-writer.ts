/** Writes the images of a data set, batch after batch, so that an import that is killed at any moment goes on after its last one. */
import { splitNames } from '#experiment/dataset-info.ts';
import type { DecodedBatch } from '../decoding/decoder.ts';
import { checkLabels, countsOf, packLabels, packNames } from './label-file.ts';
import type { SetLabels, SetManifest, Shard } from './manifest.ts';
import type { SetFiles } from './set-files.ts';
import type { Release } from './set-locks.ts';
import { writing } from './storage-full.ts';
import { under, type Journal, type JournalBatch, type SetDatabase } from './tables.ts';

export interface SetWriter {
  readonly id: string;
  /** Samples of the source that are through, also those before an interruption. */
  readonly processed: number;
  /** Those of them that could not be decoded, and why. */
  readonly skipped: readonly { readonly place: number; readonly reason: string }[];
  /** Of each image that was written. */
  readonly digests: readonly string[];
  /**
   * Writes the next batch; it must begin at `processed`. It is there for good when this resolves. Rejects with StorageFullError
   * where there is no room: nothing has changed then, and the same batch can be written again once there is.
   */
  append(batch: DecodedBatch): Promise<void>;
  /**
   * Makes it a data set.
   * @param result of the samples that were written, in their order
   */
  finish(result: { readonly names: readonly string[]; readonly labels: SetLabels }): Promise<SetManifest>;
  /** Takes away all of it. */
  abandon(): Promise<void>;
  /** Lets go of it, as when it is to go on later. */
  release(): Promise<void>;
}

/** Bytes of a file of images, at most; of one image, where that is larger. */
const shardBytes = 24 * 2 ** 20;

export const namesFile = 'names';
export const labelsFile = (revision: number): string => `labels-${revision}`;
const shardFile = (number: number): string => `images-${String(number).padStart(5, '0')}`;

export const imageBytes = ({ height, width, channels }: Journal['image']): number =>
  height * width * channels;

interface Place {
  readonly database: SetDatabase;
  readonly files: SetFiles;
  /** Lets go of the set's lock. */
  readonly unlock: Release;
}

/** Takes away an import that has not ended. */
export async function discardImport({ database, files }: Omit<Place, 'unlock'>, id: string): Promise<void> {
  await files.remove(id);
  const transaction = database.transaction(['journals', 'batches'], 'readwrite');
  await Promise.all([
    transaction.objectStore('journals').delete(id),
    transaction.objectStore('batches').delete(under(id)),
    transaction.done,
  ]);
}

export class JournalledWriter implements SetWriter {
  readonly #place: Place;
  #journal: Journal;
  readonly #digests: string[] = [];
  readonly #skipped: { readonly place: number; readonly reason: string }[] = [];
  /** Appends follow each other, whoever does not wait for them. */
  #last: Promise<unknown> = Promise.resolve();
  #isOver = false;

  /** @param batches of the journal, in their order */
  constructor(place: Place, journal: Journal, batches: readonly JournalBatch[]) {
    this.#place = place;
    this.#journal = journal;
    for (const batch of batches) this.#count(batch);
  }

  get id(): string {
    return this.#journal.id;
  }

  get processed(): number {
    return this.#journal.processed;
  }

  get skipped(): SetWriter['skipped'] {
    return this.#skipped;
  }

  get digests(): readonly string[] {
    return this.#digests;
  }

  append(batch: DecodedBatch): Promise<void> {
    return this.#inTurn(() => this.#append(batch));
  }

  finish({ names, labels }: Parameters<SetWriter['finish']>[0]): Promise<SetManifest> {
    return this.#inTurn(async () => {
      const { id, image, origins, shards } = this.#journal;
      const samples = shards.reduce((sum, { count }) => sum + count, 0);
      if (names.length !== samples)
        throw new RangeError(`There are ${names.length} names for ${samples} images.`);
      checkLabels(labels, samples, origins.length);
      const [nameBytes, labelBytes] = [await packNames(names), await packLabels(labels)];
      const { files } = this.#place;
      await files.write(id, namesFile, 0, nameBytes);
      await files.write(id, labelsFile(1), 0, labelBytes);
      const bytes = samples * imageBytes(image) + nameBytes.length + labelBytes.length;
      const manifest = manifestOf(this.#journal, labels, samples, bytes);
      await this.#turnInto(manifest);
      await this.release();
      return manifest;
    });
  }

  abandon(): Promise<void> {
    return this.#inTurn(async () => {
      await discardImport(this.#place, this.id);
      await this.release();
    });
  }

  async release(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#place.files.release();
    await this.#place.unlock();
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(() => {
      if (this.#isOver) throw new Error('This import is over.');
      return work();
    });
    this.#last = result.catch(() => {});
    return result;
  }

  async #append({ start, end, pixels, digests, failed }: DecodedBatch): Promise<void> {
    const { id, processed, total, image } = this.#journal;
    const count = end - start - failed.length;
    if (start !== processed || end < start || end > total)
      throw new RangeError(`Samples ${start}…${end} do not follow sample ${processed} of ${total}.`);
    if (pixels.length !== count * imageBytes(image) || digests.length !== count)
      throw new RangeError(`${pixels.length} bytes with ${digests.length} digests are not ${count} images.`);
    const shards = await this.#writePixels(pixels);
    const journal = { ...this.#journal, processed: end, shards };
    const batch = { digests, failed };
    await writing(async () => {
      const { database } = this.#place;
      // What it counts is on the disk by now: whenever this reaches it, the two agree.
      const transaction = database.transaction(['journals', 'batches'], 'readwrite');
      await Promise.all([
        transaction.objectStore('journals').put(journal, id),
        transaction.objectStore('batches').put(batch, [id, end]),
        transaction.done,
      ]);
    });
    this.#journal = journal;
    this.#count(batch);
  }

  /** Fills the last file, then others. */
  async #writePixels(pixels: Uint8Array<ArrayBuffer>): Promise<readonly Shard[]> {
    const { id, image } = this.#journal;
    const size = imageBytes(image);
    const most = Math.max(1, Math.floor(shardBytes / size));
    const shards = [...this.#journal.shards];
    for (let done = 0, left = pixels.length / size; left > 0;) {
      const last = shards.at(-1);
      const isFull = !last || last.count >= most;
      const shard = isFull ? { file: shardFile(shards.length), count: 0 } : last;
      const taken = Math.min(left, most - shard.count);
      const bytes = pixels.subarray(done * size, (done + taken) * size);
      await this.#place.files.write(id, shard.file, shard.count * size, bytes);
      shards.splice(isFull ? shards.length : -1, 1, { ...shard, count: shard.count + taken });
      done += taken;
      left -= taken;
    }
    return shards;
  }

  #count({ digests, failed }: JournalBatch): void {
    for (const digest of digests) this.#digests.push(digest);
    this.#skipped.push(...failed);
  }

  /** From one moment to the next the import is a data set. */
  async #turnInto(manifest: SetManifest): Promise<void> {
    const { id, files } = this.#journal;
    await writing(async () => {
      const { database } = this.#place;
      const transaction = database.transaction(['sets', 'journals', 'batches'], 'readwrite', {
        durability: 'strict',
      });
      await Promise.all([
        transaction.objectStore('sets').put({ manifest, files, isPurged: false }, id),
        transaction.objectStore('journals').delete(id),
        transaction.objectStore('batches').delete(under(id)),
        transaction.done,
      ]);
    });
  }
}

function manifestOf(journal: Journal, labels: SetLabels, samples: number, bytes: number): SetManifest {
  const { id, name, createdAt, source, image, shards, origins } = journal;
  const counts = countsOf(labels);
  if (splitNames.every((part) => part !== 'train' || counts[part] === 0))
    throw new RangeError('No image is left for training.');
  const columns = labels.columns.map(({ info }) => info);
  const first = { number: 1, at: Date.now(), change: 'Imported', columns, counts };
  return {
    version: 1,
    id,
    name,
    createdAt,
    source,
    image,
    samples,
    shards,
    origins,
    revisions: [first],
    bytes,
  };
}
