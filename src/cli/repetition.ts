/** One experiment with several seeds, each in a folder of its own, and what they come to together. */
import path from 'node:path';
import { spreadOf } from '#studies/spread.ts';
import type { Input } from './input.ts';
import { openMembers, type Member, type RunSummary } from './members.ts';
import { trainMembers, type Trainer } from './members-training.ts';
import type { Progress } from './progress.ts';
import { formatSummary } from './results.ts';
import { largestSeed, UsageError } from './usage.ts';
import { writeWhole } from './whole-file.ts';

/** A quantity over the seeds: mean and deviation of those for which it is defined, and all values in their order. */
function summaryOf(values: readonly number[]): object {
  const { mean, deviation } = spreadOf(values);
  return { mean, deviation, values };
}

/** Loss and metrics of one task on one part; undefined where no seed has been evaluated on it. */
function overSeeds(summaries: readonly RunSummary[], task: string, part: 'val' | 'test'): object | undefined {
  const scores = summaries.map(({ tasks }) => tasks[task]?.[part]);
  const names = new Set(scores.flatMap((each) => Object.keys(each?.metrics ?? {})));
  if (scores.every((each) => each === undefined)) return undefined;
  const metric = (name: string) => summaryOf(scores.map((each) => each?.metrics[name] ?? Number.NaN));
  return {
    loss: summaryOf(scores.map((each) => each?.loss ?? Number.NaN)),
    metrics: Object.fromEntries(Array.from(names, (name) => [name, metric(name)])),
  };
}

/** The summary of the seeds that are finished, in their order. */
function summarise(members: readonly Member[], tasks: readonly { id: string }[]): object {
  const finished = members.flatMap(({ state, summary, experiment }) =>
    state === 'finished' && summary ? [{ seed: experiment.seed, summary }] : [],
  );
  const summaries = finished.map(({ summary }) => summary);
  return {
    seeds: finished.map(({ seed }) => seed),
    steps: summaries.map(({ steps }) => steps),
    seconds: summaries.reduce((total, { seconds }) => total + seconds, 0),
    adapter: summaries[0]?.adapter,
    tasks: Object.fromEntries(
      tasks.map(({ id }) => [
        id,
        { val: overSeeds(summaries, id, 'val'), test: overSeeds(summaries, id, 'test') },
      ]),
    ),
  };
}

class Repetition {
  readonly #folder: string;
  readonly #members: readonly Member[];

  constructor(folder: string, members: readonly Member[]) {
    this.#folder = folder;
    this.#members = members;
  }

  /** Trains the seeds that are not finished, one after the other, until all are or `stop`; sums up after each. */
  async train(train: Trainer, progress: Progress, stop: AbortSignal): Promise<void> {
    const members = this.#members;
    const file = path.join(this.#folder, 'summary.json');
    const finished = () => members.filter(({ state }) => state === 'finished');
    if (finished().length > 0)
      progress.say(
        `Finished before: ${finished()
          .map(({ experiment }) => `seed ${experiment.seed}`)
          .join(', ')}.`,
      );
    const tasks = members[0]?.experiment.tasks ?? [];
    const onChange = () => writeWhole(file, [formatSummary(summarise(members, tasks))]);
    const rules = { turn: null, stopping: null, budget: null, isStrict: true };
    await trainMembers({ members, ...rules, train, progress, stop, onChange });
    progress.say(`${finished().length} of ${members.length} seeds are finished. Together: ${file}`);
  }
}

/**
 * Looks at which seeds are finished or begun, and makes the folder.
 * Throws UsageError, before anything is changed, where a seed's folder holds another experiment.
 * @param first of the first seed
 */
export async function openRepetition(folder: string, first: Input, count: number): Promise<Repetition> {
  const { seed } = first.experiment;
  if (seed + count - 1 > largestSeed)
    throw new UsageError(`${count} seeds from ${seed} on would pass ${largestSeed}, the largest.`);
  const plans = Array.from({ length: count }, (_, n) => ({
    label: `Seed ${seed + n}`,
    name: `seed-${seed + n}`,
    input: { ...first, experiment: { ...first.experiment, seed: seed + n } },
  }));
  return new Repetition(folder, await openMembers(folder, plans));
}
