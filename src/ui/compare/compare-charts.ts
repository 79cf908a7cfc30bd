/** Which charts a choice of runs has: for every quantity, what it is drawn from in each of the runs. */
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import type { MetricInfo } from '#experiment/tasks/task.ts';
import { cosineOf } from '#lib/gramian.ts';
import type { Quantity } from '#stores/compare.ts';
import type { CurveKind } from '#stores/kept-curves.ts';
import type { RunRecord } from '#stores/library.ts';
import type { ChartSpec } from '../charts/chart-data.ts';
import { mainMetric } from '../tasks/scores.ts';

type Scored = RunRecord['validations'][number];

/** Numbers of a run that follow from columns of one of its tables, row by row. */
export interface RowSource {
  readonly kind: CurveKind;
  readonly columns: readonly string[];
  /** From one row of those columns. */
  readonly valueOf: (row: ArrayLike<number>) => number;
}

export interface CompareChart extends ChartSpec {
  readonly quantity: Quantity;
  /** What is drawn for the steps of a run, and for its validations; null where the run has no such thing. */
  readonly steps: (run: RunRecord) => RowSource | null;
  readonly validations: (run: RunRecord) => ((scored: Scored) => number) | null;
}

export const quantityNames: Readonly<Record<Quantity, string>> = {
  mean: 'Mean over tasks',
  loss: 'Loss',
  metric: 'Main metric',
  metrics: 'Other metrics',
  weight: 'Task weights',
  rate: 'Learning rate and gradient norm',
  cosine: 'Gradient cosines',
  norm: 'Gradient norms',
  conflict: 'Share in conflict',
};

/** Beyond so many pairs of tasks only the mean of their cosines is drawn. */
const mostPairs = 10;

const none = () => null;
const first = (row: ArrayLike<number>) => row[0] ?? Number.NaN;
const column = (name: string): RowSource => ({ kind: 'metrics', columns: [name], valueOf: first });

