/** The table of an ensemble: a row per member and way of combining, columns by task. Pure. */
import type { MetricInfo, Scores } from '#experiment/tasks/task.ts';
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import { formatPercent, formatValue } from '#lib/format.ts';
import type { Ensemble } from '#stores/ensembles.ts';
import { type Way, wayIds } from './words.ts';

/** What is shown of each task: its main metric, its loss, or everything. */
export const measures = ['main', 'loss', 'all'] as const;
export type Measure = (typeof measures)[number];

type Quantity = Pick<MetricInfo, 'id' | 'name' | 'direction' | 'unit'>;

export interface TableColumn {
  readonly task: Task;
  /** Place of the task, for its colour. */
  readonly index: number;
  readonly quantity: Quantity;
}

export interface TableCell {
  /** NaN where the task is not this row's, or the quantity is not defined. */
  readonly value: number;
  readonly text: string;
  readonly isBest: boolean;
  /** Of a member in the weighted average; null where it is none, and beside other columns than the task's first. */
  readonly weight: number | null;
  /** Of a combination: against the best member. */
  readonly difference: { readonly text: string; readonly isBetter: boolean } | null;
}

export interface TableRow {
  /** Place among the members, or the way of combining. */
  readonly source: number | Way;
  readonly cells: readonly TableCell[];
}

/** The quantities of a task. */
function quantitiesOf(task: Task, measure: Measure): Quantity[] {
  const { metrics, lossName } = describeTask(task);
  const loss = { id: 'loss', name: lossName, direction: 'lower', unit: 'value' } as const;
  if (measure === 'loss') return [loss];
  return measure === 'main' ? metrics.slice(0, 1) : [...metrics, loss];
}

export function columnsOf({ tasks }: Ensemble, measure: Measure): TableColumn[] {
  return tasks.flatMap(({ task }, index) =>
    quantitiesOf(task, measure).map((quantity) => ({ task, index, quantity })),
  );
}

function formatted({ unit }: Quantity, value: number): string {
  if (Number.isNaN(value)) return '–';
  return unit === 'share' ? formatPercent(value) : formatValue(value);
}

/** Shares differ by points: "+1.2 pp". */
function differenceText({ unit }: Quantity, difference: number): string {
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '±';
  const size = Math.abs(difference);
  return unit === 'share' ? `${sign}${(100 * size).toFixed(1)} pp` : `${sign}${formatValue(size)}`;
}

function valueOf(scores: Scores | undefined, { id }: Quantity): number {
  return (id === 'loss' ? scores?.loss : scores?.metrics[id]) ?? Number.NaN;
}

/** The best of some values; NaN where none is a number. */
function bestOf({ direction }: Quantity, values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return Number.NaN;
  return direction === 'higher' ? Math.max(...known) : Math.min(...known);
}

/** What a member or a way of combining was scored for a task. */
function scoresOf(
  { voters, members, combined, soup }: Ensemble['tasks'][number],
  source: number | Way,
): Scores | undefined {
  if (typeof source === 'number') return members[voters.indexOf(source)]?.scores;
  return source === 'soup' ? soup?.scores : combined[source].scores;
}

export function rowsOf(ensemble: Ensemble, columns: readonly TableColumn[]): TableRow[] {
  const { members, tasks, soup } = ensemble;
  const combinedBy = wayIds.filter((way) => way !== 'soup' || soup);
  const sources: (number | Way)[] = [...members.keys(), ...combinedBy];
  const values = columns.map(({ index, quantity }) =>
    sources.map((source) => {
      // A vote knows no probabilities, of which a loss would be made.
      const task = tasks[index];
      if (!task || (source === 'vote' && quantity.id === 'loss' && task.task.kind !== 'regression'))
        return Number.NaN;
      return valueOf(scoresOf(task, source), quantity);
    }),
  );
  return sources.map((source, row) => ({
    source,
    cells: columns.map(({ index, quantity }, c): TableCell => {
      const ofColumn = values[c] ?? [];
      const value = ofColumn[row] ?? Number.NaN;
      const bestMember = bestOf(quantity, ofColumn.slice(0, members.length));
      const task = tasks[index];
      const isFirst = columns[c - 1]?.index !== index;
      const place = typeof source === 'number' ? (task?.voters.indexOf(source) ?? -1) : -1;
      const change = value - bestMember;
      return {
        value,
        text: formatted(quantity, value),
        isBest: !Number.isNaN(value) && value === bestOf(quantity, ofColumn),
        weight: isFirst && task?.isFitted ? (task.weights[place] ?? null) : null,
        difference:
          typeof source === 'number' || Number.isNaN(change)
            ? null
            : {
                text: differenceText(quantity, change),
                isBetter: quantity.direction === 'higher' ? change > 0 : change < 0,
              },
      };
    }),
  }));
}
