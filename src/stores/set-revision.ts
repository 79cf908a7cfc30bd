/** An experiment that moves to the newest labels of its data set. */
import { infoFor } from '#data/resolve.ts';
import type { SetManifest } from '#data/sets/manifest.ts';
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { withData } from '#experiment/defaults.ts';
import type { Experiment } from '#experiment/schema.ts';
import { taskFor, type Task } from '#experiment/tasks/index.ts';

const classesOf = (column: ColumnInfo | undefined): readonly string[] =>
  column === undefined || column.kind === 'number' ? [] : column.classes;

/** A task on the changed column; weights of classes that are others now would be those of the wrong ones. */
function adapted(task: Task, before: ColumnInfo | undefined, column: ColumnInfo): Task | undefined {
  if (taskFor(column).kind !== task.kind) return undefined;
  const isSame = classesOf(before).join('\n') === classesOf(column).join('\n');
  return task.kind === 'classification' && !isSame ? { ...task, classWeights: null } : task;
}

/**
 * The experiment on the latest revision. Its tasks stay as far as their columns are there and of their kind; where none is left,
 * they are the set's columns.
 */
export function onRevision(experiment: Experiment, { id, revisions }: SetManifest): Experiment {
  const { data, tasks, heads } = experiment;
  const revision = revisions.at(-1)?.number ?? 1;
  const next = { source: id, settings: { ...data.settings, revision } };
  const info = infoFor(next);
  const before = infoFor(data).columns;
  const kept = tasks.flatMap((task) => {
    const column = info.columns.find((each) => each.id === task.column);
    const old = before.find((each) => each.id === task.column);
    return column ? (adapted(task, old, column) ?? []) : [];
  });
  if (kept.length === 0) return withData(experiment, info, next);
  const keptHeads = Object.fromEntries(kept.map((task) => [task.id, heads[task.id] ?? []]));
  return { ...experiment, data: next, tasks: kept, heads: keptHeads };
}