/** Of the values that are numbers; NaN where none is. */
function mean(values: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

/** The task of a run that a chart is about: the one of that id, if it is of the same sort. */
function taskIn({ experiment }: RunRecord, like: Task): Task | undefined {
  return experiment.tasks.find(({ id, kind }) => id === like.id && kind === like.kind);
}

/** The tasks of all runs, one of each id and kind, in the order of the runs. */
function tasksOf(runs: readonly RunRecord[]): Task[] {
  const tasks = new Map<string, Task>();
  for (const { experiment } of runs)
    for (const task of experiment.tasks) {
      const key = `${task.id}/${task.kind}`;
      if (!tasks.has(key)) tasks.set(key, task);
    }
  return [...tasks.values()];
}

function subtitleOf(metric: MetricInfo): string {
  if (metric.unit === 'share') return '%';
  return metric.direction === 'lower' ? 'lower is better' : 'higher is better';
}

/** The metric that all tasks of a run share as their main one; undefined where they have different ones. */
function commonMetric({ experiment }: RunRecord): MetricInfo | undefined {
  const [metric, ...others] = experiment.tasks.map(mainMetric);
  return others.every(({ id }) => id === metric?.id) ? metric : undefined;
}

function meanCharts(runs: readonly RunRecord[]): CompareChart[] {
  const loss: CompareChart = {
    id: 'mean-loss',
    title: 'Mean loss',
    subtitle: 'of all tasks, unweighted',
    unit: 'value',
    canLog: true,
    quantity: 'mean',
    steps: ({ experiment }) => ({
      kind: 'metrics',
      columns: experiment.tasks.map(({ id }) => `loss/${id}`),
      valueOf: mean,
    }),
    validations: () => (scored) => scored.meanLoss,
  };
  const metrics = new Map(
    runs.flatMap((run) => [commonMetric(run) ?? []].flat().map((each) => [each.id, each])),
  );
  const ofMetrics = [...metrics.values()].map((metric): CompareChart => {
    const has = (run: RunRecord) => run.experiment.tasks.length > 1 && commonMetric(run)?.id === metric.id;
    return {
      id: `mean-${metric.id}`,
      title: `Mean ${metric.name.toLowerCase()}`,
      subtitle: subtitleOf(metric),
      unit: metric.unit,
      canLog: metric.direction === 'lower',
      quantity: 'mean',
      steps: (run) =>
        has(run) && run.experiment.tasks.every((task) => describeTask(task).trainingMetric === metric.id)
          ? { kind: 'metrics', columns: run.experiment.tasks.map(({ id }) => `metric/${id}`), valueOf: mean }
          : null,
      validations: (run) =>
        has(run)
          ? ({ tasks }) =>
              mean(run.experiment.tasks.map(({ id }) => tasks[id]?.metrics[metric.id] ?? Number.NaN))
          : null,
    };
  });
  return runs.some(({ experiment }) => experiment.tasks.length > 1) ? [loss, ...ofMetrics] : [];
}

function lossChart(task: Task): CompareChart {
  return {
    id: `loss-${task.id}-${task.kind}`,
    title: `${task.name}: loss`,
    subtitle: describeTask(task).lossName,
    unit: 'value',
    canLog: true,
    quantity: 'loss',
    steps: (run) => (taskIn(run, task) ? column(`loss/${task.id}`) : null),
    validations: (run) => (taskIn(run, task) ? ({ tasks }) => tasks[task.id]?.loss ?? Number.NaN : null),
  };
}

function metricChart(task: Task, metric: MetricInfo, quantity: 'metric' | 'metrics'): CompareChart {
  const isTrained = describeTask(task).trainingMetric === metric.id;
  return {
    id: `${metric.id}-${task.id}-${task.kind}`,
    title: `${task.name}: ${metric.name.toLowerCase()}`,
    subtitle: subtitleOf(metric),
    unit: metric.unit,
    canLog: metric.direction === 'lower',
    quantity,
    steps: (run) => (isTrained && taskIn(run, task) ? column(`metric/${task.id}`) : null),
    validations: (run) =>
      taskIn(run, task) ? ({ tasks }) => tasks[task.id]?.metrics[metric.id] ?? Number.NaN : null,
  };
}

function weightChart(task: Task): CompareChart {
  return {
    id: `weight-${task.id}-${task.kind}`,
    title: `${task.name}: weight`,
    subtitle: 'what its loss is multiplied by',
    unit: 'value',
    canLog: true,
    quantity: 'weight',
    steps: (run) =>
      run.experiment.tasks.length > 1 && taskIn(run, task) ? column(`weight/${task.id}`) : null,
    validations: none,
  };
}

const rateCharts: readonly CompareChart[] = (
  [
    ['learningRate', 'Learning rate', 'per step'],
    ['gradientNorm', 'Gradient norm', 'before clipping'],
  ] as const
).map(([name, title, subtitle]) => ({
  id: name,
  title,
  subtitle,
  unit: 'value',
  canLog: true,
  quantity: 'rate',
  steps: () => column(name),
  validations: none,
}));

/** Columns of the inner products of some tasks of a run, the upper triangle row by row; null where they were not measured. */
function products(run: RunRecord, tasks: readonly Task[]): readonly string[] | null {
  if (run.gramianRows === 0) return null;
  const places = tasks.map((task) => run.experiment.tasks.findIndex(({ id }) => id === task.id));
  if (places.includes(-1)) return null;
  return places.flatMap((i, k) => places.slice(k).map((j) => `gramian/${Math.min(i, j)}/${Math.max(i, j)}`));
}

function gradientSource(
  tasksOfRun: (run: RunRecord) => readonly Task[] | null,
  valueOf: (row: ArrayLike<number>, tasks: number) => number,
): CompareChart['steps'] {
  return (run) => {
    const tasks = tasksOfRun(run);
    const columns = tasks && products(run, tasks);
    return columns && { kind: 'gramians', columns, valueOf: (row) => valueOf(row, tasks.length) };
  };
}

/** Cosines of all pairs of some tasks, by their products. */
function* cosines(row: ArrayLike<number>, tasks: number): Generator<number> {
  for (let i = 0; i < tasks; i++) for (let j = i + 1; j < tasks; j++) yield cosineOf(row, i, j, tasks);
}

const several = ({ experiment: { tasks } }: RunRecord) => (tasks.length > 1 ? tasks : null);

const cosineLook = {
  unit: 'value',
  canLog: false,
  symmetric: true,
  quantity: 'cosine',
  validations: none,
} as const;

function cosineCharts(tasks: readonly Task[]): CompareChart[] {
  const pairs = tasks.flatMap((one, i) => tasks.slice(i + 1).map((other) => [one, other] as const));
  const all: CompareChart = {
    ...cosineLook,
    id: 'cosine-mean',
    title: 'Mean gradient cosine',
    subtitle: 'all pairs; below 0: in conflict',
    steps: gradientSource(several, (row, count) => mean([...cosines(row, count)])),
  };
  const single = pairs.map((pair): CompareChart => {
    const [one, other] = pair;
    return {
      ...cosineLook,
      id: `cosine-${one.id}-${other.id}`,
      title: `${one.name} · ${other.name}`,
      subtitle: 'cosine; below 0: in conflict',
      steps: gradientSource(
        (run) => (pair.every((task) => taskIn(run, task)) ? pair : null),
        (row) => cosineOf(row, 0, 1, 2),
      ),
    };
  });
  return pairs.length === 1 ? single : pairs.length > mostPairs ? [all] : [all, ...single];
}

function normChart(task: Task): CompareChart {
  return {
    id: `norm-${task.id}-${task.kind}`,
    title: `${task.name}: gradient norm`,
    subtitle: 'of its own gradient',
    unit: 'value',
    canLog: true,
    quantity: 'norm',
    steps: gradientSource(
      (run) => (taskIn(run, task) ? [task] : null),
      (row) => Math.sqrt(first(row)),
    ),
    validations: none,
  };
}

const conflictChart: CompareChart = {
  id: 'conflict-share',
  title: 'Pairs in conflict',
  subtitle: '% of pairs; smooth it for a share of steps',
  unit: 'share',
  canLog: false,
  quantity: 'conflict',
  steps: gradientSource(several, (row, count) =>
    mean([...cosines(row, count)].map((cosine) => (Number.isNaN(cosine) ? cosine : Number(cosine < 0)))),
  ),
  validations: none,
};

function chartsOfQuantity(
  quantity: Quantity,
  runs: readonly RunRecord[],
  tasks: readonly Task[],
): readonly CompareChart[] {
  switch (quantity) {
    case 'mean':
      return meanCharts(runs);
    case 'loss':
      return tasks.map(lossChart);
    case 'metric':
      return tasks.map((task) => metricChart(task, mainMetric(task), 'metric'));
    case 'metrics':
      return tasks.flatMap((task) =>
        describeTask(task)
          .metrics.slice(1)
          .map((metric) => metricChart(task, metric, 'metrics')),
      );
    case 'weight':
      return tasks.map(weightChart);
    case 'rate':
      return rateCharts;
    case 'cosine':
      return cosineCharts(tasks);
    case 'norm':
      return tasks.map(normChart);
    case 'conflict':
      return [conflictChart];
  }
}

/** The charts of some quantities, without those that none of the runs has anything for. */
export function chartsFor(runs: readonly RunRecord[], shown: readonly Quantity[]): CompareChart[] {
  const tasks = tasksOf(runs);
  return shown
    .flatMap((quantity) => chartsOfQuantity(quantity, runs, tasks))
    .filter((chart) => runs.some((run) => chart.steps(run) ?? chart.validations(run)));
}
