/**
 * Changes of labels that are not saved yet, kept one by one in IndexedDB as they are made, so that a crash or a closed page loses
 * none. One draft per set, on one revision of its labels.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { LabelEdit } from './edits.ts';

interface Drafts extends DBSchema {
  /** Key: the set's id and the place of the change, from 0. */
  readonly edits: {
    readonly key: [string, number];
    readonly value: { readonly revision: number; readonly at: number; readonly edit: LabelEdit };
  };
}

export interface Draft {
  /** The revision that the changes were made on. */
  readonly revision: number;
  /** When the last one was made, in milliseconds since 1970. */
  readonly at: number;
  readonly edits: readonly LabelEdit[];
}

export interface DraftStore {
  /** The draft of a set; null where there is none. */
  read(set: string): Promise<Draft | null>;
  /** Keeps the change at a place, and forgets those after it. */
  write(set: string, revision: number, place: number, edit: LabelEdit): Promise<void>;
  /** Forgets the changes from a place on: all of them from 0. */
  cut(set: string, place: number): Promise<void>;
  close(): void;
}

const from = (set: string, place: number) => IDBKeyRange.bound([set, place], [set, Infinity]);

class IndexedDrafts implements DraftStore {
  readonly #database: IDBPDatabase<Drafts>;

  constructor(database: IDBPDatabase<Drafts>) {
    this.#database = database;
  }

  async read(set: string): Promise<Draft | null> {
    const kept = await this.#database.getAll('edits', from(set, 0));
    const last = kept.at(-1);
    if (!last) return null;
    return { revision: last.revision, at: last.at, edits: kept.map(({ edit }) => edit) };
  }

  async write(set: string, revision: number, place: number, edit: LabelEdit): Promise<void> {
    const transaction = this.#database.transaction('edits', 'readwrite');
    await Promise.all([
      transaction.store.delete(from(set, place)),
      transaction.store.put({ revision, at: Date.now(), edit }, [set, place]),
      transaction.done,
    ]);
  }

  async cut(set: string, place: number): Promise<void> {
    await this.#database.delete('edits', from(set, place));
  }

  close(): void {
    this.#database.close();
  }
}

/** Opens the drafts of this browser. Rejects where it keeps no databases. */
export async function openDrafts(name = 'trunkline-label-drafts'): Promise<DraftStore> {
  const database = await openDB<Drafts>(name, 1, {
    upgrade: (created) => void created.createObjectStore('edits'),
  });
  return new IndexedDrafts(database);
}
