/** Runs as a table: a row for each, or for each experiment over its seeds; what differs, results, costs. Pure. */
import { spreadOf } from '#studies/spread.ts';
import { nameOf, type RunRecord } from '#stores/library.ts';
import { mainMetric } from '../tasks/scores.ts';
import { seedGroups } from './seed-groups.ts';
import { differingFields, type DifferingField } from './table-fields.ts';
import { formatMeasure, type Measure, measuresOf, type Part, tasksOf, type Unit } from './table-measures.ts';

export interface TableOptions {
  readonly part: Part;
  /** Whether every metric of a task has a column, or only its main one; the loss has one always. */
  readonly allMetrics: boolean;
  /** Whether runs that differ in nothing but the seed share a row. */
  readonly folded: boolean;
}

export interface Column {
  readonly id: string;
  /** Alone: "top left accuracy". */
  readonly name: string;
  /** Under the heading of its group: "accuracy". */
  readonly short: string;
  readonly unit: Unit;
  readonly direction: 'higher' | 'lower' | null;
  readonly isResult: boolean;
}

/** Columns under one heading. */
export interface ColumnGroup {
  readonly name: string;
  /** Place of the task among those of all runs, for its colour; null for what is no task. */
  readonly task: number | null;
  readonly columns: readonly Column[];
}

export interface Cell {
  readonly text: string;
  /** To sort by: a number, text, or undefined where the run does not have it or it is no number. */
  readonly value: number | string | undefined;
  /** Of several seeds; NaN for fewer than two. */
  readonly deviation?: number;
  /** Runs that have it, where there are several. */
  readonly count?: number;
  /** Why there is nothing, or what the text leaves out. */
  readonly title?: string;
  readonly isBest: boolean;
}

export interface Row {
  readonly key: string;
  /** Places of its runs among those compared, from 1. */
  readonly numbers: readonly number[];
  readonly runs: readonly RunRecord[];
  readonly first: RunRecord;
  readonly name: string;
  /** By column. */
  readonly cells: readonly Cell[];
}

