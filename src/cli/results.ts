/** The folder of results, written as the run goes. docs/command-line.md describes the files. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Checkpoint, Evaluation } from '#engine/types.ts';
import { metricColumns } from '#experiment/metric-columns.ts';
import { formatExperiment } from '#experiment/parse.ts';
import type { Experiment } from '#experiment/schema.ts';
import { describeTask } from '#experiment/tasks/index.ts';
import type { Scores } from '#experiment/tasks/task.ts';
import { conflictsHeader, conflictsLines } from '#exporters/conflicts-csv.ts';
import { parseJson } from '#exporters/weights.ts';
import { reasonOf, type Input } from './input.ts';
import { UsageError } from './usage.ts';
import { draftOf, writeWhole } from './whole-file.ts';

const names = [
  'experiment.json',
  'metrics.jsonl',
  'conflicts.csv',
  'summary.json',
  'weights.safetensors',
  'predictions.jsonl',
  'checkpoint.safetensors',
] as const;
type FileName = (typeof names)[number];

/** What a run came to. */
export interface Summary {
  readonly steps: number;
  /** Of training, without evaluation. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
  /** Floating-point operations of all steps, as experiment/run-cost.ts counts them. */
  readonly flops: number;
  readonly gigaflopsPerSecond: number;
  /** The most that was held on the GPU; null where nothing was trained. */
  readonly peakMemoryBytes: number | null;
  readonly adapter: string;
  /** Which weights were exported and tested. */
  readonly weights: 'best' | 'last';
  readonly tasks: Readonly<Record<string, { readonly val?: Scores; readonly test?: Scores }>>;
}

/** Seven digits hold all that float32 knows; NaN and infinities become null, as JSON has it. */
const rounded = (_key: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value;

/** The text of a `summary.json`. */
export const formatSummary = (summary: object): string => `${JSON.stringify(summary, rounded, 2)}\n`;

/** A line of a JSON Lines file. */
export const jsonLine = (value: unknown): string => `${JSON.stringify(value, rounded)}\n`;

/** The lines of a file; none where there is none. The last one of a run that was killed may be half a line: it goes. */
const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];

const rowSchema = z.object({ part: z.string(), step: z.number() });

/** Whether a line of metrics.jsonl was there at the checkpoint. */
function isBefore(text: string, { step: last, validatedAt }: Checkpoint): boolean {
  const row = rowSchema.safeParse(parseJson(text));
  if (!row.success) return false;
  const { part, step } = row.data;
  return part === 'train' ? step <= last : part === 'validation' && step <= validatedAt;
}

/** The rows of a run up to its checkpoint: what it measured later, it measures again. */
function rowsUntil(checkpoint: Checkpoint, folder: string): { metrics: string; conflicts: string } {
  const kept = (name: FileName, isKept: (text: string) => boolean) =>
    linesOf(path.join(folder, name))
      .filter(isKept)
      .map((text) => `${text}\n`)
      .join('');
  return {
    metrics: kept('metrics.jsonl', (text) => isBefore(text, checkpoint)),
    conflicts: kept(
      'conflicts.csv',
      (text) => text.startsWith('step,') || Number.parseInt(text, 10) <= checkpoint.step,
    ),
  };
}

export class Results {
  readonly folder: string;
  readonly #experiment: Experiment;

  /**
   * Makes the folder, takes away what another run left there, and writes the experiment, with the rows until then of a
   * run that goes on. In that run's own folder weights and summary stay until there are new ones. Throws UsageError.
   */
  constructor(folder: string, { experiment, from }: Input) {
    this.folder = folder;
    this.#experiment = experiment;
    try {
      mkdirSync(folder, { recursive: true });
      const rows = from ? rowsUntil(from.checkpoint, from.folder) : { metrics: '', conflicts: '' };
      const isOwn = from !== undefined && realpathSync(folder) === realpathSync(from.folder);
      for (const name of isOwn ? (['predictions.jsonl'] as const) : names) {
        rmSync(this.pathOf(name), { force: true });
        rmSync(draftOf(this.pathOf(name)), { force: true });
      }
      writeWhole(this.pathOf('experiment.json'), [formatExperiment(experiment)]);
      writeWhole(this.pathOf('metrics.jsonl'), [rows.metrics]);
      if (rows.conflicts) writeWhole(this.pathOf('conflicts.csv'), [rows.conflicts]);
    } catch (error) {
      throw new UsageError(`${folder} cannot take the results: ${reasonOf(error)}.`);
    }
  }

  pathOf(name: FileName): string {
    return path.join(this.folder, name);
  }

  /** @param rows [n, metricColumns], row-major */
  steps(rows: Float32Array): void {
    const { tasks } = this.#experiment;
    const columns = metricColumns(tasks.map(({ id }) => id));
    let text = '';
    for (let start = 0; start < rows.length; start += columns.length) {
      const value = (column: string) => rows[start + columns.indexOf(column)] ?? Number.NaN;
      const scores = tasks.map((task) => {
        const metrics = { [describeTask(task).trainingMetric]: value(`metric/${task.id}`) };
        return [task.id, { loss: value(`loss/${task.id}`), weight: value(`weight/${task.id}`), metrics }];
      });
      const [step, seconds, learningRate, gradientNorm] = columns.slice(0, 4).map(value);
      const tasksOf = Object.fromEntries(scores);
      text += jsonLine({ part: 'train', step, seconds, learningRate, gradientNorm, tasks: tasksOf });
    }
    appendFileSync(this.pathOf('metrics.jsonl'), text);
  }

  /** @param rows [n, gramianColumns], row-major; the file is there from the first on */
  conflicts(rows: Float32Array): void {
    const { tasks } = this.#experiment;
    const file = this.pathOf('conflicts.csv');
    if (!existsSync(file)) writeFileSync(file, conflictsHeader(tasks));
    appendFileSync(file, conflictsLines(tasks, rows));
  }

  evaluation({ split, step, seconds, meanLoss, tasks }: Evaluation): void {
    appendFileSync(this.pathOf('metrics.jsonl'), jsonLine({ part: split, step, seconds, meanLoss, tasks }));
  }

  summary(summary: Summary): void {
    writeWhole(this.pathOf('summary.json'), [formatSummary(summary)]);
  }

  weights(parts: Iterable<Uint8Array>): void {
    writeWhole(this.pathOf('weights.safetensors'), parts);
  }

  /** @param samples made one by one: there may be many thousand */
  predictions(samples: Iterable<object>): void {
    let text = '';
    for (const sample of samples) text += jsonLine(sample);
    writeFileSync(this.pathOf('predictions.jsonl'), text);
  }
}
