/** A part's predictions, sample by sample, in the words of the label columns. */
import type { Dataset } from '#data/dataset.ts';
import type { Evaluation } from '#engine/types.ts';
import { columnWidth, type ColumnInfo } from '#experiment/dataset-info.ts';
import type { Experiment } from '#experiment/schema.ts';
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import type { Reading } from '#experiment/tasks/task.ts';

function inOrder(names: readonly string[], { entries }: Reading): Record<string, number | null> {
  const values = new Map(entries.map(({ label, value }) => [label, value]));
  return Object.fromEntries(names.map((name) => [name, values.get(name) ?? null]));
}

/**
 * One prediction with its truth, null where not labelled.
 * @param outputs one row of the task's outputs
 * @param targets one row of its column
 */
function describe(task: Task, column: ColumnInfo, outputs: Float32Array, targets: Float32Array): object {
  const { readOutputs, readLabel } = describeTask(task);
  const guess = readOutputs(column, outputs);
  const truth = targets.every(Number.isNaN) ? null : readLabel(column, targets);
  switch (column.kind) {
    case 'class':
      return {
        predicted: guess.text,
        true: truth?.text ?? null,
        probabilities: inOrder(column.classes, guess),
      };
    case 'labels':
      return {
        predicted: guess.entries.filter(({ value }) => value > 0.5).map(({ label }) => label),
        true: truth?.entries.map(({ label }) => label) ?? null,
        probabilities: inOrder(column.classes, guess),
      };
    case 'number':
      return { predicted: inOrder(column.names, guess), true: truth && inOrder(column.names, truth) };
  }
}

/** `{ index, tasks: { id: … } }` of every sample of an evaluation; the index is that of the data set. */
export function* predictions(
  { tasks }: Experiment,
  dataset: Dataset,
  { split, outputs }: Evaluation,
): Generator<object> {
  const columns = new Map(dataset.columns.map((column) => [column.info.id, column]));
  for (const [row, index] of dataset.split[split].entries()) {
    const entries = tasks.flatMap((task) => {
      const [column, table] = [columns.get(task.column), outputs[task.id]];
      if (!column || !table) return [];
      const width = table.length / dataset.split[split].length;
      const labels = columnWidth(column.info);
      const targets = column.values.subarray(index * labels, (index + 1) * labels);
      const one = describe(task, column.info, table.subarray(row * width, (row + 1) * width), targets);
      return [[task.id, one] as const];
    });
    yield { index, tasks: Object.fromEntries(entries) };
  }
}
