/**
 * The runs of this browser, in its IndexedDB. What a record counts is written in one transaction with the record: a page
 * that is killed at any moment leaves records that can be read, and whose curves and checkpoints are whole.
 */
import type { IDBPDatabase } from 'idb';
import type { Checkpoint, Evaluation, LayerGramians } from '#engine/types.ts';
import type { SeriesTable } from '#lib/series.ts';
import { assembled, bytesOf, headerOf, partsOf, piecesOf } from './checkpoint-parts.ts';
import { tableOf, type Chunk } from './chunks.ts';
import { PartWriter } from './part-writer.ts';
import { byAge, changed, type RunRecord } from './run-record.ts';
import { StudyTable } from './study-table.ts';
import {
  finished,
  openTables,
  runTables,
  type CurveKind,
  type StoredCheckpoint,
  type StoredPiece,
  type Tables,
} from './tables.ts';
import { checkpointsKept } from './timeline.ts';

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

  readonly #writer: PartWriter;

  private constructor(database: IDBPDatabase<Tables>) {
    this.#database = database;
    this.#writer = new PartWriter(database.name);
    this.studies = new StudyTable(database);
  }

  /**
   * Rejects where the browser has no storage for the page, as in some private windows.
   * @param name of the database: tests use their own
   */
  static async open(name = 'trunkline-runs'): Promise<RunLibrary> {
    return new RunLibrary(await openTables(name));
  }

  /** Of the database. */
  get name(): string {
    return this.#database.name;
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
    transaction.done.catch(() => {}); // the caller hears of it below
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
    await finished(transaction, writes);
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
      most,
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
   * Keeps a checkpoint, and lets go of those that the timeline has no room for. Best weights that an earlier one has are not
   * written again. It counts once all of it is there; the page can do other things meanwhile.
   * @param best step of the weights that are the best by the mean, if any are
   * @returns the record as it is now; undefined where it is not there any more
   */
  async putCheckpoint(
    id: string,
    checkpoint: Checkpoint,
    best: number | undefined,
  ): Promise<RunRecord | undefined> {
    const there = new Set((await this.#stored(id)).flatMap(piecesIn).map(({ token }) => token));
    const pieces = piecesOf(checkpoint);
    const missing = pieces.filter(({ token }) => !there.has(token));
    try {
      for (const piece of missing) await this.#writer.write(id, piece.token, () => partsOf(piece));
      const sizes = pieces.map((piece) => ({ token: piece.token, bytes: bytesOf(piece) }));
      return await this.#count(id, { ...headerOf(checkpoint), pieces: sizes }, best);
    } catch (error) {
      // Where the storage is full, it shall not be full of what nobody counts.
      for (const { token } of missing) await this.#database.delete('parts', under(id, token)).catch(() => {});
      throw error;
    }
  }

  /** From now on a checkpoint counts whose parts are written, and others give way to it. */
  async #count(
    id: string,
    added: StoredCheckpoint,
    best: number | undefined,
  ): Promise<RunRecord | undefined> {
    const transaction = this.#database.transaction(['records', 'checkpoints', 'parts'], 'readwrite');
    const [records, checkpoints, parts] = [
      transaction.objectStore('records'),
      transaction.objectStore('checkpoints'),
      transaction.objectStore('parts'),
    ];
    const record = await records.get(id);
    const stored = await checkpoints.getAll(under(id));
    const { step: last } = added.checkpoint;
    const byStep = new Map([...stored, added].map((each) => [each.checkpoint.step, each]));
    const { totalSteps = 0 } = record ?? {};
    const bytes = piecesIn(added).reduce((sum, each) => sum + each.bytes, 0);
    const kept = checkpointsKept({ steps: [...byStep.keys()], last, best, totalSteps, bytes });
    const stay = record ? kept.flatMap((step) => byStep.get(step) ?? []) : stored;
    const needed = new Set(stay.flatMap(piecesIn).map(({ token }) => token));
    const tokens = new Set([...stored, added].flatMap(piecesIn).map(({ token }) => token));
    const requests: Promise<unknown>[] = [...tokens]
      .filter((token) => !needed.has(token))
      .map((token) => parts.delete(under(id, token)));
    const next = record && changed(record, { checkpoints: sizesOf(stay) });
    if (next) {
      const gone = [...byStep.keys()].filter((step) => !kept.includes(step));
      requests.push(
        ...gone.map((step) => checkpoints.delete([id, step])),
        checkpoints.put(added, [id, last]),
        records.put(next, id),
      );
    }
    await finished(transaction, requests);
    return next;
  }

  /** The checkpoints of a run without their numbers, by rising step. */
  #stored(id: string): Promise<StoredCheckpoint[]> {
    return this.#database.getAll('checkpoints', under(id));
  }

  /** The checkpoint of a step; undefined where there is none. Rejects where it is not complete. */
  async checkpoint(id: string, step: number): Promise<Checkpoint | undefined> {
    const transaction = this.#database.transaction(['checkpoints', 'parts']);
    const stored = await transaction.objectStore('checkpoints').get([id, step]);
    if (!stored) return undefined;
    const parts = await Promise.all(
      piecesIn(stored).map(({ token }) => transaction.objectStore('parts').getAll(under(id, token))),
    );
    return assembled(stored, parts.flat());
  }

  /**
   * Takes away the checkpoints of these steps, for good; the last one stays whatever is asked.
   * @returns the record as it is now; undefined where it is not there any more
   */
  async dropCheckpoints(id: string, steps: readonly number[]): Promise<RunRecord | undefined> {
    const transaction = this.#database.transaction(['records', 'checkpoints', 'parts'], 'readwrite');
    const record = await transaction.objectStore('records').get(id);
    const stored = await transaction.objectStore('checkpoints').getAll(under(id));
    const goes = ({ checkpoint }: StoredCheckpoint, at: number) =>
      steps.includes(checkpoint.step) && at < stored.length - 1;
    const stay = stored.filter((each, at) => !goes(each, at));
    const needed = new Set(stay.flatMap(piecesIn).map(({ token }) => token));
    const gone = stored.filter(goes);
    const parts = transaction.objectStore('parts');
    const next = record && changed(record, { checkpoints: sizesOf(stay) });
    await finished(transaction, [
      ...gone.map(({ checkpoint }) => transaction.objectStore('checkpoints').delete([id, checkpoint.step])),
      ...gone
        .flatMap(piecesIn)
        .filter(({ token }) => !needed.has(token))
        .map(({ token }) => parts.delete(under(id, token))),
      ...(next ? [transaction.objectStore('records').put(next, id)] : []),
    ]);
    return next;
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
    const checkpoints = transaction.objectStore('checkpoints');
    const [keys, stored] = await Promise.all([checkpoints.getAllKeys(), checkpoints.getAll()]);
    const nameOf = (id: string, token: string) => JSON.stringify([id, token]);
    const whole = new Set(
      stored.flatMap((each, i) => piecesIn(each).map(({ token }) => nameOf(keys[i]?.[0] ?? '', token))),
    );
    const parts = transaction.objectStore('parts');
    for (const key of await parts.getAllKeys()) {
      const [id, token] = key;
      if (!whole.has(nameOf(id, token)) && !isBusy(id)) await parts.delete(key);
    }
    await transaction.done;
  }

  close(): void {
    this.#writer.close();
    this.#database.close();
  }
}

/** Where the numbers of a checkpoint lie, in their order. */
function piecesIn({ pieces, token, lengths }: StoredCheckpoint): readonly StoredPiece[] {
  const all = () => 4 * lengths.reduce((sum, length) => sum + length, 0);
  return pieces ?? (token === undefined ? [] : [{ token, bytes: all() }]);
}

/** What checkpoints take, by rising step; what several share counts for the first of them. */
function sizesOf(checkpoints: readonly StoredCheckpoint[]): RunRecord['checkpoints'] {
  const counted = new Set<string>();
  return checkpoints.map((stored) => {
    const own = piecesIn(stored).filter(({ token }) => !counted.has(token));
    for (const { token } of own) counted.add(token);
    return { step: stored.checkpoint.step, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
}

/** Bytes that the page uses of what the browser would give it; null where it does not tell. */
export async function storageUsage(): Promise<{ bytes: number; quota: number } | null> {
  if (!('storage' in navigator)) return null; // an insecure context has none
  const { usage, quota } = await navigator.storage.estimate();
  return usage === undefined || quota === undefined ? null : { bytes: usage, quota };
}
