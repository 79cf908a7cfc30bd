/**
 * The data sets that the reader brought, kept in this browser: what they are in IndexedDB, images and labels as files
 * (docs/own-data.md). Pages and workers open it side by side; a page that is killed at any moment leaves whole sets, and imports
 * that can go on.
 */
import type { ImageReader } from '../image-reader.ts';
import { databaseFiles } from './database-files.ts';
import { labelsFile, namesFile } from './set-writer.ts';
import { checkLabels, countsOf, packLabels, unpackLabels, unpackNames } from './label-file.ts';
import type { Revision, SetLabels, SetManifest } from './manifest.ts';
import { opfsFiles } from './opfs-files.ts';
import type { FilesKind, SetFiles } from './set-files.ts';
import { setLocks, type Release, type SetLocks } from './set-locks.ts';
import { discardImport, imageBytes, JournalledWriter, type SetWriter } from './set-writer.ts';
import { shardReader } from './shard-reader.ts';
import { writing } from './storage-full.ts';
import { openTables, under, type Journal, type SetDatabase, type StoredSet } from './tables.ts';

export type { SetWriter } from './set-writer.ts';
export { StorageFullError } from './storage-full.ts';

/** What an import writes. */
export interface SetDraft extends Pick<
  Journal,
  'name' | 'source' | 'image' | 'origins' | 'signature' | 'total'
> {}

/** An import that was interrupted. */
export interface Unfinished {
  readonly id: string;
  readonly name: string;
  readonly signature: string;
  readonly processed: number;
  readonly total: number;
  /** Of its images so far. */
  readonly bytes: number;
}

/** Every call rejects where the browser refuses; with StorageFullError where there is no room, and nothing has changed then. */
export interface SetStore {
  /** Where new sets put their files. */
  readonly files: FilesKind;
  /** Newest first, deleted ones among them, even those whose files are gone. */
  list(): Promise<SetManifest[]>;
  get(id: string): Promise<SetManifest | undefined>;
  /** Begins an import. */
  create(draft: SetDraft): Promise<SetWriter>;
  /** Imports that were interrupted, newest first; not those that some page goes on with. */
  unfinished(): Promise<Unfinished[]>;
  resume(id: string): Promise<SetWriter>;
  /** Takes an interrupted import away. */
  discard(id: string): Promise<void>;
  labels(id: string, revision: number): Promise<SetLabels>;
  /** Keeps changed labels as a further revision. */
  revise(id: string, change: string, labels: SetLabels): Promise<SetManifest>;
  /** Of its samples. */
  names(id: string): Promise<string[]>;
  reader(id: string): Promise<ImageReader>;
  rename(id: string, name: string): Promise<SetManifest>;
  /** Marks it as deleted; its files go by {@link purge}, or when the store is next opened and this one is closed. */
  remove(id: string): Promise<SetManifest>;
  /** Takes that back, as long as the files are there. */
  restore(id: string): Promise<SetManifest>;
  /** Takes away the files of a deleted set; what it was stays known. */
  purge(id: string): Promise<void>;
  /** Shares a set's files until what it gives is called: nobody takes them away meanwhile, on any page. */
  hold(id: string): Promise<Release>;
  /** Takes away the files of what was deleted, and those that belong to no set and no import. */
  sweep(): Promise<void>;
  close(): void;
}

export interface StoreOptions {
  /** Where new sets put their files; left out: where the browser can. */
  readonly files?: FilesKind;
  /** Another place for files, in place of both: tests let one run full. */
  readonly backend?: SetFiles;
  /** Whether what was deleted or left behind goes now; a thread beside the page need not look. */
  readonly sweep?: boolean;
}

/** Rejects where the browser has no storage for the page, as in some private windows. */
export async function openSetStore(name = 'trunkline-sets', options: StoreOptions = {}): Promise<SetStore> {
  const database = await openTables(name);
  const fallback = databaseFiles(database);
  const opfs = options.files === 'indexeddb' ? null : await opfsFiles(name);
  if (options.files === 'opfs' && !opfs) throw new Error('This browser has no file system for pages.');
  const places = { opfs, indexeddb: fallback };
  const store = new BrowserSetStore(database, places, setLocks(name), options.backend);
  if (options.sweep ?? true) await store.sweep();
  return store;
}

