/** One experiment with several seeds, each in a folder of its own, and what they come to together. */
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { parseJson, scoresSchema } from '#exporters/weights.ts';
import { inputFrom, checkpointIn, isSameExperiment } from './resumption.ts';
import { isOver, reasonOf, type Input } from './input.ts';
import type { Progress } from './progress.ts';
import { formatSummary, Results } from './results.ts';
import type { Ending } from './session.ts';
import { largestSeed, UsageError } from './usage.ts';
import { writeWhole } from './whole-file.ts';

/** Trains one run into its folder. */
export type Trainer = (input: Input, results: Results) => Promise<Ending>;

/** What the summaries of the seeds are averaged from. */
const summarySchema = z.object({
  steps: z.int(),
  seconds: z.number(),
  adapter: z.string(),
  tasks: z.record(z.string(), z.object({ val: scoresSchema.optional(), test: scoresSchema.optional() })),
});
type SeedSummary = z.infer<typeof summarySchema>;

/** A quantity over the seeds. */
interface Spread {
  /** Of the seeds for which it is defined; NaN where there is none. */
  readonly mean: number;
  /** Of the sample, with n − 1; NaN for fewer than two. */
  readonly deviation: number;
  /** In the order of the seeds. */
  readonly values: readonly number[];
}

function spreadOf(values: readonly number[]): Spread {
  const defined = values.filter((value) => !Number.isNaN(value));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const mean = sum(defined) / defined.length; // 0 / 0 is NaN
  const squares = sum(defined.map((value) => (value - mean) ** 2));
  const deviation = defined.length < 2 ? Number.NaN : Math.sqrt(squares / (defined.length - 1));
  return { mean, deviation, values };
}

/** Loss and metrics of one task on one part; undefined where no seed has been evaluated on it. */
function overSeeds(
  summaries: readonly SeedSummary[],
  task: string,
  part: 'val' | 'test',
): object | undefined {
  const scores = summaries.map(({ tasks }) => tasks[task]?.[part]);
  const names = new Set(scores.flatMap((each) => Object.keys(each?.metrics ?? {})));
  if (scores.every((each) => each === undefined)) return undefined;
  const metric = (name: string) => spreadOf(scores.map((each) => each?.metrics[name] ?? Number.NaN));
  return {
    loss: spreadOf(scores.map((each) => each?.loss ?? Number.NaN)),
    metrics: Object.fromEntries(Array.from(names, (name) => [name, metric(name)])),
  };
}

/** The summary of the seeds that are finished. */
function summarise(finished: ReadonlyMap<number, SeedSummary>, tasks: readonly { id: string }[]): object {
  const summaries = Array.from(finished.values());
  const [first] = summaries;
  return {
    seeds: Array.from(finished.keys()),
    steps: summaries.map(({ steps }) => steps),
    seconds: summaries.reduce((total, { seconds }) => total + seconds, 0),
    adapter: first?.adapter,
    tasks: Object.fromEntries(
      tasks.map(({ id }) => [
        id,
        { val: overSeeds(summaries, id, 'val'), test: overSeeds(summaries, id, 'test') },
      ]),
    ),
  };
}

async function readSummary(folder: string): Promise<SeedSummary> {
  const file = path.join(folder, 'summary.json');
  const text = await readFile(file, 'utf8').catch(() => '');
  const read = summarySchema.safeParse(parseJson(text));
  if (read.success) return read.data;
  throw new UsageError(`${file} is missing or damaged: remove ${folder} to train that seed again.`);
}

class Repetition {
  readonly #folder: string;
  readonly #todo: readonly Input[];
  readonly #tasks: Input['experiment']['tasks'];
  readonly #seeds: readonly number[];
  readonly #finished: Map<number, SeedSummary>;

  /**
   * @param inputs of all seeds, in their order
   * @param finished summaries of those that are finished
   */
  constructor(folder: string, inputs: readonly Input[], finished: ReadonlyMap<number, SeedSummary>) {
    this.#folder = folder;
    this.#seeds = inputs.map(({ experiment }) => experiment.seed);
    this.#todo = inputs.filter(({ experiment }) => !finished.has(experiment.seed));
    this.#tasks = inputs[0]?.experiment.tasks ?? [];
    this.#finished = new Map(finished);
  }

  /** Trains the seeds that are not finished, one after the other, until all are or `stop`; sums up after each. */
  async train(train: Trainer, progress: Progress, stop: AbortSignal): Promise<void> {
    this.#write();
    if (this.#finished.size > 0)
      progress.say(
        `Finished before: ${Array.from(this.#finished.keys(), (seed) => `seed ${seed}`).join(', ')}.`,
      );
    for (const input of this.#todo) {
      const { seed } = input.experiment;
      progress.say(`Seed ${seed}, ${this.#seeds.indexOf(seed) + 1} of ${this.#seeds.length}:`);
      const { isFinished } = await train(input, new Results(folderOf(this.#folder, seed), input));
      if (isFinished) {
        this.#finished.set(seed, await readSummary(folderOf(this.#folder, seed)));
        this.#write();
      }
      if (stop.aborted) break;
    }
    progress.say(
      `${this.#finished.size} of ${this.#seeds.length} seeds are finished. Together: ${path.join(this.#folder, 'summary.json')}`,
    );
  }

  /** In the order of the seeds, whichever was finished first. */
  #write(): void {
    const inOrder = this.#seeds.flatMap((seed) => {
      const summary = this.#finished.get(seed);
      return summary ? [[seed, summary] as const] : [];
    });
    writeWhole(path.join(this.#folder, 'summary.json'), [
      formatSummary(summarise(new Map(inOrder), this.#tasks)),
    ]);
  }
}

const folderOf = (folder: string, seed: number) => path.join(folder, `seed-${seed}`);

/**
 * Looks at which seeds are finished or begun, and makes the folder.
 * Throws UsageError, before anything is changed, where a seed's folder holds another experiment.
 * @param first of the first seed
 */
export async function openRepetition(folder: string, first: Input, count: number): Promise<Repetition> {
  const { seed } = first.experiment;
  if (seed + count - 1 > largestSeed)
    throw new UsageError(`${count} seeds from ${seed} on would pass ${largestSeed}, the largest.`);
  const inputs: Input[] = [];
  const finished = new Map<number, SeedSummary>();
  for (let each = seed; each < seed + count; each++) {
    const input: Input = { ...first, experiment: { ...first.experiment, seed: each } };
    const own = folderOf(folder, each);
    const stored = await checkpointIn(own);
    if (stored && !isSameExperiment(stored.experiment, input.experiment))
      throw new UsageError(`${own} holds a run of another experiment: choose another --out, or remove it.`);
    if (stored && isOver(input, stored.checkpoint)) finished.set(each, await readSummary(own));
    inputs.push(stored ? inputFrom(own, stored, input.experiment, input.info) : input);
  }
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`${folder} cannot take the results: ${reasonOf(error)}.`);
  }
  return new Repetition(folder, inputs, finished);
}
