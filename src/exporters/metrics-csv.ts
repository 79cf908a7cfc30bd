/**
 * `metrics.csv`: one row per training step and per evaluation, in the order of steps. docs/files.md explains the columns
 * to readers. An empty cell was not measured.
 */
import { Pace } from '#data/pace.ts';
import type { Experiment } from '#experiment/schema.ts';
import { describeTask } from '#experiment/tasks/index.ts';
import type { Exporter, FinishedRun } from './exporter.ts';

type Curves = Pick<FinishedRun, 'experiment' | 'series' | 'validations' | 'test'>;

const common = ['part', 'step', 'seconds', 'learningRate', 'gradientNorm'] as const;

/** A task's columns: `<id>/loss`, `<id>/weight`, and `<id>/<metric>` for each of its metrics. */
interface TaskColumn {
  readonly task: string;
  readonly quantity: string;
}

function taskColumns({ tasks }: Experiment): TaskColumn[] {
  return tasks.flatMap((task) => {
    const metrics = describeTask(task).metrics.map(({ id }) => id);
    return ['loss', 'weight', ...metrics].map((quantity) => ({ task: task.id, quantity }));
  });
}

/** Seven digits hold all that float32 knows; whole numbers stay whole. */
function cell(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '';
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(7)));
}

/** A function from row number to the row of a training step. */
function trainingRows({ experiment, series }: Curves): (row: number) => string {
  const shared = common.slice(1).map((name) => series.column(name));
  const training = new Map(experiment.tasks.map((task) => [task.id, describeTask(task).trainingMetric]));
  const own = taskColumns(experiment).map(({ task, quantity }) =>
    series.column(`${quantity === training.get(task) ? 'metric' : quantity}/${task}`),
  );
  const columns = [...shared, ...own];
  return (row) => ['train', ...columns.map((values) => cell(values[row]))].join(',');
}

/** Evaluations by the step they follow; a step's validation comes before its test. */
function evaluationRows({ experiment, validations, test }: Curves): { step: number; text: string }[] {
  const columns = taskColumns(experiment);
  return [...validations, ...(test ? [test] : [])]
    .map(({ split, step, seconds, tasks }) => {
      const own = columns.map(({ task, quantity }) =>
        quantity === 'loss' ? tasks[task]?.loss : tasks[task]?.metrics[quantity],
      );
      return { step, text: [split, ...[step, seconds, undefined, undefined, ...own].map(cell)].join(',') };
    })
    .toSorted((a, b) => a.step - b.step);
}

/** The lines of the table, made a thousand at a time: a long run has a hundred thousand. */
export async function metricsCsv(run: Curves): Promise<Blob> {
  const { series, experiment } = run;
  const names = taskColumns(experiment).map(({ task, quantity }) => `${task}/${quantity}`);
  const rowAt = trainingRows(run);
  const evaluations = evaluationRows(run);
  const steps = series.column('step');
  const pace = new Pace(series.length);
  const parts: string[] = [];
  let lines = [[...common, ...names].join(',')];
  let next = 0;
  for (let row = 0; row < series.length; row++) {
    for (; (evaluations[next]?.step ?? Infinity) < (steps[row] ?? 0); next++)
      lines.push(evaluations[next]?.text ?? '');
    lines.push(rowAt(row));
    if (lines.length >= 1000) {
      parts.push(`${lines.join('\n')}\n`);
      lines = [];
    }
    await pace.tick();
  }
  lines.push(...evaluations.slice(next).map(({ text }) => text), '');
  return new Blob([...parts, lines.join('\n')], { type: 'text/csv' });
}

export const metrics: Exporter<Curves> = {
  name: 'Curves',
  help: 'All measured numbers as a table for a spreadsheet or pandas.',
  endings: ['.csv'],
  write: metricsCsv,
};
