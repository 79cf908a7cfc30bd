/** The labels of a sample in words, column by column. */
import { describeTask, type Task, taskFor } from '#experiment/tasks/index.ts';
import { type DatasetSummary, labelRow } from '#stores/dataset.ts';
import { taskColour } from '../task-colour.ts';

export interface SampleLabel {
  readonly column: string;
  readonly name: string;
  readonly text: string;
  /** Colour of the task that learns it; undefined where none does. */
  readonly colour: string | undefined;
}

export function labelsOf(summary: DatasetSummary, tasks: readonly Task[], sample: number): SampleLabel[] {
  return summary.columns.map(({ info }) => {
    const index = tasks.findIndex(({ column }) => column === info.id);
    return {
      column: info.id,
      name: tasks[index]?.name ?? info.name,
      text: describeTask(taskFor(info)).readLabel(info, labelRow(summary, info.id, sample)).text,
      colour: index < 0 ? undefined : taskColour(index),
    };
  });
}

/** "top left: coat, bottom right: bag". */
export function labelText(labels: readonly SampleLabel[]): string {
  return labels.map(({ name, text }) => `${name}: ${text}`).join(', ');
}
