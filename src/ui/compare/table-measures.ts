/** What runs are judged by in figures: results of each task and of all together, and what they cost. */
import { infoFor } from '#data/resolve.ts';
import { planNetwork } from '#experiment/plan.ts';
import type { Experiment } from '#experiment/schema.ts';
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import type { MetricInfo } from '#experiment/tasks/task.ts';
import { formatCount, formatDuration, formatFlops, formatPercent, formatValue } from '#lib/format.ts';
import type { RunRecord } from '#stores/library.ts';
import { costOf } from '#stores/run-cost.ts';
import { formatReading } from '../charts/scale.ts';
import { mainMetric, shortName } from '../tasks/scores.ts';

/**
 * Which results of a run count. `best`: one set of weights, those with the lowest mean validation loss; `each`: every task
 * by its own best weights, which are several networks; `last`: the last validation; `test`: where the test was taken.
 */
export const parts = ['best', 'each', 'last', 'test'] as const;
export type Part = (typeof parts)[number];

export const partNames: Readonly<Record<Part, string>> = {
  best: 'Validation, best mean',
  each: 'Validation, best per task',
  last: 'Validation, last',
  test: 'Test',
};

/** What a reader must know of each. */
export const partWords: Readonly<Record<Part, string>> = {
  best: 'One network per run: the weights with the lowest mean of the tasks’ validation losses.',
  each: 'Each task at its own lowest validation loss: up to one network per task, so better than any single one.',
  last: 'The weights at the last validation.',
  test: 'The latest test of each run, of the weights with the lowest mean validation loss unless others were asked for.',
};

export type Unit = 'share' | 'value' | 'count' | 'seconds' | 'flops' | 'text';

/** A figure that a run has, or has not. */
export interface Measure {
  /** `metric/top-left/accuracy`, `loss/top-left`, `mean/loss`, `cost/seconds`. */
  readonly id: string;
  /** Alone: "top left accuracy". */
  readonly name: string;
  /** Under the heading of its group: "accuracy". */
  readonly short: string;
  /** Id of the task, or what else it stands under. */
  readonly group: string;
  readonly unit: Unit;
  /** Which way is better; null where neither is. */
  readonly direction: 'higher' | 'lower' | null;
  /** Whether the best of it is worth a mark: results are, costs are not. */
  readonly isResult: boolean;
  /** NaN where it was measured and is no number; undefined where the run does not have it. */
  readonly of: (run: RunRecord) => number | undefined;
}

type Scored = RunRecord['validations'][number];

/** The evaluation that counts for a task, or for the mean where it is null. */
function evaluationOf(
  { validations, test, best }: RunRecord,
  part: Part,
  task: string | null,
): Scored | undefined {
  if (part === 'test') return test ?? undefined;
  if (part === 'last') return validations.at(-1);
  const step = best[part === 'each' && task !== null ? task : 'mean'];
  return step === undefined ? undefined : validations.findLast((each) => each.step === step);
}

const hasTask = ({ experiment }: RunRecord, { id, kind }: Task) =>
  experiment.tasks.some((task) => task.id === id && task.kind === kind);

/** The tasks of all runs, each once; one that is of another kind elsewhere is another. */
export function tasksOf(runs: readonly RunRecord[]): Task[] {
  const tasks = new Map<string, Task>();
  for (const { experiment } of runs)
    for (const task of experiment.tasks) {
      const key = `${task.id} ${task.kind}`;
      if (!tasks.has(key)) tasks.set(key, task);
    }
  return [...tasks.values()];
}

function measuresOfTask(task: Task, part: Part): Measure[] {
  const { id, name } = task;
  const scores = (run: RunRecord) =>
    hasTask(run, task) ? evaluationOf(run, part, id)?.tasks[id] : undefined;
  const base = { group: `${id} ${task.kind}`, isResult: true };
  const metrics = describeTask(task).metrics.map((metric): Measure => {
    const short = shortName(metric);
    const of = (run: RunRecord) => scores(run)?.metrics[metric.id];
    const { unit, direction } = metric;
    return { ...base, id: `metric/${id}/${metric.id}`, name: `${name} ${short}`, short, unit, direction, of };
  });
  const of = (run: RunRecord) => scores(run)?.loss;
  return [
    ...metrics,
    {
      ...base,
      id: `loss/${id}/${task.kind}`,
      name: `${name} loss`,
      short: 'loss',
      unit: 'value',
      direction: 'lower',
      of,
    },
  ];
}

/** The metric that all tasks are judged by, if it is the same one. */
function commonMetric(tasks: readonly Task[]): MetricInfo | undefined {
  const [metric, ...others] = tasks.map(mainMetric);
  return others.every(({ id }) => id === metric?.id) ? metric : undefined;
}

