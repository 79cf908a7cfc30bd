/**
 * The runs of this browser, in its IndexedDB. What a record counts is written in one transaction with the record: a page
 * that is killed at any moment leaves records that can be read, and whose curves and checkpoints are whole.
 */
import type { IDBPDatabase } from 'idb';
import type { Checkpoint, Evaluation, LayerGramians } from '#engine/types.ts';
import type { SeriesTable } from '#lib/series.ts';
import { assembled, headerOf, partsOf } from './checkpoint-parts.ts';
import { tableOf, type Chunk } from './chunks.ts';
import { byAge, changed, checkpointsKept, type RunRecord } from './run-record.ts';
import { StudyTable } from './study-table.ts';
import { openTables, runTables, type CurveKind, type Tables } from './tables.ts';

/** What is new of a run since it was last written. */
export interface News extends Partial<Record<CurveKind, Chunk>> {
  /** Measurements by layer, from the one at `start` on. */
  readonly layers?: { readonly start: number; readonly measured: readonly LayerGramians[] };
  /** The last one of each part of the data is kept with the outputs of the network. */
  readonly evaluations?: readonly Evaluation[];
}

/** Every key that begins so: in IndexedDB's order an array comes after all numbers and strings. */
const under = (...start: [string, ...(string | number)[]]) => IDBKeyRange.bound(start, [...start, []]);

/** Every call rejects where the browser refuses, as when its storage is full. */
export class RunLibrary {
  readonly studies: StudyTable;
  readonly #database: IDBPDatabase<Tables>;

  private constructor(database: IDBPDatabase<Tables>) {
    this.#database = database;
    this.studies = new StudyTable(database);
  }

  /**
   * Rejects where the browser has no storage for the page, as in some private windows.
   * @param name of the database: tests use their own
   */
  static async open(name = 'trunkline-runs'): Promise<RunLibrary> {
    return new RunLibrary(await openTables(name));
  }

  /** Newest first, deleted ones among them. */
  async all(): Promise<RunRecord[]> {
    return byAge(await this.#database.getAll('records'));
  }

  async get(id: string): Promise<RunRecord | undefined> {
    return this.#database.get('records', id);
  }

  /** Writes a new record. */
  async add(record: RunRecord): Promise<void> {
    await this.#database.put('records', record, record.id);
  }

  /**
   * Changes a record and adds what is new of its run, in one transaction.
   * @returns the record as it is now; undefined where it is not there any more, and nothing was written
   */
  async update(id: string, change: Partial<RunRecord>, news: News = {}): Promise<RunRecord | undefined> {
    const transaction = this.#database.transaction(
      ['records', 'chunks', 'layers', 'evaluations'],
      'readwrite',
    );
    transaction.done.catch(() => {}); // whatever request fails is what the caller hears of
    const stores = {
      records: transaction.objectStore('records'),
      chunks: transaction.objectStore('chunks'),
      layers: transaction.objectStore('layers'),
      evaluations: transaction.objectStore('evaluations'),
    };
    const record = await stores.records.get(id);
    if (!record) return undefined;
    const next = changed(record, change);
    const writes: Promise<unknown>[] = [stores.records.put(next, id)];
    for (const kind of ['metrics', 'gramians'] as const) {
      const chunk = news[kind];
      if (!chunk) continue;
      const { start } = chunk;
      writes.push(stores.chunks.delete(IDBKeyRange.bound([id, kind, start], [id, kind, []])));
      if (chunk.rows.length > 0) writes.push(stores.chunks.put(chunk, [id, kind, start]));
    }
    if (news.layers) {
      const { start, measured } = news.layers;
      writes.push(stores.layers.delete(IDBKeyRange.bound([id, start], [id, []])));
      if (measured.length > 0) writes.push(stores.layers.put(measured, [id, start]));
    }
    for (const evaluation of news.evaluations ?? [])
      writes.push(stores.evaluations.put(evaluation, [id, evaluation.split]));
    await Promise.all([...writes, transaction.done]);
    return next;
  }

  /** The curves of a run under these columns, as far as its record counts them. */
  async curves(
    { id, rows, gramianRows }: RunRecord,
    kind: CurveKind,
    columns: readonly string[],
  ): Promise<SeriesTable> {
    const most = kind === 'metrics' ? rows : gramianRows;
    const chunks = await this.#database.getAll('chunks', under(id, kind));
    return tableOf(
      chunks.filter(({ start }) => start < most),
      columns,
    );
  }

