/** `ensemble`: the runs of several folders, scored side by side with what they come to together. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Dataset } from '#data/dataset.ts';
import { answersOf } from '#engine/answers.ts';
import { scoreSplit } from '#engine/evaluation.ts';
import { disposeResident, residentDataset, type ResidentDataset } from '#engine/resident.ts';
import type { DeviceInfo, Normalisation } from '#engine/types.ts';
import { columnWidth } from '#experiment/dataset-info.ts';
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { describeTask } from '#experiment/tasks/index.ts';
import type { Scores } from '#experiment/tasks/task.ts';
import { averageProbabilities, majorityVote, weightedAverage, type Answers } from '#studies/ensemble.ts';
import { fitWeights } from '#studies/ensemble-weights.ts';
import { averageTensors } from '#studies/weight-average.ts';
import type { EnsembleInput, Network } from './ensemble-members.ts';
import { predictions } from './predictions.ts';
import type { Progress } from './progress.ts';
import { formatSummary, jsonLine } from './results.ts';
import { UsageError, type Options } from './usage.ts';
import { writeWhole } from './whole-file.ts';

/** Raw outputs by task id. */
type Outputs = Readonly<Record<string, Answers>>;

/** What all members answered on one part. */
interface Part {
  readonly split: 'validation' | 'test';
  readonly outputs: readonly Outputs[];
}

/** A way to combine them: what it comes to by task, or why there is none. */
interface Combination {
  readonly outputs?: Outputs;
  readonly refused?: string;
  /** By task, [members]; of the fitted ones. */
  readonly weights?: Readonly<Record<string, readonly number[]>>;
}

/** Rows of a task's label column on one part, [samples, width]. */
function targetsOf({ columns, split }: Dataset, id: string, part: Part['split']): Float32Array {
  const column = columns.find(({ info }) => info.id === id);
  const width = column ? columnWidth(column.info) : 0;
  return Float32Array.from(
    Array.from(split[part]).flatMap((sample) =>
      Array.from(column?.values.subarray(sample * width, (sample + 1) * width) ?? []),
    ),
  );
}

export interface EnsembleJob extends EnsembleInput {
  readonly options: Options;
  readonly device: DeviceInfo;
  readonly dataset: Dataset;
  readonly progress: Progress;
  /** Aborted where the reader wants it to end: nothing is written then. */
  readonly stop: AbortSignal;
}

class Ensemble {
  readonly #job: EnsembleJob;
  readonly #resident: ResidentDataset;

  constructor(job: EnsembleJob) {
    this.#job = job;
    this.#resident = residentDataset(job.dataset);
  }

  /** What a network says of a part. */
  ask(network: Network, split: Part['split']): Promise<Outputs> {
    const { device, input, progress, stop } = this.#job;
    const { experiment, tensors, normalisation, label } = network;
    const on = { resident: this.#resident, split };
    const onProgress = (done: number, total: number) => progress.share(`Asking ${label}`, done, total);
    const options = { experiment, info: input.info, limits: device.limits, tensors, normalisation, on };
    return answersOf(options, { onProgress, signal: stop });
  }

  async askAll(split: Part['split']): Promise<Part> {
    const outputs: Outputs[] = [];
    for (const network of this.#job.networks) outputs.push(await this.ask(network, split));
    return { split, outputs };
  }

  /** Combines by task. */
  combine(
    part: Part,
    combine: (members: Answers[], width: number, task: Experiment['tasks'][number]) => Answers,
  ): Outputs {
    const entries = this.#job.plan.heads.map(({ task, column }) => {
      const members = part.outputs.map((outputs) => outputs[task.id] ?? new Float32Array());
      return [task.id, combine(members, describeTask(task).outputs(column), task)] as const;
    });
    return Object.fromEntries(entries);
  }

  /** By the weights that fit the validation part best. */
  async weighted(part: Part): Promise<Combination> {
    const { dataset } = this.#job;
    if (dataset.split.validation.length === 0)
      return { refused: 'there is no validation part to fit the weights on' };
    const validation = part.split === 'validation' ? part : await this.askAll('validation');
    const weights: Record<string, number[]> = {};
    this.combine(validation, (members, width, task) => {
      const targets = targetsOf(dataset, task.column, 'validation');
      weights[task.id] = Array.from(fitWeights(task, members, width, targets));
      return new Float32Array();
    });
    const outputs = this.combine(part, (members, width, task) =>
      weightedAverage(task, members, width, weights[task.id] ?? []),
    );
    return { weights, outputs };
  }

