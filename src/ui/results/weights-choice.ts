/** Which weights of the run are looked at: the latest, the best by the mean, or the best of one task; each with its rule in words. */
import type { Experiment } from '#experiment/schema.ts';
import { formatCount } from '#lib/format.ts';
import type { evaluateNow } from '#stores/run.ts';
import type { RunState } from '#stores/run-state.ts';

/** As a choice of a list has it: `task:` and a task's id for the best of that task. */
export type WeightsKey = 'last' | 'best' | `task:${string}`;

export type WeightsOf = Pick<RunState, 'step' | 'best'>;

/** What the worker is asked for. */
export function choiceOf(key: WeightsKey): Parameters<typeof evaluateNow>[1] {
  return key === 'last' || key === 'best' ? key : { bestOf: key.slice('task:'.length) };
}

/** The step of some weights; undefined for a best before the first validation. */
export function stepOf(key: WeightsKey, { step, best }: WeightsOf): number | undefined {
  if (key === 'last') return step;
  return best[key === 'best' ? 'mean' : key.slice('task:'.length)];
}

/** The weights that can be chosen. With a single task its best are the best by the mean. */
export function weightsKeys({ tasks }: Experiment, { best }: WeightsOf): WeightsKey[] {
  const ofTasks = tasks.length > 1 ? tasks.filter(({ id }) => best[id] !== undefined) : [];
  return [
    'last',
    ...(best['mean'] === undefined ? [] : ['best' as const]),
    ...ofTasks.map(({ id }) => `task:${id}` as const),
  ];
}

/** The weights of a step that was evaluated: by the mean before by a task. */
export function keyOfStep(step: number, experiment: Experiment, run: WeightsOf): WeightsKey {
  const keys = weightsKeys(experiment, run).filter((key) => key !== 'last');
  return keys.find((key) => stepOf(key, run) === step) ?? 'last';
}

const nameOfTask = (key: WeightsKey, { tasks }: Experiment) =>
  tasks.find(({ id }) => key === `task:${id}`)?.name ?? 'a task';

/** "Best mean", "Best for top left", "Latest". */
export function weightsName(key: WeightsKey, experiment: Experiment): string {
  if (key === 'last') return 'Latest weights';
  if (key !== 'best') return `Best for ${nameOfTask(key, experiment)}`;
  return experiment.tasks.length > 1 ? 'Best mean' : 'Best weights';
}

/** The rule by which they were chosen, in a sentence. */
export function ruleOf(key: WeightsKey, experiment: Experiment, step: number | undefined): string {
  const at = step === undefined ? '' : `, at step ${formatCount(step)}`;
  if (key === 'last') return `Latest${at}: not necessarily the best.`;
  if (key !== 'best')
    return `Best for ${nameOfTask(key, experiment)} = its lowest validation loss${at}. Other tasks may do better with other weights.`;
  return experiment.tasks.length > 1
    ? `Best = lowest mean of the tasks’ validation losses${at}.`
    : `Best = lowest validation loss${at}.`;
}