  /** Measurements of the task gradients by layer, in order. */
  async layers({ id, layerRows }: RunRecord): Promise<LayerGramians[]> {
    const range = under(id);
    const [keys, parts] = await Promise.all([
      this.#database.getAllKeys('layers', range),
      this.#database.getAll('layers', range),
    ]);
    const measured: LayerGramians[] = [];
    for (const [index, part] of parts.entries()) measured.splice(keys[index]?.[1] ?? 0, Infinity, ...part);
    return measured.slice(0, layerRows);
  }

  /** The last evaluation of each part of the data that was looked at, with outputs. */
  evaluations(id: string): Promise<Evaluation[]> {
    return this.#database.getAll('evaluations', under(id));
  }

  /**
   * Keeps a checkpoint, and lets go of those that are neither the last nor the best. Its parts are written one by one, so
   * that the page can do other things in between; it counts once they are all there.
   * @param best step of the weights that are the best by the mean, if any are
   * @returns the record as it is now; undefined where it is not there any more
   */
  async putCheckpoint(
    id: string,
    checkpoint: Checkpoint,
    best: number | undefined,
  ): Promise<RunRecord | undefined> {
    const token = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    let bytes = 0;
    let count = 0;
    for (const part of partsOf(checkpoint)) {
      await this.#database.put('parts', part, [id, token, count++]);
      bytes += part.byteLength;
    }
    const transaction = this.#database.transaction(['records', 'checkpoints', 'parts'], 'readwrite');
    transaction.done.catch(() => {}); // as above
    const records = transaction.objectStore('records');
    const checkpoints = transaction.objectStore('checkpoints');
    const parts = transaction.objectStore('parts');
    const record = await records.get(id);
    if (!record) {
      await parts.delete(under(id, token));
      return undefined;
    }
    const { step } = checkpoint;
    const sizes = new Map(record.checkpoints.map((each) => [each.step, each.bytes]));
    const kept = checkpointsKept([...sizes.keys()], step, best);
    for (const old of sizes.keys()) {
      if (old !== step && kept.includes(old)) continue;
      const stored = await checkpoints.get([id, old]);
      if (!stored) continue;
      await parts.delete(under(id, stored.token));
      await checkpoints.delete([id, old]);
    }
    sizes.set(step, bytes);
    const next = changed(record, {
      checkpoints: kept.map((each) => ({ step: each, bytes: sizes.get(each) ?? 0 })),
    });
    await checkpoints.put({ ...headerOf(checkpoint), token }, [id, step]);
    await records.put(next, id);
    await transaction.done;
    return next;
  }

  /** The checkpoint of a step; undefined where there is none. Rejects where it is not complete. */
  async checkpoint(id: string, step: number): Promise<Checkpoint | undefined> {
    const stored = await this.#database.get('checkpoints', [id, step]);
    if (!stored) return undefined;
    return assembled(stored, await this.#database.getAll('parts', under(id, stored.token)));
  }

  /** Takes away a run and all that belongs to it, for good. */
  async remove(id: string): Promise<void> {
    const transaction = this.#database.transaction(runTables, 'readwrite');
    await Promise.all([
      transaction.objectStore('records').delete(id),
      ...runTables.slice(1).map((table) => transaction.objectStore(table).delete(under(id))),
      transaction.done,
    ]);
  }

  /**
   * Takes away for good what was deleted, and the parts of checkpoints that were never finished.
   * @param isBusy whether another page writes this run now: it is left alone
   */
  async sweep(isBusy: (id: string) => boolean): Promise<void> {
    for (const { id, deletedAt } of await this.all()) {
      if (deletedAt !== null && !isBusy(id)) await this.remove(id);
    }
    const transaction = this.#database.transaction(['checkpoints', 'parts'], 'readwrite');
    transaction.done.catch(() => {}); // as above
    const whole = new Set((await transaction.objectStore('checkpoints').getAll()).map(({ token }) => token));
    const parts = transaction.objectStore('parts');
    for (const key of await parts.getAllKeys()) {
      const [id, token] = key;
      if (!whole.has(token) && !isBusy(id)) await parts.delete(key);
    }
    await transaction.done;
  }

  close(): void {
    this.#database.close();
  }
}

/** Bytes that the page uses of what the browser would give it; null where it does not tell. */
export async function storageUsage(): Promise<{ bytes: number; quota: number } | null> {
  if (!('storage' in navigator)) return null; // an insecure context has none
  const { usage, quota } = await navigator.storage.estimate();
  return usage === undefined || quota === undefined ? null : { bytes: usage, quota };
}
