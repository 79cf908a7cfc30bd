/** Computes an ensemble: what every member says of the validation and test part, and what that comes to. */
import { infoFor, isSameData } from '#data/resolve.ts';
import type { NamedTensor, Normalisation } from '#engine/types.ts';
import { columnWidth, type ColumnInfo } from '#experiment/dataset-info.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { Task } from '#experiment/tasks/index.ts';
import type { TaskResult, TaskVotes } from '#studies/ensemble-results.ts';
import { averageTensors } from '#studies/weight-average.ts';
import { askAnswers, type Answers, type Question } from './answers.ts';
import { datasetStore, loadedData, type DatasetSummary } from './dataset.ts';
import type { Judgement } from './entry-ensemble.ts';
import type { Candidate, KeptWeights } from './ensemble-members.ts';

/** A member with its weights. */
export interface Member extends Candidate, KeptWeights {
  /** What its run is called. */
  readonly name: string;
  readonly experiment: Experiment;
}

/** One network whose weights are the averages of all members'. */
export interface Soup {
  readonly tensors: readonly NamedTensor[];
  readonly normalisation: Normalisation;
}

export interface Ensemble {
  readonly members: readonly Member[];
  /** Null where the networks are not the same; then there is a reason. */
  readonly soup: Soup | null;
  readonly soupProblem: string | null;
  /** In the order in which the members first have them. */
  readonly tasks: readonly TaskResult[];
  /** The data set that it was measured on: the seed that its images were drawn with, and ids of the test samples. */
  readonly seed: number;
  readonly samples: Uint32Array;
  readonly summary: DatasetSummary;
}

/** How far computing is. */
export interface EnsembleProgress {
  /** 0…1. */
  readonly share: number;
  /** What is going on, in words. */
  readonly doing: string;
}

export interface ComputeOptions {
  readonly onProgress: (progress: EnsembleProgress) => void;
  readonly signal: AbortSignal;
}

/** The data set that is loaded, where it is these members'. Rejects in plain words where it is not. */
function dataFor([first]: readonly Member[]): { seed: number; summary: DatasetSummary } {
  const { summary, status } = datasetStore.getState();
  const loaded = loadedData();
  if (!first || !loaded || !summary || status !== 'ready' || !isSameData(first.experiment.data, loaded.data))
    throw new Error('The data of these runs is not loaded.');
  for (const part of ['validation', 'test'] as const)
    if (summary.split[part].length === 0)
      throw new Error(`${summary.info.name} has no ${part} part here: an ensemble needs one.`);
  return { seed: loaded.seed, summary };
}

/** Tasks of all members with their columns, each with the places of the members that have it. */
function tasksOf(members: readonly Member[]): { task: Task; column: ColumnInfo; voters: number[] }[] {
  const found = new Map<string, { task: Task; column: ColumnInfo; voters: number[] }>();
  for (const [place, { experiment }] of members.entries()) {
    const { columns } = infoFor(experiment.data);
    for (const task of experiment.tasks) {
      const column = columns.find(({ id }) => id === task.column);
      const known = found.get(task.id);
      if (known) known.voters.push(place);
      else if (column) found.set(task.id, { task, column, voters: [place] });
    }
  }
  return [...found.values()];
}

/** Rows of a label column for the samples of a part. */
function targetsOf(summary: DatasetSummary, column: ColumnInfo, part: 'validation' | 'test'): Float32Array {
  const values = summary.columns.find(({ info }) => info.id === column.id)?.values ?? new Float32Array();
  const width = columnWidth(column);
  const samples = summary.split[part];
  const targets = new Float32Array(samples.length * width);
  for (const [row, sample] of samples.entries())
    targets.set(values.subarray(sample * width, (sample + 1) * width), row * width);
  return targets;
}