export interface RunTable {
  readonly groups: readonly ColumnGroup[];
  /** Those of all groups. */
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** One run, or those of several seeds in its place. */
export type RowHead = Omit<Row, 'cells'>;

/** What an experiment is called whose seeds are in one row: not by the seed of the first. */
function nameOfSeeds(record: RunRecord): string {
  if (record.name || !/\bseed \d/.test(record.difference)) return nameOf(record);
  return record.experiment.name;
}

/** What has a row, or a point: each run, or each experiment over its seeds where `folded`. */
export function headsOf(runs: readonly RunRecord[], folded: boolean): RowHead[] {
  const numbers = new Map(runs.map((run, i) => [run.id, i + 1]));
  const groups = folded ? seedGroups(runs) : runs.map((run) => [run]);
  return groups.flatMap((group): RowHead[] => {
    const [first] = group;
    if (!first) return [];
    const name = group.length > 1 ? `${nameOfSeeds(first)} · ${group.length} seeds` : nameOf(first);
    return [
      { key: first.id, numbers: group.map(({ id }) => numbers.get(id) ?? 0), runs: group, first, name },
    ];
  });
}

const dash = '–';
const none = (title: string): Cell => ({ text: dash, value: undefined, title, isBest: false });

function whyMissing({ id, group, isResult }: Measure, run: RunRecord, part: Part): string {
  if (!isResult) return 'The data set of this run is not here: its network cannot be counted';
  const [, task = ''] = id.split('/');
  if (
    group !== 'mean' &&
    !run.experiment.tasks.some((each) => each.id === task && group === `${each.id} ${each.kind}`)
  )
    return 'This run does not have this task';
  if (part === 'test') return 'This run was not tested';
  if (run.validations.length === 0) return 'This run was not validated';
  return 'This run has no such figure';
}

function measureCell(measure: Measure, { runs, first }: RowHead, part: Part): Cell {
  const values = runs.map((run) => measure.of(run));
  const present = values.filter((value) => value !== undefined);
  if (present.length === 0) return none(whyMissing(measure, first, part));
  if (runs.length === 1) {
    const [value = Number.NaN] = present;
    return { text: formatMeasure(measure, value), value: orNothing(value), isBest: false };
  }
  const { mean, deviation, count } = spreadOf(present);
  const spread = Number.isFinite(deviation) ? ` ± ${formatDeviation(measure, deviation)}` : '';
  const of = count < runs.length ? ` (${count})` : '';
  return {
    text: `${formatMeasure(measure, mean).replace(/ %$/, spread ? '' : ' %')}${spread}${of}`,
    value: orNothing(mean),
    deviation,
    count,
    title: count < runs.length ? `Of ${count} of ${runs.length} runs: the others have no number here` : '',
    isBest: false,
  };
}

const orNothing = (value: number) => (Number.isNaN(value) ? undefined : value);

/** 84.1 ± 0.3 %: the unit stands once. */
function formatDeviation(measure: Measure, deviation: number): string {
  if (measure.unit === 'value') return Number(deviation.toPrecision(2)).toString();
  return formatMeasure(measure, deviation);
}

function fieldCell({ values, isNumeric }: DifferingField, row: number): Cell {
  const field = values[row];
  if (!field) return none('This run has no such setting');
  const value = isNumeric ? field.number : field.text;
  return { text: field.text, value, title: field.text, isBest: false };
}

/** Marks what is best of a column, ties together; a lone figure is not best of anything. */
function withBest(cells: readonly Cell[], { isResult, direction }: Column): readonly Cell[] {
  const values = cells
    .map(({ value }) => value)
    .filter((value) => typeof value === 'number' && Number.isFinite(value));
  if (!isResult || direction === null || values.length < 2) return cells;
  const numbers = values.map(Number);
  const best = direction === 'higher' ? Math.max(...numbers) : Math.min(...numbers);
  // Means of the same figures may differ in their last bits.
  const isBest = (value: number) => Math.abs(value - best) <= 1e-12 * Math.abs(best);
  return cells.map((cell) =>
    typeof cell.value === 'number' && isBest(cell.value) ? { ...cell, isBest: true } : cell,
  );
}

interface Drawn {
  readonly column: Column;
  readonly cells: readonly Cell[];
}

function measureColumn(measure: Measure, heads: readonly RowHead[], part: Part): Drawn {
  const { id, name, short, unit, direction, isResult } = measure;
  const column: Column = { id, name, short, unit, direction, isResult };
  return {
    column,
    cells: withBest(
      heads.map((head) => measureCell(measure, head, part)),
      column,
    ),
  };
}

function fieldColumns(heads: readonly RowHead[], folded: boolean): Drawn[] {
  const fields = differingFields(heads.map(({ first }) => first.experiment));
  return fields
    .filter(({ path }) => !(folded && path === 'seed'))
    .map((field) => {
      const { path, name, isNumeric } = field;
      const unit = isNumeric ? 'value' : 'text';
      const column: Column = {
        id: `field/${path}`,
        name,
        short: name,
        unit,
        direction: null,
        isResult: false,
      };
      return { column, cells: heads.map((_, row) => fieldCell(field, row)) };
    });
}

/** The table of some runs, in the order given. */
export function tableOf(runs: readonly RunRecord[], { part, allMetrics, folded }: TableOptions): RunTable {
  const heads = headsOf(runs, folded);
  const tasks = tasksOf(runs);
  const measures = measuresOf(runs, part);
  const columnsIn = (group: string, shown = measures) =>
    shown.filter((measure) => measure.group === group).map((measure) => measureColumn(measure, heads, part));
  const named: [name: string, task: number | null, columns: Drawn[]][] = [
    ['Differs in', null, fieldColumns(heads, folded)],
    ['Mean over tasks', null, columnsIn('mean')],
    ...tasks.map((task, index): [string, number, Drawn[]] => {
      const main = `metric/${task.id}/${mainMetric(task).id}`;
      const shown = measures.filter(({ id }) => allMetrics || !id.startsWith('metric/') || id === main);
      return [task.name, index, columnsIn(`${task.id} ${task.kind}`, shown)];
    }),
    ['Cost', null, columnsIn('cost')],
  ];
  const filled = named.filter(([, , columns]) => columns.length > 0);
  const drawn = filled.flatMap(([, , columns]) => columns);
  return {
    groups: filled.map(([name, task, columns]) => ({
      name,
      task,
      columns: columns.map(({ column }) => column),
    })),
    columns: drawn.map(({ column }) => column),
    rows: heads.map((head, row) => ({ ...head, cells: drawn.map(({ cells }) => cells[row] ?? none('')) })),
  };
}

/** How a table is sorted: by a column's id, or by `run`. */
export interface Sort {
  readonly column: string;
  readonly falling: boolean;
}

const words = new Intl.Collator('en-GB', { numeric: true, sensitivity: 'base' });

function compare(one: number | string, other: number | string): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return words.compare(String(one), String(other));
}

