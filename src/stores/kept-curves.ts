/**
 * The numbers of kept runs for charts: read from the storage when they are first asked for, run by run, and only the columns
 * that are asked for. Those of the run on the page are its own, and grow.
 */
import { gramianColumns, metricColumns } from '#experiment/metric-columns.ts';
import type { SeriesTable } from '#lib/series.ts';
import { CurveReader } from '#storage/curve-reader.ts';
import type { CurveKind } from '#storage/tables.ts';
import type { RunRecord, Scored } from '#storage/run-record.ts';
import { enqueue, libraryStore } from './library-state.ts';
import { runStore } from './run-state.ts';

export type { CurveKind };

const kinds = ['metrics', 'gramians'] as const;

/** Some columns of a run, by name, all of one length: [rows]. */
export type Columns = ReadonlyMap<string, Float64Array>;

/** What is here of a run that is not on the page. */
interface Loaded {
  /** Says which state of the run it is. */
  readonly version: string;
  readonly columns: Record<CurveKind, Map<string, Float64Array>>;
  /** Columns that are asked for and not here. */
  readonly wanted: Record<CurveKind, Set<string>>;
}

const loaded = new Map<string, Loaded>();
/** Runs with columns to read, in the order in which they were asked for. */
const queue = new Map<string, RunRecord>();
const listeners = new Set<() => void>();
let isReading = false;

/** Runs whose numbers stay in memory; those that were asked for the longest time ago leave first. */
const mostRuns = 400;

const versionOf = ({ rows, gramianRows, updatedAt, status }: RunRecord) =>
  [rows, gramianRows, status === 'running' ? 0 : updatedAt].join();

function entryOf(record: RunRecord): Loaded {
  const version = versionOf(record);
  const before = loaded.get(record.id);
  const entry =
    before?.version === version
      ? before
      : {
          version,
          columns: { metrics: new Map(), gramians: new Map() },
          wanted: { metrics: new Set<string>(), gramians: new Set<string>() },
        };
  loaded.delete(record.id);
  loaded.set(record.id, entry);
  const [oldest] = loaded.keys();
  if (loaded.size > mostRuns && oldest !== undefined) loaded.delete(oldest);
  return entry;
}

/** Whether the run is the one on the page, whose numbers are there. */
export function isLive({ id }: Pick<RunRecord, 'id'>): boolean {
  return libraryStore.getState().current === id;
}

function pick(table: SeriesTable, names: readonly string[]): Columns {
  return new Map(names.map((name) => [name, table.column(name)]));
}

/**
 * Columns of a run: of its steps (metric-columns.ts) or of its measured gradients. Null while they are not here yet: they
 * are then asked for, and listeners hear of it. The arrays of a run that is not on the page stay the same.
 */
export function columnsOf(record: RunRecord, kind: CurveKind, names: readonly string[]): Columns | null {
  if (isLive(record)) {
    const { series, gramians } = runStore.getState();
    return pick(kind === 'metrics' ? series : gramians, names);
  }
  const { columns, wanted } = entryOf(record);
  const here = columns[kind];
  const missing = names.filter((name) => !here.has(name));
  if (missing.length === 0) return here;
  for (const name of missing) wanted[kind].add(name);
  queue.set(record.id, record);
  void read();
  return null;
}

/** The validations of a run, those of the run on the page as they come. */
export function validationsOf(record: RunRecord): readonly Scored[] {
  return isLive(record) ? runStore.getState().validations : record.validations;
}

const allColumns: Readonly<Record<CurveKind, (record: RunRecord) => readonly string[]>> = {
  metrics: ({ experiment }) => metricColumns(experiment.tasks.map(({ id }) => id)),
  gramians: ({ experiment }) => gramianColumns(experiment.tasks.length),
};

let reader: { readonly database: string; readonly curves: CurveReader } | undefined;

/** What was asked to be written before is read, too. */
async function readerNow(): Promise<CurveReader> {
  const database = await enqueue((library) => Promise.resolve(library.name));
  if (reader?.database !== database) reader = { database, curves: new CurveReader(database) };
  return reader.curves;
}

/** Lets go of all numbers, and of what reads them. */
export function forgetCurves(): void {
  reader?.curves.close();
  reader = undefined;
  queue.clear();
  loaded.clear();
}

/** Reads what a run lacks. Rejects where the browser refuses. */
async function readRun(record: RunRecord): Promise<void> {
  const entry = entryOf(record);
  for (const kind of kinds) {
    const known = new Set(allColumns[kind](record));
    const names = [...entry.wanted[kind]];
    const kept = names.filter((name) => known.has(name));
    const rows = kind === 'metrics' ? record.rows : record.gramianRows;
    const values =
      kept.length > 0 && rows > 0
        ? await (await readerNow()).read({ run: record.id, kind, columns: kept, rows })
        : [];
    for (const name of names) entry.columns[kind].set(name, values[kept.indexOf(name)] ?? new Float64Array());
    for (const name of names) entry.wanted[kind].delete(name);
  }
}

async function read(): Promise<void> {
  if (isReading) return;
  isReading = true;
  await Promise.resolve(); // all charts have asked by then
  for (let [next] = queue.values(); next; [next] = queue.values()) {
    queue.delete(next.id);
    try {
      await readRun(next);
    } catch {
      // Deleted meanwhile, or the storage is gone: it has no curves then, which the list of runs explains.
      const { columns, wanted } = entryOf(next);
      for (const kind of kinds) for (const name of wanted[kind]) columns[kind].set(name, new Float64Array());
    }
    for (const listener of listeners) listener();
  }
  isReading = false;
}

/** The same once they are here. */
export async function loadColumns(
  record: RunRecord,
  kind: CurveKind,
  names: readonly string[],
): Promise<Columns> {
  for (;;) {
    const columns = columnsOf(record, kind, names);
    if (columns) return columns;
    await new Promise<void>((resolve) => {
      const stop = subscribeCurves(() => {
        stop();
        resolve();
      });
    });
  }
}

/** Calls back whenever numbers that were asked for have come. */
export function subscribeCurves(changed: () => void): () => void {
  listeners.add(changed);
  return () => void listeners.delete(changed);
}
