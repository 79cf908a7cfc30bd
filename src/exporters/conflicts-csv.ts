/**
 * `conflicts.csv`: how long the tasks' gradients were and how they stood to each other, wherever that was measured.
 * docs/files.md explains the columns to readers.
 */
import type { Task } from '#experiment/tasks/index.ts';
import { gramianColumns } from '#experiment/metric-columns.ts';
import { cosineOf, normOf, pairsOf } from '#lib/gramian.ts';
import type { SeriesTable } from '#lib/series.ts';

type Tasks = readonly Pick<Task, 'id'>[];

/** Pairs of two tasks. */
const couplesOf = (tasks: number) => pairsOf(tasks).filter(([i, j]) => i < j);

/** Names of the columns, as a line. */
export function conflictsHeader(tasks: Tasks): string {
  const id = (t: number) => tasks[t]?.id ?? '';
  const norms = tasks.map((task) => `${task.id}/norm`);
  const cosines = couplesOf(tasks.length).map(([i, j]) => `${id(i)}/${id(j)}/cosine`);
  return `${['step', 'gradients', ...norms, ...cosines].join(',')}\n`;
}

/** Seven digits hold all that float32 knows; an empty cell is a cosine with a gradient of zero. */
const cell = (value: number) => (Number.isNaN(value) ? '' : String(Number(value.toPrecision(7))));

/**
 * A line for each measurement.
 * @param rows [n, columns of {@link gramianColumns}], row-major
 */
export function conflictsLines(tasks: Tasks, rows: ArrayLike<number>): string {
  const count = tasks.length;
  const couples = couplesOf(count);
  const width = gramianColumns(count).length;
  let text = '';
  for (let start = 0; start < rows.length; start += width) {
    const [step = 0, byParameters, ...products] = Array.from(
      { length: width },
      (_, k) => rows[start + k] ?? NaN,
    );
    const norms = tasks.map((_, t) => normOf(products, t, count));
    const cosines = couples.map(([i, j]) => cosineOf(products, i, j, count));
    const by = byParameters ? 'parameters' : 'representation';
    text += `${[step, by, ...[...norms, ...cosines].map(cell)].join(',')}\n`;
  }
  return text;
}

/** The whole table of a run. */
export function conflictsCsv(tasks: Tasks, gramians: SeriesTable): string {
  const lines = Array.from({ length: gramians.length }, (_, row) => conflictsLines(tasks, gramians.row(row)));
  return conflictsHeader(tasks) + lines.join('');
}