/** Mean of numbers; NaN where one of them is none. */
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function meanMeasures(tasks: readonly Task[], part: Part): Measure[] {
  const base = { group: 'mean', isResult: true };
  /** Each run's mean is that of its own tasks, with `each` also at the best of each. */
  const meanOver = (run: RunRecord, valueOf: (scores: Scored['tasks'][string]) => number | undefined) => {
    const values = run.experiment.tasks.map(({ id }) => {
      const scores = evaluationOf(run, part, id)?.tasks[id];
      return scores && valueOf(scores);
    });
    return values.every((value) => value !== undefined) ? meanOf(values) : undefined;
  };
  const loss: Measure = {
    ...base,
    id: 'mean/loss',
    name: 'mean loss',
    short: 'loss',
    unit: 'value',
    direction: 'lower',
    of: (run) =>
      part === 'each' ? meanOver(run, (scores) => scores.loss) : evaluationOf(run, part, null)?.meanLoss,
  };
  const metric = commonMetric(tasks);
  if (!metric || tasks.length < 2) return [loss];
  const short = shortName(metric);
  const { unit, direction } = metric;
  const of = (run: RunRecord) => meanOver(run, ({ metrics }) => metrics[metric.id]);
  return [{ ...base, id: `mean/${metric.id}`, name: `mean ${short}`, short, unit, direction, of }, loss];
}

const counted = new WeakMap<Experiment, number | null>();

/** Trainable numbers of its network; undefined where its data set is none that is here. Remembered per document. */
function parametersOf(experiment: Experiment): number | undefined {
  let count = counted.get(experiment);
  if (count === undefined) {
    try {
      count = planNetwork(experiment, infoFor(experiment.data)).parameterCount;
    } catch {
      count = null; // of data that was dropped here and is gone, for one
    }
    counted.set(experiment, count);
  }
  return count ?? undefined;
}

const costs: readonly Measure[] = [
  ['steps', 'count', ({ step }: RunRecord) => step] as const,
  ['seconds', 'seconds', ({ seconds }: RunRecord) => seconds] as const,
  ['parameters', 'count', ({ experiment }: RunRecord) => parametersOf(experiment)] as const,
  [
    'FLOPs',
    'flops',
    ({ experiment, step }: RunRecord) => {
      const cost = costOf(experiment);
      return cost ? cost.flops * step : undefined;
    },
  ] as const,
].map(([name, unit, of]) => ({
  id: `cost/${name.toLowerCase()}`,
  name,
  short: name,
  group: 'cost',
  unit,
  direction: 'lower',
  isResult: false,
  of,
}));

/** Every figure that one of the runs may have: of all tasks together, of each task, and of what it cost. */
export function measuresOf(runs: readonly RunRecord[], part: Part): Measure[] {
  const tasks = tasksOf(runs);
  return [...meanMeasures(tasks, part), ...tasks.flatMap((task) => measuresOfTask(task, part)), ...costs];
}

/** A figure as it stands in a cell. */
export function formatMeasure({ unit }: Pick<Measure, 'unit'>, value: number): string {
  if (!Number.isFinite(value)) return formatValue(value);
  switch (unit) {
    case 'share':
      return formatPercent(value);
    case 'count':
      return formatCount(value);
    case 'seconds':
      return value < 10 ? `${value.toFixed(1)} s` : formatDuration(value);
    case 'flops':
      return formatFlops(value);
    case 'value':
    case 'text':
      return formatReading(value, false);
  }
}

/** Settings of a task that change what its loss counts. */
const ofLoss = (task: Task): string => {
  switch (task.kind) {
    case 'classification':
      return JSON.stringify([task.labelSmoothing, task.classWeights]);
    case 'multi-label':
      return JSON.stringify(task.positiveWeight);
    case 'regression':
      return JSON.stringify([task.loss, task.loss === 'huber' ? task.delta : null]);
  }
};

/** Why figures of these runs may not be fit to be laid side by side, in sentences; empty where nothing speaks against it. */
export function caveatsOf(runs: readonly RunRecord[], part: Part): string[] {
  const kinds = (of: (run: RunRecord) => string) => new Set(runs.map(of)).size;
  const caveats: string[] = [];
  if (kinds(({ experiment }) => JSON.stringify(experiment.data)) > 1)
    caveats.push('Not all runs are of the same data: their figures are of other images.');
  const sets = kinds(({ experiment }) =>
    experiment.tasks
      .map(({ id, kind }) => `${id} ${kind}`)
      .toSorted()
      .join(),
  );
  if (sets > 1) caveats.push('Not all runs have the same tasks: each mean is over a run’s own tasks.');
  const odd = tasksOf(runs).filter(
    ({ id, kind }) =>
      new Set(
        runs.flatMap(({ experiment }) =>
          experiment.tasks.filter((task) => task.id === id && task.kind === kind).map(ofLoss),
        ),
      ).size > 1,
  );
  if (odd.length > 0)
    caveats.push(
      `The loss of ${odd.map(({ name }) => name).join(', ')} is not worked out alike in all runs: compare metrics.`,
    );
  const going = runs.filter(({ status }) => status !== 'finished').length;
  if (going > 0) caveats.push(`${going === 1 ? 'One run has' : `${going} runs have`} not come to the end.`);
  return part === 'test' ? [...caveats, ...caveatsOfTests(runs)] : caveats;
}

/** A test is of the weights that it was asked for, which a reader may have chosen otherwise for some runs. */
function caveatsOfTests(runs: readonly RunRecord[]): string[] {
  const untested = runs.filter(({ test }) => test === null).length;
  const otherwise = runs.filter(({ test, best }) => test !== null && test.step !== best['mean']).length;
  return [
    ...(untested > 0 ? [`${untested === 1 ? 'One run was' : `${untested} runs were`} not tested.`] : []),
    ...(otherwise > 0
      ? [
          `${otherwise === 1 ? 'One run was' : `${otherwise} runs were`} tested with other weights than the best by the mean.`,
        ]
      : []),
  ];
}