/** One network of all members' weights, or why there is none. */
function soupOf(members: readonly Member[]): Pick<Ensemble, 'soup' | 'soupProblem'> {
  const [first] = members;
  if (!first) return { soup: null, soupProblem: 'There is no member.' };
  const shapes = ({ experiment: { trunk, heads, tasks } }: Member) =>
    JSON.stringify([trunk, tasks.map(({ id }) => [id, heads[id]])]);
  const other = members.find((member) => shapes(member) !== shapes(first));
  if (other)
    return {
      soup: null,
      soupProblem: `The weights cannot be averaged: the network of “${other.name}” is not that of “${first.name}”.`,
    };
  try {
    const networks = members.map(({ name, tensors }) => ({ label: `“${name}”`, tensors }));
    const tensors = averageTensors(networks);
    return { soup: { tensors, normalisation: averageNormalisation(members) }, soupProblem: null };
  } catch (error) {
    return { soup: null, soupProblem: error instanceof Error ? error.message : String(error) };
  }
}

/** The normalisation of the averaged network; that of the members, unless their data were drawn with other seeds. */
function averageNormalisation(members: readonly Member[]): Normalisation {
  const average = (of: (normalisation: Normalisation) => readonly number[]) => {
    const all = members.map(({ normalisation }) => of(normalisation));
    return (all[0] ?? []).map(
      (_, channel) => all.reduce((sum, numbers) => sum + (numbers[channel] ?? 0), 0) / all.length,
    );
  };
  return { mean: average(({ mean }) => mean), deviation: average(({ deviation }) => deviation) };
}

/** Asks a worker of its own for the results. Rejects with what is wrong, or the signal's reason. */
function judgeAll(votes: readonly TaskVotes[], signal: AbortSignal): Promise<readonly TaskResult[]> {
  const worker = new Worker(new URL('./entry-ensemble.ts', import.meta.url), { type: 'module' });
  return new Promise<readonly TaskResult[]>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.addEventListener('error', ({ message }) =>
      reject(new Error(`The results could not be worked out${message ? `: ${message}` : ''}.`)),
    );
    worker.addEventListener('message', ({ data }: MessageEvent<Judgement>) =>
      'results' in data ? resolve(data.results) : reject(new Error(data.problem)),
    );
    worker.postMessage(votes);
  }).finally(() => worker.terminate());
}

const parts = ['validation', 'test'] as const;

/**
 * What members and combinations come to, on the data set that is loaded.
 * Rejects in plain words where it is another data set than the members', or weights do not fit.
 */
export async function computed(members: readonly Member[], options: ComputeOptions): Promise<Ensemble> {
  const { onProgress, signal } = options;
  const data = dataFor(members);
  const { summary, seed } = data;
  const soup = soupOf(members);
  const asked = members.length * parts.length + (soup.soup ? 1 : 0);
  let done = 0;
  const ask = async (question: Question, doing: string): Promise<Answers> => {
    const share = (images: number, total: number) => (done + images / total) / asked;
    onProgress({ share: done / asked, doing });
    const answers = await askAnswers(question, {
      signal,
      onProgress: (images, total) => onProgress({ share: share(images, total), doing }),
    });
    done++;
    return answers;
  };
  const said: Record<(typeof parts)[number], Answers[]> = { validation: [], test: [] };
  for (const [place, { experiment, tensors, normalisation, name }] of members.entries()) {
    for (const split of parts) {
      const doing = `Member ${place + 1} of ${members.length}, “${name}”: ${split} part`;
      said[split].push(await ask({ experiment, tensors, normalisation, on: { split } }, doing));
    }
  }
  const soupSays =
    soup.soup && members[0]
      ? await ask(
          { experiment: members[0].experiment, ...soup.soup, on: { split: 'test' } },
          'Averaged weights: test part',
        )
      : null;
  onProgress({ share: 1, doing: 'Combining' });
  const votes = tasksOf(members).map(({ task, column, voters }): TaskVotes => {
    const part = (split: (typeof parts)[number]) => ({
      outputs: voters.map((place) => said[split][place]?.[task.id] ?? new Float32Array()),
      targets: targetsOf(summary, column, split),
    });
    const soupOutputs = soupSays?.[task.id];
    return {
      task,
      column,
      voters,
      validation: part('validation'),
      test: part('test'),
      ...(soupOutputs ? { soup: soupOutputs } : {}),
    };
  });
  const tasks = await judgeAll(votes, signal);
  return { members, ...soup, tasks, seed, summary, samples: summary.split.test };
}
