/** What is kept of a run in a list: everything but its curves, its weights and the outputs of its network. */
import type { DeviceInfo, Evaluation } from '#engine/types.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { RunPoint } from '#studies/study.ts';

/** Where a run of another machine comes from, as its capsule says. */
export interface Imported {
  /** Milliseconds since 1970. */
  readonly exportedAt: number;
  readonly importedAt: number;
  /** What it ran on; null where that was not known. */
  readonly adapter: string | null;
  readonly userAgent: string;
  readonly platform: string;
}

/** An evaluation without the outputs of the network. */
export type Scored = Omit<Evaluation, 'outputs'>;

/** `interrupted`: the page was closed, or another run took its place, while it trained. */
export type RecordStatus = 'running' | 'paused' | 'finished' | 'failed' | 'interrupted';

/** Something that was changed while the run went. */
export interface RunChange {
  /** Steps trained before. */
  readonly step: number;
  /** As {@link RunRecord.difference}. */
  readonly words: string;
}

export interface RunRecord {
  readonly id: string;
  /** As the reader calls it; empty where nobody named it. */
  readonly name: string;
  /** What its experiment changed from the run before, in words. */
  readonly difference: string;
  /** Its place in a list of colours, which may be shorter. */
  readonly colour: number;
  readonly note: string;
  readonly pinned: boolean;
  readonly hidden: boolean;
  /** Milliseconds since 1970, as are the others. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** What it trains, or trained last where it was changed on the way. */
  readonly experiment: Experiment;
  readonly status: RecordStatus;
  readonly step: number;
  readonly totalSteps: number;
  /** Of training. */
  readonly seconds: number;
  readonly device: DeviceInfo | null;
  /** The most that was held on its GPU, in bytes; absent where that is not known. */
  readonly heldBytes?: number;
  readonly validations: readonly Scored[];
  readonly test: Scored | null;
  /** Step of the best weights, by `mean` or task id. */
  readonly best: Readonly<Record<string, number>>;
  /** The checkpoints that are kept, by rising step. What several share counts for the first of them. */
  readonly checkpoints: readonly { readonly step: number; readonly bytes: number }[];
  /** Rows of its curves, one per step. */
  readonly rows: number;
  /** Rows of measured task gradients, and measurements of them by layer. */
  readonly gramianRows: number;
  readonly layerRows: number;
  /** What it takes of the storage: all of it, and without its checkpoints. */
  readonly bytes: number;
  readonly curveBytes: number;
  /** By rising step; absent where nothing was. */
  readonly changes?: readonly RunChange[];
  /** Id of the study that it is a member of; absent where it is of none. */
  readonly study?: string;
  /** Where it branched off from another run; absent where it began with fresh weights. */
  readonly from?: RunPoint;
  /** SHA-256 of the data set that it trains on, as data/fingerprint.ts takes it; absent until it was taken. */
  readonly fingerprint?: string;
  /** Where it was trained; absent where that was on this device. */
  readonly imported?: Imported;
  /** When it was deleted; it is gone for good at the next start of the page. */
  readonly deletedAt: number | null;
}

/** A record with a change, and its bytes added up anew. */
export function changed(record: RunRecord, change: Partial<RunRecord>): RunRecord {
  const next = { ...record, ...change };
  return { ...next, bytes: next.checkpoints.reduce((sum, { bytes }) => sum + bytes, next.curveBytes) };
}

/** Newest first. */
export function byAge(records: readonly RunRecord[]): RunRecord[] {
  return records.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
}
