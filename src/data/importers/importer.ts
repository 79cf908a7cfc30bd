/** What an importer is: it recognises one layout of files, and reads it as a table of samples with raw labels. */
import type { ImageShape, SplitName } from '#experiment/dataset-info.ts';
import type { Listing } from './listing.ts';
import type { SourceFile } from './source-file.ts';

/** Pixels that lie side by side in a file: IDX, CIFAR, npy. */
export interface PixelBlock {
  readonly shape: ImageShape;
  readonly count: number;
  /** Of images `start` to before `end`: [end − start, height, width, channels], 0…255. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Where a sample's picture comes from. */
export type ImageSource =
  /** An encoded picture: a file, or bytes of a table that are read like one. */
  | { readonly kind: 'encoded'; readonly file: SourceFile }
  | { readonly kind: 'pixels'; readonly block: PixelBlock; readonly index: number };

export interface RawSample {
  readonly image: ImageSource;
  /** What it is called in lists: its path, or `train.parquet, row 12`. */
  readonly name: string;
  /** The part that the data themselves put it in; null where they do not say. */
  readonly split: SplitName | null;
}

/** A label as it was found: text is not read as a number before the column's kind is known. Null: not labelled. */
export type Cell = string | number | readonly string[] | readonly number[] | null;

/** A column of labels, one cell per sample. What its kind is, is guessed afterwards (understanding.ts). */
export interface RawColumn {
  readonly name: string;
  readonly cells: readonly Cell[];
  /** Where the format itself says so. */
  readonly kind?: 'class' | 'labels' | 'number';
  /** All classes in the format's own order, those that no cell has among them; or the names of the numbers. */
  readonly names?: readonly string[];
}

/** Something that does not become a sample, and why: listed, never silently dropped. */
export interface LeftOut {
  readonly kind: 'file' | 'row';
  /** Path of the file; of a row, of the table that it is in. */
  readonly name: string;
  /** Which row of its table, from 1; the header does not count. */
  readonly row?: number;
  /** In plain words, without the name: `is not in the folder`. */
  readonly reason: string;
}

export interface RawTable {
  /** What the data set is called: the folder's or archive's name. */
  readonly name: string;
  readonly samples: readonly RawSample[];
  readonly columns: readonly RawColumn[];
  readonly leftOut: readonly LeftOut[];
}

export interface ReadContext {
  readonly signal: AbortSignal;
  /** To be called now and then; resolves after other work had its turn. */
  readonly progress: (done: number, total: number) => Promise<void>;
}

export interface Importer {
  readonly id: string;
  /** As it is offered: `Folder per class`. */
  readonly name: string;
  /** The layout in one line, as an example: `cats/1.png, dogs/2.png`. */
  readonly example: string;
  /**
   * How surely these files are of this layout: 0 (not at all) to 1. May look into files, but only at their beginnings.
   * Never rejects because of a file's content.
   */
  recognise(listing: Listing): Promise<number>;
  /** Rejects with ImportError where nothing can be read; what is wrong with single files or rows is `leftOut`. */
  read(listing: Listing, context: ReadContext): Promise<RawTable>;
}

/** Why files cannot be imported at all, said so that a person can mend it. */
export class ImportError extends Error {
  readonly file: string;

  constructor(file: string, message: string) {
    super(`${file}: ${message}`);
    this.name = 'ImportError';
    this.file = file;
  }
}
