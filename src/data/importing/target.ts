/** Where an import is written to: the sets of this browser, or memory. */
import type { ImageShape } from '#experiment/dataset-info.ts';
import type { DecodedBatch } from '../decoding/decoder.ts';
import type { SetLabels, SetManifest } from '../sets/manifest.ts';

/** What is known of a set before any of its images is there. */
export interface ImportDraft {
  readonly name: string;
  /** Where it came from, in words. */
  readonly source: string;
  readonly image: ImageShape;
  readonly origins: readonly string[];
  /** Of the files and of all decisions: an interrupted import with the same one goes on. */
  readonly signature: string;
  /** Samples of the source. */
  readonly total: number;
}

export interface ImportWriter {
  readonly id: string;
  /** Samples of the source that are done, those before an interruption too. */
  readonly processed: number;
  readonly skipped: readonly { readonly place: number; readonly reason: string }[];
  /** Of the samples that were written, in order. */
  readonly digests: readonly string[];
  /** Durable when it resolves. */
  append(batch: DecodedBatch): Promise<void>;
  /** @param what names and labels of the samples that were written */
  finish(what: { readonly names: readonly string[]; readonly labels: SetLabels }): Promise<SetManifest>;
  /** Lets go of it, to be gone on with later. */
  release(): Promise<void>;
  /** Takes away all that was written. */
  abandon(): Promise<void>;
}

export interface ImportTarget {
  /** Begins a set, or goes on with one of the same signature. */
  begin(draft: ImportDraft): Promise<ImportWriter>;
}
