/** What the import sheet shows and what it may change. Everything large stays in the import's worker. */
import type { SplitCounts, SplitName } from '#experiment/dataset-info.ts';
import type { ImagePlan } from '../decoding/decoder.ts';
import type { LeftOut } from '../importers/importer.ts';
import type { ColumnPlan } from '../understanding/column-plan.ts';
import type { Question } from '../understanding/guess.ts';
import type { SplitPlan } from '../understanding/make-split.ts';

/** Something dropped, opened or pasted. */
export type Dropped =
  | { readonly path: string; readonly file: File }
  /** Looked through in the worker; of a folder the whole tree. */
  | { readonly path: string; readonly handle: FileSystemFileHandle | FileSystemDirectoryHandle };

/** One data set among what was dropped. */
export interface TableView {
  readonly id: string;
  readonly name: string;
  /** Id of the importer that read it, and of all that recognise it, the surest first; `own` for a set that is kept here. */
  readonly importer: string;
  readonly fitting: readonly string[];
  readonly samples: number;
  /** The pattern that file names are read by, as the reader wrote it; null: none. With it, why it cannot be used. */
  readonly pattern: string | null;
  readonly patternProblem: string | null;
  /** Some of its file names. */
  readonly names: readonly string[];
}

export interface ColumnView {
  /** Unique in the sheet: the table's id and the raw column's place. */
  readonly key: string;
  readonly table: string;
  readonly plan: ColumnPlan;
  /** As guessed, to go back to. */
  readonly guessed: ColumnPlan;
  readonly reason: string;
  /**
   * What must be answered before it is imported; null once it is. Answers are plans that name the value as `answered`: with it
   * among `missing`, or not. A kind without classes answers it too.
   */
  readonly question: Question | null;
  readonly labelled: number;
  readonly missing: number;
  /** Cells that the plan has no place for: they count as not labelled. */
  readonly unread: { readonly count: number; readonly examples: readonly string[] };
  /** Raw values that are labelled with how often each occurs: the 200 most frequent; of numbers, bins by their lower end. */
  readonly histogram: readonly { readonly name: string; readonly count: number }[];
  /** How many different values there are. */
  readonly distinct: number;
  readonly examples: readonly string[];
  /** Why it cannot be a task as it is planned, such as `has fewer than two classes`; null where it can, or is ignored. */
  readonly problem?: string | null;
  /** Where several tables have a column of this name: what became of them. */
  readonly union?: ColumnUnion | null;
}

/** Columns of several tables that have the same name. */
export interface ColumnUnion {
  /** `joined`: one column, under the first one's key. `apart`: one for each table, called `<table>: <name>`. */
  readonly how: 'joined' | 'apart';
  /** Names of the tables that have one, in order. */
  readonly tables: readonly string[];
  /** Why it was proposed: `12 of 14 classes are in both`. */
  readonly reason: string;
}

export interface ImportView {
  readonly name: string;
  readonly tables: readonly TableView[];
  readonly columns: readonly ColumnView[];
  readonly samples: number;
  /** What the files say of the parts; `none`: of so many samples nothing. */
  readonly said: SplitCounts & { readonly none: number };
  /** How many were left out, and the first 500. */
  readonly leftOut: { readonly count: number; readonly first: readonly LeftOut[] };
  readonly image: ImagePlan;
  /** Of pictures looked at: what sizes occur, `64×64` or `48–1024 × 64–768`. */
  readonly sizes: string;
}

/** A task that no file speaks of: classes to give by hand once the images are here. */
export interface NewTask {
  readonly name: string;
  /** At least two, each once. */
  readonly classes: readonly string[];
}

/** All that the reader decides. */
export interface ImportChoices {
  readonly name: string;
  readonly image: ImagePlan;
  readonly split: SplitPlan & {
    /** Key of the column by which parts are stratified; of that whose equal values stay together; null: none. */
    readonly stratifyBy: string | null;
    readonly groupBy: string | null;
    /** Deals all samples anew, whatever the files say of the parts. */
    readonly anew?: boolean;
  };
  /** Pictures with the very same bytes: kept, or only the first of them, where their labels agree. */
  readonly duplicates: 'keep' | 'first';
  /** Columns of which every sample is unlabelled at first. */
  readonly newTasks?: readonly NewTask[];
}

/** How far an import is. */
export interface ImportProgress {
  readonly phase: 'looking' | 'reading' | 'decoding' | 'writing';
  readonly done: number;
  readonly total: number;
  /** Pictures a second of late; 0 while unknown. */
  readonly rate: number;
  readonly secondsLeft: number | null;
}

/** The first samples of the import as they would be, for the sheet. */
export interface Preview {
  readonly names: readonly string[];
  /** [names, height, width, channels]. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly parts: readonly (SplitName | null)[];
  /** By column key: the label of each, as a text; empty where none. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** The parts of the whole import under these choices, before unreadable pictures and duplicates are gone. */
  readonly counts?: SplitCounts;
}
