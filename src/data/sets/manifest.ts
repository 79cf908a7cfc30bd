/**
 * What is kept of a data set that the reader brought: this description in IndexedDB, its images and labels as files beside each
 * other (docs/own-data.md). A run refers to a set by its id and a revision of its labels, so that an edit changes no run of before.
 */
import type { ColumnInfo, ImageShape, SplitCounts } from '#experiment/dataset-info.ts';
import type { LabelColumn } from '../dataset.ts';

/** Images that lie in one file, one after the other: [count, height, width, channels], 0…255. */
export interface Shard {
  readonly file: string;
  readonly count: number;
}

/** The labels as they were after a change; the images never change. */
export interface Revision {
  /** From 1. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What was changed, in words: `Imported`, `cat and cats merged in Animal`. */
  readonly change: string;
  readonly columns: readonly ColumnInfo[];
  readonly counts: SplitCounts;
}

export interface SetManifest {
  readonly version: 1;
  /** `own-` and twelve hexadecimal digits; `data.source` of an experiment. */
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  /** Where it came from, in words: `Folder per class`, `pets.zip`. */
  readonly source: string;
  readonly image: ImageShape;
  readonly samples: number;
  readonly shards: readonly Shard[];
  /** The data sets that it is a union of, by name; one where it is none. */
  readonly origins: readonly string[];
  /** Oldest first; at least one. */
  readonly revisions: readonly Revision[];
  /** Bytes that its files take. */
  readonly bytes: number;
  /** When it was deleted: its files are gone (or go once undo is over), but runs that name it can still tell what it was. */
  readonly deletedAt?: number;
}

/** What the labels of a revision are. */
export interface SetLabels {
  /** Width as columnWidth(info); NaN where not labelled. */
  readonly columns: readonly LabelColumn[];
  /** The part of each sample: its place in `splitNames`. [samples] */
  readonly parts: Uint8Array;
  /** The place in `origins` of each sample. [samples] */
  readonly origins: Uint8Array;
}

export const isOwnSet = (source: string): boolean => /^own-[0-9a-f]{12}$/.test(source);