/** The rows in another order: equal ones as they were, those without a value last either way. */
export function sorted({ columns, rows }: RunTable, sort: Sort | null): readonly Row[] {
  const index = sort ? columns.findIndex(({ id }) => id === sort.column) : -1;
  if (!sort || (index < 0 && sort.column !== 'run')) return rows;
  const valueOf = (row: Row) => (index < 0 ? row.name : row.cells[index]?.value);
  const known = rows.filter((row) => valueOf(row) !== undefined);
  const unknown = rows.filter((row) => valueOf(row) === undefined);
  const sign = sort.falling ? -1 : 1;
  return [...known.toSorted((a, b) => sign * compare(valueOf(a) ?? '', valueOf(b) ?? '')), ...unknown];
}

/** What a click on a column's head asks for: the best first, then the other way round, then as chosen again. */
export function nextSort(
  before: Sort | null,
  { id, direction }: Pick<Column, 'id' | 'direction'>,
): Sort | null {
  const falling = direction === 'higher';
  if (before?.column !== id) return { column: id, falling };
  return before.falling === falling ? { column: id, falling: !falling } : null;
}

/** A field as RFC 4180 wants it. */
const csvField = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The table as comma-separated values: numbers in full; of several seeds mean, deviation and count in columns of their own. */
export function csvOf({ columns, rows }: RunTable): string {
  const isFolded = rows.some(({ runs }) => runs.length > 1);
  const spreads = ({ unit, id }: Column) => isFolded && unit !== 'text' && !id.startsWith('field/');
  const head = columns.flatMap((column) =>
    spreads(column) ? [column.name, `${column.name}, std`, `${column.name}, n`] : [column.name],
  );
  const lines = rows.map(({ name, cells }) => [
    name,
    ...columns.flatMap((column, i) => {
      const cell = cells[i];
      const value = cell?.value ?? (cell && cell.text !== dash ? 'NaN' : '');
      if (!spreads(column)) return [String(value)];
      const { deviation, count = value === '' ? 0 : 1 } = cell ?? {};
      return [
        String(value),
        deviation === undefined || Number.isNaN(deviation) ? '' : String(deviation),
        String(count),
      ];
    }),
  ]);
  return [['run', ...head], ...lines].map((line) => `${line.map(csvField).join(',')}\n`).join('');
}

/** Escaped so that a name cannot end its cell, or its line. */
const markdownCell = (text: string) => text.replaceAll(/[\\|]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');

/** The table as it is shown, in Markdown; the best of a column is bold. */
export function markdownOf({ columns, rows }: RunTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [
    line(['Run', ...columns.map(({ name }) => markdownCell(name))]),
    line(['---', ...columns.map(({ unit }) => (unit === 'text' ? '---' : '---:'))]),
    ...rows.map(({ name, cells }) =>
      line([
        markdownCell(name),
        ...cells.map(({ text, isBest }) => (isBest ? `**${markdownCell(text)}**` : markdownCell(text))),
      ]),
    ),
  ].join('');
}
