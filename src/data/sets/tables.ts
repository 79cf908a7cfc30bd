/** The tables of the database that keeps what is known of data sets, and their files where the browser has no file system. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { ImageShape } from '#experiment/dataset-info.ts';
import type { SetManifest, Shard } from './manifest.ts';
import type { FilesKind } from './set-files.ts';

export interface StoredSet {
  readonly manifest: SetManifest;
  /** Where its files lie. */
  readonly files: FilesKind;
  /** Its files are gone for good. */
  readonly isPurged: boolean;
}

/** How far an import is that has not ended. */
export interface Journal {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly image: ImageShape;
  readonly origins: readonly string[];
  /** Of the files that it reads, by which it goes on with the same ones. */
  readonly signature: string;
  /** Samples of the source, all of them, and those that are through. */
  readonly total: number;
  readonly processed: number;
  /** With as many images as are there for sure: what lies after them in the last file was cut off. */
  readonly shards: readonly Shard[];
  readonly createdAt: number;
  readonly files: FilesKind;
}

/** What is known of some samples of an import beside their pixels. */
export interface JournalBatch {
  readonly digests: readonly string[];
  readonly failed: readonly { readonly place: number; readonly reason: string }[];
}

export interface Tables extends DBSchema {
  sets: { key: string; value: StoredSet };
  journals: { key: string; value: Journal };
  /** By set and place after the last of its samples. */
  batches: { key: [string, number]; value: JournalBatch };
  /** By set, file and number. */
  pieces: { key: [string, string, number]; value: Uint8Array<ArrayBuffer> };
}

export type SetDatabase = IDBPDatabase<Tables>;

/** Every key that begins so: in IndexedDB's order an array comes after all numbers and strings. */
export const under = (...start: [string, ...string[]]) => IDBKeyRange.bound(start, [...start, []]);

/** Rejects where the browser has no storage. */
export function openTables(name: string): Promise<SetDatabase> {
  return openDB<Tables>(name, 1, {
    upgrade: (database) => {
      for (const table of ['sets', 'journals', 'batches', 'pieces'] as const)
        database.createObjectStore(table);
    },
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close(); // a later version of the page wants it
    },
  });
}
