/** Keeps winners in the browser's IndexedDB, on the page and in workers. */
import { mostAdapters, winnersVersion, type TuningStore, type Winner } from './winners.ts';

const adapters = 'adapters';

/** One record per adapter, by its key. */
interface Kept {
  readonly winners: Readonly<Record<string, Winner>>;
  /** Milliseconds since 1970: the longest unused goes first. */
  readonly savedAt: number;
}

/** Every call rejects where the browser refuses storage, as in some private windows. */
export class IndexedDbStore implements TuningStore {
  readonly #name: string;

  /** @param name of the database: tests use their own */
  constructor(name = 'trunkline-tuning') {
    this.#name = name;
  }

  load(adapter: string): Promise<Record<string, unknown>> {
    return this.#with('readonly', async (store) => {
      const kept = await settled<Partial<Kept> | undefined>(store.get(adapter));
      return { ...kept?.winners };
    });
  }

  save(adapter: string, winners: Readonly<Record<string, Winner>>): Promise<void> {
    return this.#with('readwrite', async (store) => {
      await settled(store.put({ winners, savedAt: Date.now() } satisfies Kept, adapter));
      const keys = await settled(store.getAllKeys());
      const kept = await settled<Partial<Kept>[]>(store.getAll());
      const oldest = keys
        .map((key, i) => ({ key, savedAt: kept[i]?.savedAt ?? 0 }))
        .toSorted((a, b) => b.savedAt - a.savedAt)
        .slice(mostAdapters);
      for (const { key } of oldest) await settled(store.delete(key));
    });
  }

  clear(): Promise<void> {
    return this.#with('readwrite', (store) => settled(store.clear()));
  }

  async #with<Result>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => Promise<Result>,
  ): Promise<Result> {
    const database = await this.#open();
    try {
      return await work(database.transaction(adapters, mode).objectStore(adapters));
    } finally {
      database.close();
    }
  }

  #open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(this.#name, winnersVersion);
      opening.addEventListener('upgradeneeded', () => {
        // Another form: what is there is of no use.
        const { result } = opening;
        for (const name of result.objectStoreNames) result.deleteObjectStore(name);
        result.createObjectStore(adapters);
      });
      opening.addEventListener('success', () => resolve(opening.result));
      opening.addEventListener('error', () => reject(failure(opening)));
      opening.addEventListener('blocked', () => reject(new Error('Another tab holds the storage.')));
    });
  }
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(failure(request)));
  });
}

function failure({ error }: IDBRequest): Error {
  return error ?? new Error('The browser refuses storage.');
}
