/** What is known of a data set without its pixels: enough to infer shapes, offer tasks and draw the data panel. */

/** Image size in pixels; 1 channel is grey, 3 are red, green, blue. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** A label column. `class`: one of `classes`; `labels`: any subset of `classes`; `number`: `names.length` numbers. */
export type ColumnInfo =
  | {
      readonly id: string;
      readonly name: string;
      readonly kind: 'class';
      readonly classes: readonly string[];
    }
  | {
      readonly id: string;
      readonly name: string;
      readonly kind: 'labels';
      readonly classes: readonly string[];
    }
  | {
      readonly id: string;
      readonly name: string;
      readonly kind: 'number';
      readonly names: readonly string[];
    };

/** Numbers per sample in the label table: 1 for `class` (the index), one per class for `labels`, one per name. */
export function columnWidth(column: ColumnInfo): number {
  if (column.kind === 'class') return 1;
  return column.kind === 'labels' ? column.classes.length : column.names.length;
}

/** The three parts of a data set, in the order they are shown. */
export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** Images per part. */
export type SplitCounts = Readonly<Record<SplitName, number>>;

export interface DatasetInfo {
  /** Key in the registry of built-in sets, or the id of an imported one. */
  readonly id: string;
  readonly name: string;
  /** One or two sentences for the data panel. */
  readonly description: string;
  readonly licence: string;
  readonly source: string;
  readonly image: ImageShape;
  readonly columns: readonly ColumnInfo[];
  readonly counts: SplitCounts;
}
