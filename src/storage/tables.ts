/** The tables of the browser's database that keep runs and studies, and how a database of an earlier version gets them. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Evaluation, LayerGramians } from '#engine/types.ts';
import type { Study } from '#studies/study.ts';
import type { CheckpointHeader } from './checkpoint-parts.ts';
import type { Chunk } from './chunks.ts';
import type { RunRecord } from './run-record.ts';

/** Metrics of the steps, or inner products of the task gradients. */
export type CurveKind = 'metrics' | 'gramians';

/** The parts of each piece of a checkpoint lie under its token: one never overwrites another, several share what is the same. */
export interface StoredCheckpoint extends CheckpointHeader {
  readonly pieces?: readonly StoredPiece[];
  /** Of all its parts, where it has no pieces: the first pages wrote them so. */
  readonly token?: string;
}

export interface StoredPiece {
  readonly token: string;
  readonly bytes: number;
}

export interface Tables extends DBSchema {
  records: { key: string; value: RunRecord };
  /** By run, kind and place of the first row. */
  chunks: { key: [string, CurveKind, number]; value: Chunk };
  /** By run and place of the first measurement. */
  layers: { key: [string, number]; value: readonly LayerGramians[] };
  /** By run and part of the data. */
  evaluations: { key: [string, string]; value: Evaluation };
  /** By run and step. */
  checkpoints: { key: [string, number]; value: StoredCheckpoint };
  /** By run, token and number. */
  parts: { key: [string, string, number]; value: Float32Array<ArrayBuffer> };
  /** By id. */
  studies: { key: string; value: Study };
}

const version = 2;

/** What belongs to a run, its record first. */
export const runTables = ['records', 'chunks', 'layers', 'evaluations', 'checkpoints', 'parts'] as const;

/** Opens the database, and gives it the tables that its version lacks. Rejects where the browser has no storage. */
export function openTables(name: string): Promise<IDBPDatabase<Tables>> {
  return openDB<Tables>(name, version, {
    upgrade: (database, from) => {
      if (from < 1) for (const table of runTables) database.createObjectStore(table);
      if (from < 2) database.createObjectStore('studies');
    },
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close(); // a later version of the page wants it
    },
  });
}

/**
 * Waits until a transaction is through with all that was asked of it. Rejects with what made it fail, such as a
 * `QuotaExceededError` where the storage is full: a single request would only tell that it was given up.
 */
export async function finished(
  transaction: { readonly done: Promise<void> },
  requests: readonly Promise<unknown>[] = [],
): Promise<void> {
  transaction.done.catch(() => {}); // it may fail before the requests have
  await Promise.allSettled(requests);
  await transaction.done;
}
