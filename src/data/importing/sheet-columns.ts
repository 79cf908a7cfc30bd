/** The columns of an import as the sheet shows them: guessed, planned, counted. */
import { ImportError, type RawColumn } from '../importers/importer.ts';
import type { ColumnPlan } from '../understanding/column-plan.ts';
import { guessColumn, type Guess, type Question } from '../understanding/guess.ts';
import { filled, measure, problemOfPlan, type Measured } from '../understanding/measure.ts';
import type { ColumnView } from './import-view.ts';
import { wholeColumn, type UnionColumn } from './unite.ts';

export interface SheetColumn {
  readonly column: UnionColumn;
  /** A cell per sample of the import. */
  readonly raw: RawColumn;
  readonly guess: Guess;
  readonly plan: ColumnPlan;
  readonly measured: Measured;
}

/** @param plan the reader's; undefined: as guessed */
export function sheetColumn(column: UnionColumn, samples: number, plan: ColumnPlan | undefined): SheetColumn {
  const raw = wholeColumn(column, samples);
  const found = guessColumn(raw);
  // The raw name, which the union may have put its table's before.
  const guess = { ...found, plan: { ...found.plan, column: column.segments[0]?.raw.name ?? raw.name } };
  return planned({ column, raw, guess }, plan ?? guess.plan);
}

/** The column under another plan. */
export function planned(
  { column, raw, guess }: Omit<SheetColumn, 'plan' | 'measured'>,
  plan: ColumnPlan,
): SheetColumn {
  const whole = filled(raw.cells, { ...plan, column: guess.plan.column });
  return { column, raw, guess, plan: whole, measured: measure(raw.cells, whole) };
}

/** What is still to be answered of a column. */
function openQuestion({ guess: { question }, plan }: SheetColumn): Question | null {
  if (!question || plan.kind === 'ignore' || plan.kind === 'number') return null;
  const isAnswered = plan.answered === question.value || plan.missing.includes(question.value);
  return isAnswered ? null : { column: plan.name, value: question.value };
}

export function viewOf(sheet: SheetColumn, samples: number): ColumnView {
  const { column, guess, plan, measured } = sheet;
  const { labelled, unread, histogram, distinct, examples } = measured;
  return {
    key: column.key,
    table: column.segments[0]?.table.id ?? '',
    plan,
    guessed: guess.plan,
    reason: guess.reason,
    question: openQuestion(sheet),
    labelled,
    missing: samples - labelled,
    unread,
    histogram,
    distinct,
    examples,
    problem: problemOfPlan(plan, measured),
    union: column.union,
  };
}

/** Numbers in an array of labels that fit into memory beside the images. */
const mostLabels = 400e6;

const written = (value: string) => value.replace('-', '−');

/**
 * The columns that become tasks.
 * @param name of the import
 * @throws ImportError where one of them cannot, or has a question that is open
 */
export function tasksOf(name: string, columns: readonly SheetColumn[], samples: number): SheetColumn[] {
  const tasks = columns.filter(({ plan }) => plan.kind !== 'ignore');
  for (const each of tasks) {
    const question = openQuestion(each);
    if (question)
      throw new ImportError(
        name,
        `${written(question.value)} in “${each.plan.name}” may be a label or mean “not labelled”: say which, or ignore the column.`,
      );
    const problem = problemOfPlan(each.plan, each.measured);
    if (problem !== null)
      throw new ImportError(name, `“${each.plan.name}” ${problem}. Mend it, or ignore the column.`);
  }
  const widths = tasks.map(({ plan }) =>
    plan.kind === 'labels' ? plan.classes.length : plan.kind === 'number' ? plan.names.length : 1,
  );
  const labels = samples * widths.reduce((sum, width) => sum + width, 0);
  if (labels > mostLabels)
    throw new ImportError(
      name,
      `its labels would be ${Math.round(labels / 1e6)} million numbers; up to ${mostLabels / 1e6} million fit. Merge classes, or ignore columns.`,
    );
  return tasks;
}
