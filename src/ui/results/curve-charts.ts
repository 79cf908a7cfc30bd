/** Which charts a run has, and their curves: what is drawn from which column of its numbers. */
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import type { MetricInfo } from '#experiment/tasks/task.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { RunState } from '#stores/run-state.ts';
import { startingWeights, strategyOf } from '#strategies/index.ts';
import type { ChartSpec } from '../charts/chart-data.ts';
import { taskColour } from '../task-colour.ts';

export type Evaluation = RunState['validations'][number];

/** A curve over every training step, or over the validations. */
export type CurveSource = {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly colour: string;
  /** Whose curve it is; null for those of the whole run. */
  readonly task: string | null;
} & (
  | { readonly column: string; readonly smooth: boolean }
  | { readonly score: (evaluation: Evaluation) => number }
);

export interface CurveChart extends ChartSpec {
  readonly sources: readonly CurveSource[];
  /** Whether the step of the best weights is marked in it. */
  readonly showsBest: boolean;
}

/** Every chart of an experiment's runs: losses, metrics, task weights, learning rate, gradient norm. */
export function chartsOf({ tasks, strategy }: Pick<Experiment, 'tasks' | 'strategy'>): CurveChart[] {
  const ids = tasks.map(({ id }) => id);
  const change = !strategyOf(strategy.kind).constant;
  const areWeighted =
    tasks.length > 1 && (change || startingWeights(strategy, ids).some((weight) => weight !== 1));
  return [
    ...lossCharts(tasks),
    ...metricCharts(tasks),
    ...(areWeighted ? [weightChart(tasks)] : []),
    runChart('learningRate', 'Learning rate', 'per step', false),
    runChart('gradientNorm', 'Gradient norm', 'before clipping', true),
  ];
}

/** One chart per kind of loss: cross-entropy and squared error share no scale. */
function lossCharts(tasks: readonly Task[]): CurveChart[] {
  const names = new Set(tasks.map((task) => describeTask(task).lossName));
  return [...names].map((lossName) => ({
    id: `loss-${lossName}`,
    title: 'Loss',
    subtitle: lossName,
    unit: 'value',
    canLog: true,
    showsBest: true,
    sources: tasks.flatMap((task, index) => {
      if (describeTask(task).lossName !== lossName) return [];
      return [
        trainCurve(task, index, `loss/${task.id}`),
        validationCurve(task, index, ({ tasks: scores }) => scores[task.id]?.loss ?? Number.NaN),
      ];
    }),
  }));
}

function metricCharts(tasks: readonly Task[]): CurveChart[] {
  const metrics = new Map<string, MetricInfo>();
  // Each kind's main metric first, then the others.
  for (const task of tasks)
    for (const metric of describeTask(task).metrics.slice(0, 1)) metrics.set(metric.id, metric);
  for (const task of tasks) for (const metric of describeTask(task).metrics) metrics.set(metric.id, metric);
  return [...metrics.values()].map((metric) => ({
    id: `metric-${metric.id}`,
    title: metric.name,
    subtitle:
      metric.unit === 'share' ? '%' : metric.direction === 'lower' ? 'lower is better' : 'higher is better',
    unit: metric.unit,
    canLog: metric.direction === 'lower',
    showsBest: true,
    sources: tasks.flatMap((task, index) => {
      const kind = describeTask(task);
      if (!kind.metrics.some(({ id }) => id === metric.id)) return [];
      const validation = validationCurve(
        task,
        index,
        ({ tasks: scores }) => scores[task.id]?.metrics[metric.id] ?? Number.NaN,
      );
      return kind.trainingMetric === metric.id
        ? [trainCurve(task, index, `metric/${task.id}`), validation]
        : [validation];
    }),
  }));
}

/** What each task's loss, or gradient, is multiplied by, as the run reports it. */
export function weightChart(tasks: readonly Task[]): CurveChart {
  return {
    id: 'task-weights',
    title: 'Task weights',
    subtitle: 'what each loss is multiplied by',
    unit: 'value',
    canLog: false,
    showsBest: false,
    sources: tasks.map((task, index) => ({
      ...trainCurve(task, index, `weight/${task.id}`),
      role: '',
      smooth: false,
    })),
  };
}

function runChart(column: string, title: string, subtitle: string, smooth: boolean): CurveChart {
  const colour = 'var(--ink-soft)';
  return {
    id: column,
    title,
    subtitle,
    unit: 'value',
    canLog: true,
    showsBest: false,
    sources: [{ id: column, name: '', role: '', colour, task: null, column, smooth }],
  };
}

function trainCurve(task: Task, index: number, column: string) {
  return {
    id: `train/${task.id}`,
    name: task.name,
    role: 'train',
    colour: taskColour(index),
    task: task.id,
    column,
    smooth: true,
  };
}

function validationCurve(task: Task, index: number, score: (evaluation: Evaluation) => number) {
  return {
    id: `validation/${task.id}`,
    name: task.name,
    role: 'validation',
    colour: taskColour(index),
    task: task.id,
    score,
  };
}
