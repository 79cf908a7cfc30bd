/** Reads curves in a worker of its own: two hundred runs of ten thousand steps take longer to unpack than the page has. */
import type { IDBPDatabase } from 'idb';
import { columnsIn } from './curve-columns.ts';
import { type CurveKind, openTables, type Tables } from './tables.ts';

export interface CurveRequest {
  readonly id: number;
  /** Its name. */
  readonly database: string;
  readonly run: string;
  readonly kind: CurveKind;
  readonly columns: readonly string[];
  /** Rows that count. */
  readonly rows: number;
}

export interface CurveReply {
  readonly id: number;
  /** Each [rows], in the order asked for; what went wrong, in words. */
  readonly result: readonly Float64Array[] | string;
}

let opened: Promise<IDBPDatabase<Tables>> | undefined;

async function read({ database, run, kind, columns, rows }: CurveRequest) {
  opened ??= openTables(database);
  const range = IDBKeyRange.bound([run, kind], [run, kind, []]);
  return columnsIn(await (await opened).getAll('chunks', range), columns, rows);
}

self.addEventListener('message', ({ data }: MessageEvent<CurveRequest>) => {
  const { id } = data;
  read(data).then(
    (result) =>
      self.postMessage({ id, result } satisfies CurveReply, {
        transfer: result.map(({ buffer }) => buffer),
      }),
    (error: unknown) => self.postMessage({ id, result: String(error) } satisfies CurveReply),
  );
});
