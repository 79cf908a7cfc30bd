/** An evaluation laid beside its labels: per task, what the network said of each image and what is true. */
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { columnWidth } from '#experiment/dataset-info.ts';
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { datasetStore } from '#stores/dataset.ts';
import type { Evaluation } from './curve-charts.ts';

export type DatasetSummary = NonNullable<ReturnType<typeof datasetStore.getState>['summary']>;

export interface TaskResult {
  readonly task: Task;
  /** Place in the experiment's list, for its colour. */
  readonly index: number;
  readonly column: ColumnInfo;
  /** [samples, outputs], raw. */
  readonly outputs: Float32Array;
  /** [samples, columnWidth(column)]; NaN where not labelled. */
  readonly targets: Float32Array;
}

export interface Results {
  readonly evaluation: Evaluation;
  readonly summary: DatasetSummary;
  /** Ids of the samples, in the order of the rows. */
  readonly samples: Uint32Array;
  readonly tasks: readonly TaskResult[];
}

const known = new WeakMap<Evaluation, Results>();

/** An evaluation with the labels of its samples; the same object for the same evaluation. */
export function resultsOf(evaluation: Evaluation, { tasks }: Experiment, summary: DatasetSummary): Results {
  const before = known.get(evaluation);
  if (before?.summary === summary) return before;
  const samples = summary.split[evaluation.split];
  const results: Results = {
    evaluation,
    summary,
    samples,
    tasks: tasks.flatMap((task, index) => {
      const labels = summary.columns.find(({ info }) => info.id === task.column);
      const outputs = evaluation.outputs[task.id];
      if (!labels || !outputs) return [];
      const width = columnWidth(labels.info);
      const targets = new Float32Array(samples.length * width);
      for (const [row, sample] of samples.entries())
        targets.set(labels.values.subarray(sample * width, (sample + 1) * width), row * width);
      return [{ task, index, column: labels.info, outputs, targets }];
    }),
  };
  known.set(evaluation, results);
  return results;
}

/** What the network said of one sample. */
export function outputRow({ task, column, outputs }: TaskResult, row: number): Float32Array {
  const width = describeTask(task).outputs(column);
  return outputs.subarray(row * width, (row + 1) * width);
}

/** What is true of one sample. */
export function targetRow({ column, targets }: TaskResult, row: number): Float32Array {
  const width = columnWidth(column);
  return targets.subarray(row * width, (row + 1) * width);
}

/** Whether predictions are right or wrong, rather than more or less near. */
export function hasRightAndWrong({ column }: TaskResult): boolean {
  return column.kind !== 'number';
}
