/** What an interrupted import goes on with at the next visit: all decisions, and handles of the files where there are some. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

export interface RememberedImport {
  /** Of the import, as in the journal of the set. */
  readonly signature: string;
  /** A file of decisions. */
  readonly plan: string;
  /** Everything that was dropped, where all of it came as handles; empty where the files must be dropped again. */
  readonly handles: readonly {
    readonly path: string;
    readonly handle: FileSystemFileHandle | FileSystemDirectoryHandle;
  }[];
  /** Data sets that were here already and are part of it, by id. */
  readonly sets: readonly string[];
  readonly at: number;
}

interface Tables extends DBSchema {
  imports: { key: string; value: RememberedImport };
}

const open = (name: string): Promise<IDBPDatabase<Tables>> =>
  openDB<Tables>(`${name}-imports`, 1, { upgrade: (database) => void database.createObjectStore('imports') });

async function using<Result>(
  name: string,
  work: (database: IDBPDatabase<Tables>) => Promise<Result>,
): Promise<Result> {
  const database = await open(name);
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

/** @param name of the storage of sets that the import writes to */
export const remember = (name: string, what: RememberedImport) =>
  using(name, async (database) => void (await database.put('imports', what, what.signature)));

export const forget = (name: string, signature: string) =>
  using(name, (database) => database.delete('imports', signature));

export const remembered = (name: string) => using(name, (database) => database.getAll('imports'));
