/** The registry of task kinds: their only list. */
import { z } from 'zod';
import type { ColumnInfo } from '../dataset-info.ts';
import { classification, classificationSchema } from './classification.ts';
import { multiLabel, multiLabelSchema } from './multi-label.ts';
import { regression, regressionSchema } from './regression.ts';
import type { Outputs, TaskDefinition } from './task.ts';

export const taskSchema = z.discriminatedUnion('kind', [
  classificationSchema,
  multiLabelSchema,
  regressionSchema,
]);

export type Task = z.infer<typeof taskSchema>;
export type TaskKind = Task['kind'];
export type TaskOf<Kind extends TaskKind> = Extract<Task, { kind: Kind }>;

export const tasks: { readonly [Kind in TaskKind]: TaskDefinition<TaskOf<Kind>> } = {
  classification,
  'multi-label': multiLabel,
  regression,
};

/** The definition of a task, bound to its settings. */
export function describeTask<Kind extends TaskKind>(task: TaskOf<Kind>) {
  const definition: TaskDefinition<TaskOf<Kind>> = tasks[task.kind];
  return {
    definition,
    metrics: definition.metrics,
    trainingMetric: definition.trainingMetric,
    lossName: definition.lossName(task),
    outputs: (column: ColumnInfo) => definition.outputs(column),
    score: (column: ColumnInfo, data: Outputs) => definition.score(task, column, data),
    readOutputs: (column: ColumnInfo, row: Float32Array) => definition.readOutputs(column, row),
    readLabel: (column: ColumnInfo, row: Float32Array) => definition.readLabel(column, row),
    wrongness: (column: ColumnInfo, outputs: Float32Array, targets: Float32Array) =>
      definition.wrongness(task, column, outputs, targets),
  };
}

/** The task kind that learns a kind of column. */
export function kindFor(column: ColumnInfo): TaskKind {
  const kinds = Object.keys(tasks) as TaskKind[];
  const kind = kinds.find((each) => tasks[each].column === column.kind);
  if (!kind) throw new Error(`No task kind learns a column of kind "${column.kind}".`);
  return kind;
}

/** A task with default settings for a column. */
export function taskFor(column: ColumnInfo): Task {
  return taskSchema.parse({ kind: kindFor(column), id: column.id, name: column.name, column: column.id });
}
