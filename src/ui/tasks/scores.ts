/** How a task is doing, in one number and its name. */
import type { MetricInfo, Scores } from '#experiment/tasks/task.ts';
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import { formatPercent, formatValue } from '#lib/format.ts';
import { type RunState, useRun } from '#stores/run-state.ts';

/** The metric that a task is judged by. */
export function mainMetric(task: Task): MetricInfo {
  const [metric] = describeTask(task).metrics;
  if (!metric) throw new Error(`A ${task.kind} task has no metric.`);
  return metric;
}

/** A metric's value as people read it. */
function formatMetric(metric: MetricInfo, value: number): string {
  return metric.unit === 'share' ? formatPercent(value) : formatValue(value);
}

/** A metric's name where there is little room: "accuracy", "MAE". */
export function shortName({ id, name }: MetricInfo): string {
  return name.length <= 10 ? name.toLowerCase() : id.toUpperCase();
}

/** The main metric of some scores, in words; undefined where there are none. */
export function reading(task: Task, scores: Scores | undefined): string | undefined {
  const metric = mainMetric(task);
  const value = scores?.metrics[metric.id];
  return value === undefined ? undefined : formatMetric(metric, value);
}

/** The validation after a step. */
export function validationAt(run: RunState, step: number | undefined) {
  return run.validations.findLast((each) => each.step === step);
}

export interface TaskStanding {
  readonly last: string | undefined;
  readonly best: string | undefined;
  readonly bestStep: number | undefined;
}

/** Last and best validation of a task. */
export function useStanding(task: Task): TaskStanding {
  const last = useRun((run) => reading(task, run.validations.at(-1)?.tasks[task.id]));
  const bestStep = useRun((run) => run.best[task.id]);
  const best = useRun((run) => reading(task, validationAt(run, run.best[task.id])?.tasks[task.id]));
  return { last, best, bestStep };
}
