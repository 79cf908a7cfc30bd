/** The studies of this browser: which runs were planned together, and how far each is. */
import type { IDBPDatabase } from 'idb';
import type { Study } from '#studies/study.ts';
import type { Tables } from './tables.ts';

/** Every call rejects where the browser refuses, as when its storage is full. */
export class StudyTable {
  readonly #database: IDBPDatabase<Tables>;

  constructor(database: IDBPDatabase<Tables>) {
    this.#database = database;
  }

  /** Newest first, deleted ones among them. */
  async all(): Promise<Study[]> {
    const studies = await this.#database.getAll('studies');
    return studies.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  }

  /** Writes a new study. */
  async add(study: Study): Promise<void> {
    await this.#database.put('studies', study, study.id);
  }

  /** @returns the study as it is now; undefined where it is not there any more, and nothing was written */
  async update(id: string, change: Partial<Study>): Promise<Study | undefined> {
    const transaction = this.#database.transaction('studies', 'readwrite');
    transaction.done.catch(() => {}); // whatever request fails is what the caller hears of
    const study = await transaction.store.get(id);
    if (!study) return undefined;
    const next = { ...study, ...change };
    await transaction.store.put(next, id);
    await transaction.done;
    return next;
  }

  /** Takes away a study for good. Its runs stay. */
  async remove(id: string): Promise<void> {
    await this.#database.delete('studies', id);
  }
}
