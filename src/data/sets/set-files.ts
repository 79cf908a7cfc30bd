/**
 * Where the files of kept data sets lie: a folder a set, flat. The browser's private file system is the place for them; where
 * it is missing (old browsers, some private windows) they lie in pieces in IndexedDB.
 */

/** Every call that writes is durable once it resolves, and rejects with StorageFullError where there is no room. */
export interface SetFiles {
  readonly kind: FilesKind;
  /** Writes bytes at a place and cuts the file off after them; makes it where it is not there. What was before them stays. */
  write(set: string, file: string, at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The bytes from `start` to before `end`. Rejects in plain words where they are not there. */
  read(set: string, file: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** A whole file. */
  readAll(set: string, file: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Names of its files. */
  list(set: string): Promise<string[]>;
  /** The sets that have files. */
  sets(): Promise<string[]>;
  /** Takes a file away, where it is there. */
  drop(set: string, file: string): Promise<void>;
  /** Takes all files of a set away. */
  remove(set: string): Promise<void>;
  /** Lets go of files that are held open for writing. */
  release(): void;
}

export type FilesKind = 'opfs' | 'indexeddb';

/** A file, or a part of it, is not where it should be. */
export const missingFile = (file: string, cause?: unknown): Error =>
  new Error(
    `A file of this data set (${file}) is not here any more: import the set again.`,
    cause === undefined ? {} : { cause },
  );
