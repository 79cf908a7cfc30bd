/** How a column of raw labels becomes a label column: guessed at first, then as the reader says. */
import type { Cell, RawColumn } from '../importers/importer.ts';

/** A class, and which raw values mean it: renaming changes the name, merging puts values together. */
export interface PlannedClass {
  readonly name: string;
  readonly values: readonly string[];
}

interface PlanBase {
  /** Of the raw column. */
  readonly column: string;
  /** What it is called from now on. */
  readonly name: string;
  /** Texts that mean "not labelled", in lower case; an empty cell always does. */
  readonly missing: readonly string[];
  /**
   * The value in doubt that the reader has decided on: among `missing` it means "not labelled", otherwise it is a value like
   * others. Without it a question about the column stays open.
   */
  readonly answered?: string;
}

/** Classes and names that are left empty are found in the cells when the plan is taken. */
export type ColumnPlan = PlanBase &
  (
    | { readonly kind: 'class'; readonly classes: readonly PlannedClass[] }
    | {
        readonly kind: 'labels';
        readonly classes: readonly PlannedClass[];
        /** Between the labels of a text; null where cells are lists already. */
        readonly separator: string | null;
      }
    | { readonly kind: 'number'; readonly names: readonly string[]; readonly decimalComma: boolean }
    /** `reason` tells why it is no task. */
    | { readonly kind: 'ignore'; readonly reason: string }
  );

/** What tools write where there is no label. */
export const usualMissing = ['?', 'na', 'n/a', 'nan', 'null', 'none', 'nil', '-'] as const;

/** A raw value as a text, for comparing; null for an empty one. */
function textOf(cell: Cell): string | null {
  if (cell === null) return null;
  const text = typeof cell === 'object' ? cell.join(' ') : `${cell}`;
  const trimmed = text.trim();
  return trimmed === '' ? null : trimmed;
}

/** A raw value that is labelled, as a text; null where it means "not labelled". */
export function valueOf(cell: Cell, missing: readonly string[]): string | null {
  const text = textOf(cell);
  return text === null || missing.includes(text.toLowerCase()) ? null : text;
}

/** The labels of a cell of a `labels` column; null where it means "not labelled". A list without entries says "none of them". */
export function labelsOf(
  cell: Cell,
  { missing, separator }: { readonly missing: readonly string[]; readonly separator: string | null },
): readonly string[] | null {
  if (cell === null) return null;
  const pieces =
    typeof cell === 'object'
      ? cell.map(String)
      : separator === null
        ? [`${cell}`]
        : `${cell}`.split(separator);
  const trimmed = pieces.map((piece) => piece.trim()).filter((piece) => piece !== '');
  if (typeof cell !== 'object' && trimmed.length === 0) return null;
  return trimmed.length === 1 && missing.includes((trimmed[0] ?? '').toLowerCase()) ? null : trimmed;
}

/** A number as a table writes it; NaN where the text is none, or none that is finite (`1e999`). */
export function numberOf(text: string, decimalComma: boolean): number {
  const plain = decimalComma ? text.replaceAll('.', '').replace(',', '.') : text;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return Number.NaN;
  const value = Number(plain);
  return Number.isFinite(Math.fround(value)) ? value : Number.NaN;
}

/** Distinct values of a column that are labelled, with how often each occurs, in the order in which they appear. */
export function tally({ cells }: Pick<RawColumn, 'cells'>, missing: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    const value = valueOf(cell, missing);
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}
