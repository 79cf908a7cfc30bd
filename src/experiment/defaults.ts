/** Experiments to start from. */
import type { DatasetInfo } from './dataset-info.ts';
import { layerSchema, type Layer } from './layers/index.ts';
import { presets, withPreset } from './presets/index.ts';
import { currentVersion, experimentSchema, type Experiment } from './schema.ts';
import { taskFor, type Task } from './tasks/index.ts';

type DataReference = Experiment['data'];

/** A sensible experiment on a data set: LeNet, one task per label column, Adam 1e-3, batches of 256, 10 epochs. */
export function experimentFor(info: DatasetInfo, data: DataReference): Experiment {
  const tasks = info.columns.map(taskFor);
  const bare = experimentSchema.parse({
    version: currentVersion,
    name: `${info.name} · ${presets.lenet.name}`,
    data,
    tasks,
    trunk: [],
    heads: Object.fromEntries(tasks.map((task) => [task.id, []])),
    training: { optimiser: { kind: 'adam' } },
  });
  return withPreset(bare, 'lenet');
}

/** The experiment on another data set: network, training and seed stay, tasks are that set's columns, heads are alike. */
export function withData(experiment: Experiment, info: DatasetInfo, data: DataReference): Experiment {
  const tasks = info.columns.map((column) => {
    const before = experiment.tasks.find((task) => task.column === column.id);
    const fresh = taskFor(column);
    return before?.kind === fresh.kind ? before : fresh;
  });
  const pattern = headPattern(experiment);
  return {
    ...experiment,
    data,
    tasks,
    heads: Object.fromEntries(tasks.map(({ id }) => [id, experiment.heads[id] ?? pattern])),
  };
}

/** The experiment with one more task, its head like the others'. */
export function withTask(experiment: Experiment, task: Task): Experiment {
  const heads = { ...experiment.heads, [task.id]: headPattern(experiment) };
  return { ...experiment, tasks: [...experiment.tasks, task], heads };
}

/** The experiment without a task and its head. */
export function withoutTask(experiment: Experiment, id: string): Experiment {
  const { [id]: _removed, ...heads } = experiment.heads;
  return { ...experiment, tasks: experiment.tasks.filter((task) => task.id !== id), heads };
}

function headPattern({ tasks, heads }: Experiment): Layer[] {
  return structuredClone(heads[tasks[0]?.id ?? ''] ?? [layerSchema.parse({ kind: 'dense', units: 50 })]);
}
