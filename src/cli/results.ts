/** The folder of results, written as the run goes. docs/command-line.md describes the files. */
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Evaluation } from '#engine/types.ts';
import { metricColumns } from '#experiment/metric-columns.ts';
import { formatExperiment } from '#experiment/parse.ts';
import type { Experiment } from '#experiment/schema.ts';
import { describeTask } from '#experiment/tasks/index.ts';
import type { Scores } from '#experiment/tasks/task.ts';
import { conflictsHeader, conflictsLines } from '#exporters/conflicts-csv.ts';
import { reasonOf } from './input.ts';
import { UsageError } from './usage.ts';

const names = [
  'experiment.json',
  'metrics.jsonl',
  'conflicts.csv',
  'summary.json',
  'weights.safetensors',
  'predictions.jsonl',
] as const;
type FileName = (typeof names)[number];

/** What a run came to. */
export interface Summary {
  readonly steps: number;
  /** Of training, without evaluation. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
  readonly adapter: string;
  /** Which weights were exported and tested. */
  readonly weights: 'best' | 'last';
  readonly tasks: Readonly<Record<string, { readonly val?: Scores; readonly test?: Scores }>>;
}

/** Seven digits hold all that float32 knows; NaN and infinities become null, as JSON has it. */
const rounded = (_key: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value;

const line = (value: unknown) => `${JSON.stringify(value, rounded)}\n`;

export class Results {
  readonly folder: string;
  readonly #experiment: Experiment;

  /** Makes the folder, takes away what an earlier run left there, and writes the experiment. Throws UsageError. */
  constructor(folder: string, experiment: Experiment) {
    this.folder = folder;
    this.#experiment = experiment;
    try {
      mkdirSync(folder, { recursive: true });
      for (const name of names) rmSync(this.pathOf(name), { force: true });
      writeFileSync(this.pathOf('experiment.json'), formatExperiment(experiment));
      writeFileSync(this.pathOf('metrics.jsonl'), '');
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
      text += line({ part: 'train', step, seconds, learningRate, gradientNorm, tasks: tasksOf });
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
    appendFileSync(this.pathOf('metrics.jsonl'), line({ part: split, step, seconds, meanLoss, tasks }));
  }

  summary(summary: Summary): void {
    writeFileSync(this.pathOf('summary.json'), `${JSON.stringify(summary, rounded, 2)}\n`);
  }

  weights(parts: Iterable<Uint8Array>): void {
    writeFileSync(this.pathOf('weights.safetensors'), '');
    for (const part of parts) appendFileSync(this.pathOf('weights.safetensors'), part);
  }

  /** @param samples made one by one: there may be many thousand */
  predictions(samples: Iterable<object>): void {
    let text = '';
    for (const sample of samples) text += line(sample);
    writeFileSync(this.pathOf('predictions.jsonl'), text);
  }
}
