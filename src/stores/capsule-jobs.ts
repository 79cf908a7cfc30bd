/** What the page and the worker of capsules say to each other: one job a worker, which ends with it. */
import type { NamedTensor, Normalisation } from '#engine/types.ts';
import type { CapsuleAbout } from '#exporters/capsule-about.ts';
import type { Predictions } from '#exporters/predictions-file.ts';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import type { Experiment } from '#experiment/schema.ts';

/** A part of the data that predictions are of. */
export type Part = Predictions['split'];

/** Weights to be asked. */
export interface Witness {
  readonly experiment: Experiment;
  readonly tensors: readonly NamedTensor[];
  readonly normalisation: Normalisation;
  /** Steps that they were trained for. */
  readonly step: number;
}

interface OnRun {
  /** Name of the database. */
  readonly database: string;
  readonly id: string;
  /** Of the run's data set. */
  readonly info: DatasetInfo;
}

export type CapsuleJob =
  | (OnRun & {
      readonly kind: 'export';
      readonly fingerprint: string | null;
      readonly environment: CapsuleAbout['environment'];
      /** Why weights cannot be asked what they say, where nothing of it is kept; null where they can. */
      readonly cannotAsk: string | null;
      /** Places of the samples of each part in the data set; null where they are not known. */
      readonly samples: Readonly<Record<Part, Uint32Array>> | null;
    })
  | {
      readonly kind: 'open';
      readonly database: string;
      readonly file: Blob;
      /** How messages call it. */
      readonly name: string;
      /** Its id here where there is a run of its own id. */
      readonly freshId: string;
      readonly colour: number;
      /** Where pages that write runs hold their locks, but for the id. */
      readonly lock: string;
    }
  /** Predictions that are kept of a run, and the weights that they are of. */
  | (OnRun & { readonly kind: 'witness' });

export interface Outcomes {
  export: Blob;
  /** The run as it is here, and whether there was one of its id. */
  open: { readonly id: string; readonly isCopy: boolean };
  witness: { readonly witness: Witness; readonly predictions: Predictions };
}

/** Worker to page. */
export type CapsuleReply =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  /** From here on something of a run of this id may be in the storage, until the job is done. */
  | { readonly type: 'staged'; readonly id: string }
  /** Nothing is kept of what these weights say: the page may ask them. It answers with an {@link Evidence}. */
  | { readonly type: 'wanted'; readonly witness: Witness }
  | { readonly type: 'done'; readonly outcome: Outcomes[CapsuleJob['kind']] }
  | { readonly type: 'failed'; readonly message: string };

/** Page to worker: what the weights say, or why they could not be asked. */
export type Evidence = { readonly predictions: Predictions } | { readonly reason: string };
