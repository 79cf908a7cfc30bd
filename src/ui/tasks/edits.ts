/** Edits of tasks and their balance, as the tasks panel makes them. */
import { withoutTask, withTask } from '#experiment/defaults.ts';
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import { type Task, taskFor, taskSchema } from '#experiment/tasks/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { continueEdit, editExperiment } from '#stores/experiment.ts';

/** Changes settings of one task. */
export function editTask(id: string, change: Readonly<Record<string, unknown>>): boolean {
  return editExperiment((experiment) => ({
    ...experiment,
    tasks: experiment.tasks.map((task) => (task.id === id ? { ...task, ...change } : task)),
  }));
}

export function removeTask(id: string): boolean {
  return editExperiment((experiment) => withoutTask(experiment, id));
}

/** A task on a column, under an id that no other has: "colours", "colours-2", … */
function freshTask({ tasks }: Experiment, column: ColumnInfo): Task {
  const plain = taskFor(column);
  const taken = (id: string) => tasks.some((task) => task.id === id);
  for (let n = 1; ; n++) {
    const id = n === 1 ? plain.id : `${plain.id}-${n}`;
    if (!taken(id))
      return taskSchema.parse({ ...plain, id, name: n === 1 ? plain.name : `${plain.name} ${n}` });
  }
}

export function addTask(column: ColumnInfo): boolean {
  return editExperiment((experiment) => withTask(experiment, freshTask(experiment, column)));
}

/** The weights that a strategy's settings give by task id. */
export function weightsOf({ strategy }: Experiment): Readonly<Record<string, number>> {
  const weights = strategy.settings['weights'];
  return typeof weights === 'object' && weights !== null ? (weights as Record<string, number>) : {};
}

/** Sets a task's weight; `carryOn` joins it to the edit before, as while a slider is dragged. */
export function setWeight(task: string, weight: number, carryOn = false): boolean {
  const edit = carryOn ? continueEdit : editExperiment;
  return edit((experiment) => ({
    ...experiment,
    strategy: {
      ...experiment.strategy,
      settings: { ...experiment.strategy.settings, weights: { ...weightsOf(experiment), [task]: weight } },
    },
  }));
}

/** Balances the tasks by a method, with its default settings; what its gradients are taken by stays. */
export function chooseMethod(kind: string): boolean {
  return editExperiment((experiment) => ({
    ...experiment,
    strategy: { ...experiment.strategy, kind, settings: {} },
  }));
}