  /** One network of the members' mean weights. */
  async averaged(split: Part['split']): Promise<Combination> {
    const { networks } = this.#job;
    const [first, ...others] = networks;
    if (!first) return { refused: 'there are no members' };
    const { trunk, heads } = first.experiment;
    const stranger = others.find(
      ({ experiment }) => !isDeepStrictEqual([experiment.trunk, experiment.heads], [trunk, heads]),
    );
    if (stranger) return { refused: `the network of ${stranger.label} is not that of ${first.label}` };
    try {
      const tensors = averageTensors(networks);
      const mean = (of: (normalisation: Normalisation) => readonly number[]) =>
        of(first.normalisation).map(
          (_, channel) =>
            networks.reduce((sum, { normalisation }) => sum + (of(normalisation)[channel] ?? 0), 0) /
            networks.length,
        );
      const normalisation = { mean: mean((each) => each.mean), deviation: mean((each) => each.deviation) };
      return {
        outputs: await this.ask({ ...first, label: 'the mean weights', tensors, normalisation }, split),
      };
    } catch (error) {
      if (error instanceof ExperimentError) return { refused: error.message };
      throw error;
    }
  }

  dispose(): void {
    disposeResident(this.#resident);
  }
}

/** Scores by task, as evaluations of a run have them. */
const scoresOf = (
  { plan, dataset }: EnsembleJob,
  split: Part['split'],
  outputs: Outputs,
): Readonly<Record<string, Scores>> => scoreSplit(plan, dataset, split, outputs).tasks;

/** One JSON line per sample. */
function writePredictions(job: EnsembleJob, split: Part['split'], name: string, outputs: Outputs): void {
  const { options, input, dataset } = job;
  const folder = path.join(options.out, 'predictions');
  mkdirSync(folder, { recursive: true });
  const evaluation = { split, step: 0, seconds: 0, meanLoss: Number.NaN, tasks: {}, outputs };
  const samples = Array.from(predictions(input.experiment, dataset, evaluation), jsonLine);
  writeWhole(path.join(folder, `${name}.jsonl`), samples);
}

/** Writes ensemble.json, and the predictions where they are wanted. */
function write(job: EnsembleJob, part: Part, combinations: Readonly<Record<string, Combination>>): void {
  const { options, device, networks, input } = job;
  const { split } = part;
  const members = networks.map(({ label, choice, step, experiment: { seed } }, n) => ({
    member: label,
    weights: choice,
    step,
    seed,
    tasks: scoresOf(job, split, part.outputs[n] ?? {}),
  }));
  const combined = Object.entries(combinations).map(([name, { outputs, ...rest }]) => [
    name,
    { ...rest, ...(outputs ? { tasks: scoresOf(job, split, outputs) } : {}) },
  ]);
  const { data, seed } = input.experiment;
  const report = { split, adapter: device.adapter, data: { ...data, seed }, members };
  writeWhole(path.join(options.out, 'ensemble.json'), [
    formatSummary({ kind: 'ensemble', ...report, combinations: Object.fromEntries(combined) }),
  ]);
  if (options.predict === undefined) return;
  for (const [n, outputs] of part.outputs.entries()) writePredictions(job, split, `member-${n + 1}`, outputs);
  for (const [name, { outputs }] of Object.entries(combinations))
    if (outputs) writePredictions(job, split, name, outputs);
}

/** Asks every member, combines and scores them, and writes what came of it. */
export async function combineRuns(job: EnsembleJob): Promise<void> {
  const { options, networks, progress, dataset, input } = job;
  const { split, out } = options;
  if (dataset.split[split].length === 0)
    throw new UsageError(`${input.info.name} has no ${split} part: choose another --split.`);
  const [first] = networks;
  if (networks.some(({ experiment }) => experiment.seed !== input.experiment.seed))
    progress.say(
      `The seeds differ: all are scored on the data of ${first?.label}, seed ${input.experiment.seed}.`,
    );
  const ensemble = new Ensemble(job);
  try {
    const part = await ensemble.askAll(split);
    const combinations = {
      average: {
        outputs: ensemble.combine(part, (members, width, task) => averageProbabilities(task, members, width)),
      },
      weighted: await ensemble.weighted(part),
      vote: { outputs: ensemble.combine(part, (members, width, task) => majorityVote(task, members, width)) },
      'weight-average': await ensemble.averaged(split),
    };
    write(job, part, combinations);
    for (const [name, { refused }] of Object.entries<Combination>(combinations))
      if (refused !== undefined) progress.say(`No ${name}: ${refused}.`);
  } finally {
    ensemble.dispose();
  }
  progress.say(`${networks.length} runs combined. Results: ${path.join(out, 'ensemble.json')}`);
}
