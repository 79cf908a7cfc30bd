/**
 * What the members of an ensemble and their combinations say of every test sample, beside what is true: as a table or as
 * lines of JSON, so that whatever is claimed of them can be worked out again. docs/ensembles.md explains the columns.
 */
import { Pace } from '#data/pace.ts';
import { columnWidth, type ColumnInfo } from '#experiment/dataset-info.ts';
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import type { Reading } from '#experiment/tasks/task.ts';
import type { Exporter } from './exporter.ts';

interface PredictedTask {
  readonly task: Task;
  readonly column: ColumnInfo;
  /** [samples, width of the column]; NaN where not labelled. */
  readonly targets: Float32Array;
}

/** A member or a combination. */
interface Predictor {
  /** As in the files: `member-1-seed-3`, `average`. */
  readonly key: string;
  /** Raw outputs by task id, [samples, outputs of the task]; a task that it does not have is missing. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
}

export interface EnsemblePredictions {
  /** Ids of the samples in the data set. */
  readonly samples: Uint32Array;
  readonly tasks: readonly PredictedTask[];
  readonly predictors: readonly Predictor[];
}

/** Nine digits tell any two float32 apart. */
const rounded = (value: number) => Number(value.toPrecision(9));

const namesOf = (column: ColumnInfo) => (column.kind === 'number' ? column.names : column.classes);

/** One row of a table of numbers. */
function rowOf(table: Float32Array, row: number, width: number): Float32Array {
  return table.subarray(row * width, (row + 1) * width);
}

/** Probabilities or numbers of a reading in the order of the column's names. */
function valuesOf(column: ColumnInfo, { entries }: Reading): number[] {
  const values = new Map(entries.map(({ label, value }) => [label, value]));
  return namesOf(column).map((name) => rounded(values.get(name) ?? Number.NaN));
}

/** What is true of a sample: the class, whether each label is there, or the numbers; null where not labelled. */
function truthOf({ task, column, targets }: PredictedTask, row: number): string | number[] | null {
  const target = rowOf(targets, row, columnWidth(column));
  if (target.every(Number.isNaN)) return null;
  return column.kind === 'class' ? describeTask(task).readLabel(column, target).text : [...target];
}

/** What somebody says of a sample; undefined where it does not have the task. */
function saidOf({ task, column }: PredictedTask, { outputs }: Predictor, row: number): Reading | undefined {
  const table = outputs[task.id];
  const { readOutputs, outputs: widthOf } = describeTask(task);
  return table && readOutputs(column, rowOf(table, row, widthOf(column)));
}

/** A field as RFC 4180 wants it. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function headerOf({ tasks, predictors }: EnsemblePredictions): string {
  const columns = tasks.flatMap(({ task: { id }, column }) => {
    const names = namesOf(column);
    const truth = column.kind === 'class' ? [`${id}/true`] : names.map((name) => `${id}/true/${name}`);
    const said = predictors.flatMap(({ key, outputs }) => {
      if (!outputs[id]) return [];
      const values = names.map((name) => `${id}/${key}/${name}`);
      return column.kind === 'class' ? [`${id}/${key}/predicted`, ...values] : values;
    });
    return [...truth, ...said];
  });
  return ['sample', ...columns].map(field).join(',');
}

const cellOf = (value: number) => (Number.isNaN(value) ? '' : String(value));

function lineOf({ tasks, predictors, samples }: EnsemblePredictions, row: number): string {
  const cells = tasks.flatMap((each) => {
    const { column } = each;
    const truth = truthOf(each, row);
    const told = Array.isArray(truth) ? truth.map((value) => cellOf(rounded(value))) : [field(truth ?? '')];
    const width = column.kind === 'class' ? 1 : columnWidth(column);
    const said = predictors.flatMap((predictor) => {
      const reading = saidOf(each, predictor, row);
      if (!reading) return [];
      const values = valuesOf(column, reading).map(cellOf);
      return column.kind === 'class' ? [field(reading.text), ...values] : values;
    });
    return [...told, ...Array.from({ length: width - told.length }, () => ''), ...said];
  });
  return [samples[row], ...cells].join(',');
}

/** One sample with all that is said of it. */
function documentOf({ tasks, predictors, samples }: EnsemblePredictions, row: number): object {
  const entries = tasks.map((each) => {
    const { task, column } = each;
    const byName = (values: readonly number[]) =>
      Object.fromEntries(namesOf(column).map((name, k) => [name, values[k] ?? null]));
    const truth = truthOf(each, row);
    const said = predictors.flatMap((predictor) => {
      const reading = saidOf(each, predictor, row);
      if (!reading) return [];
      const values = byName(valuesOf(column, reading));
      const document =
        column.kind === 'number'
          ? { predicted: values }
          : {
              predicted:
                column.kind === 'class'
                  ? reading.text
                  : reading.entries.filter(({ value }) => value > 0.5).map(({ label }) => label),
              probabilities: values,
            };
      return [[predictor.key, document] as const];
    });
    const told = Array.isArray(truth) ? byName(truth.map(rounded)) : truth;
    return [task.id, { true: told, said: Object.fromEntries(said) }] as const;
  });
  return { sample: samples[row], tasks: Object.fromEntries(entries) };
}

/** Lines of a file, made some at a time, so that the page can do other things in between. */
async function fileOf(
  predictions: EnsemblePredictions,
  first: readonly string[],
  lineAt: (row: number) => string,
  type: string,
): Promise<Blob> {
  const pace = new Pace(predictions.samples.length);
  const parts: string[] = first.map((line) => `${line}\n`);
  for (let row = 0; row < predictions.samples.length; row++) {
    parts.push(`${lineAt(row)}\n`);
    await pace.tick();
  }
  return new Blob(parts, { type });
}

export const ensembleTable: Exporter<EnsemblePredictions> = {
  name: 'Predictions',
  help: 'A row per test sample: what is true, and what each member and combination says, with probabilities.',
  endings: ['.csv'],
  write: (predictions) =>
    fileOf(predictions, [headerOf(predictions)], (row) => lineOf(predictions, row), 'text/csv'),
};

export const ensembleLines: Exporter<EnsemblePredictions> = {
  name: 'Predictions',
  help: 'The same as lines of JSON, one per test sample.',
  endings: ['.jsonl'],
  write: (predictions) =>
    fileOf(predictions, [], (row) => JSON.stringify(documentOf(predictions, row)), 'application/jsonl'),
};