const newId = (): string =>
  `own-${Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;

class BrowserSetStore implements SetStore {
  readonly #database: SetDatabase;
  readonly #places: Readonly<Record<FilesKind, SetFiles | null>>;
  readonly #locks: SetLocks;
  readonly #backend: SetFiles | undefined;
  /** Locks of sets that can be brought back, by id. */
  readonly #deleted = new Map<string, Release>();
  readonly #writers = new Set<SetWriter>();

  constructor(
    database: SetDatabase,
    places: Readonly<Record<FilesKind, SetFiles | null>>,
    locks: SetLocks,
    backend: SetFiles | undefined,
  ) {
    this.#database = database;
    this.#places = places;
    this.#locks = locks;
    this.#backend = backend;
  }

  get files(): FilesKind {
    return (this.#backend ?? this.#places.opfs ?? this.#places.indexeddb)?.kind ?? 'indexeddb';
  }

  async list(): Promise<SetManifest[]> {
    const stored = await this.#database.getAll('sets');
    return stored.map(({ manifest }) => manifest).toSorted((a, b) => b.createdAt - a.createdAt);
  }

  async get(id: string): Promise<SetManifest | undefined> {
    return (await this.#database.get('sets', id))?.manifest;
  }

  async create(draft: SetDraft): Promise<SetWriter> {
    const id = newId();
    const unlock = await this.#alone(id);
    const { name, source, image, origins, signature, total } = draft;
    const said = { name, source, image, origins, signature, total };
    const journal: Journal = {
      ...said,
      id,
      processed: 0,
      shards: [],
      createdAt: Date.now(),
      files: this.files,
    };
    try {
      await writing(() => this.#database.put('journals', journal, id));
    } catch (error) {
      await unlock();
      throw error;
    }
    return this.#writer(journal, unlock);
  }

  async unfinished(): Promise<Unfinished[]> {
    const isWritten = await this.#locks.isWritten();
    const journals = (await this.#database.getAll('journals')).filter(({ id }) => !isWritten(id));
    return journals
      .toSorted((a, b) => b.createdAt - a.createdAt)
      .map(({ id, name, signature, processed, total, shards, image }) => {
        const images = shards.reduce((sum, { count }) => sum + count, 0);
        return { id, name, signature, processed, total, bytes: images * imageBytes(image) };
      });
  }

  async resume(id: string): Promise<SetWriter> {
    const unlock = await this.#alone(id);
    const journal = await this.#database.get('journals', id);
    if (journal) return this.#writer(journal, unlock);
    await unlock();
    throw new Error('This import is not here any more.');
  }

  async discard(id: string): Promise<void> {
    const unlock = await this.#alone(id);
    try {
      const journal = await this.#database.get('journals', id);
      if (journal) await discardImport({ database: this.#database, files: this.#filesOf(journal) }, id);
    } finally {
      await unlock();
    }
  }

  async labels(id: string, revision: number): Promise<SetLabels> {
    const stored = await this.#there(id);
    const { manifest } = stored;
    const found = manifest.revisions.find(({ number }) => number === revision);
    if (!found) throw new Error(`${manifest.name} has no labels of revision ${revision}.`);
    const bytes = await this.#filesOf(stored).readAll(id, labelsFile(revision));
    return unpackLabels(bytes, manifest.samples, found.columns);
  }

  revise(id: string, change: string, labels: SetLabels): Promise<SetManifest> {
    return this.#locks.inTurn(id, async () => {
      const stored = await this.#there(id);
      const { samples, origins, revisions, bytes } = stored.manifest;
      checkLabels(labels, samples, origins.length);
      const counts = countsOf(labels);
      if (counts.train === 0) throw new RangeError('No image is left for training.');
      const number = (revisions.at(-1)?.number ?? 0) + 1;
      const packed = await packLabels(labels);
      await this.#filesOf(stored).write(id, labelsFile(number), 0, packed);
      this.#filesOf(stored).release();
      const columns = labels.columns.map(({ info }) => info);
      const revision: Revision = { number, at: Date.now(), change, columns, counts };
      return this.#update(id, (manifest) => ({
        ...manifest,
        revisions: [...manifest.revisions, revision],
        bytes: bytes + packed.length,
      }));
    });
  }

  async names(id: string): Promise<string[]> {
    const stored = await this.#there(id);
    return unpackNames(await this.#filesOf(stored).readAll(id, namesFile));
  }

  async reader(id: string): Promise<ImageReader> {
    const stored = await this.#there(id);
    return shardReader(stored.manifest, this.#filesOf(stored));
  }

  rename(id: string, name: string): Promise<SetManifest> {
    return this.#update(id, (manifest) => ({ ...manifest, name }));
  }

  async remove(id: string): Promise<SetManifest> {
    const unlock = await this.#locks.alone(id);
    if (!unlock) throw new Error('This data set is in use on another page that is open.');
    let removed: SetManifest;
    try {
      await this.#there(id);
      removed = await this.#update(id, (manifest) => ({ ...manifest, deletedAt: Date.now() }));
    } finally {
      await unlock();
    }
    const release = await this.#locks.shared(id); // so that no other page that opens takes the files away
    if (release) this.#deleted.set(id, release);
    return removed;
  }

  async restore(id: string): Promise<SetManifest> {
    const stored = await this.#database.get('sets', id);
    if (!stored || stored.isPurged) throw gone(stored?.manifest);
    const restored = await this.#update(id, ({ deletedAt: _at, ...manifest }) => manifest);
    await this.#release(id);
    return restored;
  }

  async purge(id: string): Promise<void> {
    await this.#release(id);
    const unlock = await this.#locks.alone(id);
    if (!unlock) return; // another page needs them: they go when the store is next opened
    try {
      const stored = await this.#database.get('sets', id);
      if (stored?.manifest.deletedAt === undefined || stored.isPurged) return;
      await this.#filesOf(stored).remove(id); // first: where the storage is full, nothing can be written before
      await this.#database.put('sets', { ...stored, isPurged: true }, id);
    } finally {
      await unlock();
    }
  }

  async hold(id: string): Promise<Release> {
    const release = await this.#locks.shared(id);
    if (!release)
      throw new Error('This data set is being written, or deleted, on another page that is open.');
    return release;
  }

  close(): void {
    for (const writer of this.#writers) void writer.release();
    for (const release of this.#deleted.values()) void release();
    this.#deleted.clear();
    this.#database.close();
  }

  async sweep(): Promise<void> {
    const sets = await this.#database.getAll('sets');
    for (const { manifest, isPurged } of sets)
      if (manifest.deletedAt !== undefined && !isPurged) await this.purge(manifest.id);
    for (const files of [this.#places.opfs, this.#places.indexeddb, this.#backend])
      for (const id of (await files?.sets()) ?? []) await this.#sweepFiles(id, files);
  }

  async #sweepFiles(id: string, files: SetFiles | null | undefined): Promise<void> {
    const unlock = await this.#locks.alone(id);
    if (!unlock) return;
    try {
      const [set, journal] = [await this.#database.get('sets', id), await this.#database.get('journals', id)];
      if (!journal && (!set || set.isPurged)) await files?.remove(id);
    } finally {
      await unlock();
    }
  }

  async #alone(id: string): Promise<Release> {
    const unlock = await this.#locks.alone(id);
    if (!unlock) throw new Error('This import goes on on another page that is open.');
    return unlock;
  }

  async #writer(journal: Journal, unlock: Release): Promise<SetWriter> {
    const batches = await this.#database.getAll('batches', under(journal.id));
    const place = { database: this.#database, files: this.#filesOf(journal), unlock };
    const writer = new JournalledWriter(place, journal, batches);
    this.#writers.add(writer);
    return writer;
  }

  #filesOf({ files }: Pick<StoredSet, 'files'>): SetFiles {
    const place = this.#backend ?? this.#places[files];
    if (!place) throw new Error('This browser gives no access to the files of this data set now.');
    return place;
  }

  /** A set whose files are there. */
  async #there(id: string): Promise<StoredSet> {
    const stored = await this.#database.get('sets', id);
    if (!stored || stored.isPurged) throw gone(stored?.manifest);
    return stored;
  }

  async #update(id: string, change: (manifest: SetManifest) => SetManifest): Promise<SetManifest> {
    const transaction = this.#database.transaction('sets', 'readwrite');
    transaction.done.catch(() => {}); // heard of below
    const stored = await transaction.store.get(id);
    if (!stored) throw gone(undefined);
    const manifest = change(stored.manifest);
    return writing(async () => {
      await Promise.all([transaction.store.put({ ...stored, manifest }, id), transaction.done]);
      return manifest;
    });
  }

  async #release(id: string): Promise<void> {
    const release = this.#deleted.get(id);
    this.#deleted.delete(id);
    await release?.();
  }
}

const gone = (manifest: SetManifest | undefined): Error =>
  new Error(
    `${manifest ? `${manifest.name} was deleted` : 'This data set is not kept in this browser'}: import it again, or open the run where it was trained.`,
  );
