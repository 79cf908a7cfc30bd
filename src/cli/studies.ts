/** `sweep`, `twin` and `race`: what is planned, trained in folders, and written as one JSON file. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { describe } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { Task } from '#experiment/tasks/index.ts';
import type { Scores } from '#experiment/tasks/task.ts';
import { inFile } from '#exporters/file-error.ts';
import { parseExperiment } from '#experiment/parse.ts';
import { parseJson } from '#exporters/weights.ts';
import { deltaM, type DeltaM } from '#studies/delta-m.ts';
import { methodBranches, raceStudy } from '#studies/race.ts';
import type { StudyPlan } from '#studies/study.ts';
import { parseSweep, sweepStudy } from '#studies/sweep.ts';
import { savingOf, singleTask, twinStudy } from '#studies/twin.ts';
import { checked, overruled, readInput, reasonOf, startOf, stepsOf, type Input } from './input.ts';
import { folderNames, openMembers, type Member, type MemberInput } from './members.ts';
import { trainMembers, type Trainer } from './members-training.ts';
import type { Progress } from './progress.ts';
import { readResumption } from './resumption.ts';
import { formatSummary } from './results.ts';
import { UsageError, type Options } from './usage.ts';
import { writeWhole } from './whole-file.ts';

/** What members came to, in words. */
const endings = {
  finished: 'finished',
  stopped: 'stopped',
  failed: 'failed',
  begun: 'begun',
  waiting: 'not begun',
};

/** A study in its folder, ready to be trained. */
export class FolderStudy {
  readonly #file: string;
  readonly #plan: StudyPlan;
  readonly #members: readonly Member[];
  readonly #report: (members: readonly Member[]) => object;

  /** @param report what its JSON says beside the members */
  constructor(
    file: string,
    plan: StudyPlan,
    members: readonly Member[],
    report: (members: readonly Member[]) => object,
  ) {
    this.#file = file;
    this.#plan = plan;
    this.#members = members;
    this.#report = report;
  }

  /** Trains what is left of it. Returns whether something failed that it cannot do without. */
  async train(train: Trainer, progress: Progress, stop: AbortSignal): Promise<boolean> {
    const members = this.#members;
    const { turn, stopping, budget, kind } = this.#plan;
    const over = members.filter(({ isOver }) => isOver).length;
    if (over > 0) progress.say(`Done before: ${over} of ${members.length}.`);
    const onChange = () => this.#write();
    await trainMembers({ members, turn, stopping, budget, isStrict: false, train, progress, stop, onChange });
    const count = (state: string) => members.filter((member) => member.state === state).length;
    const told = Object.entries(endings).flatMap(([state, words]) =>
      count(state) > 0 ? [`${count(state)} ${words}`] : [],
    );
    progress.say(`Of ${members.length} runs, ${told.join(', ')}. Together: ${this.#file}`);
    const failed = count('failed');
    return failed === members.length || (failed > 0 && kind !== 'sweep');
  }

  #write(): void {
    const { kind, name, turn, stopping, budget } = this.#plan;
    const members = this.#members;
    const adapter = members.find(({ summary }) => summary)?.summary?.adapter ?? null;
    const seconds = members.reduce((sum, member) => sum + member.seconds, 0);
    const rules = {
      ...(turn === null ? {} : { turn }),
      ...(kind === 'sweep' ? { budgetSeconds: budget, stopping } : {}),
    };
    const rows = members.map((member) => member.row());
    writeWhole(this.#file, [
      formatSummary({ kind, name, adapter, seconds, ...rules, ...this.#report(members), members: rows }),
    ]);
  }
}

/** Sweeps and twins begin with fresh weights. Throws UsageError for a file that has some. */
function withoutWeights(input: Input): Input {
  if (input.weights) throw new UsageError('This begins with fresh weights: give an experiment, not weights.');
  return input;
}

/** A study whose members are in folders named after their labels, or as given. */
async function openStudy(
  { out }: Options,
  plan: StudyPlan,
  inputs: readonly Omit<MemberInput, 'label' | 'name'>[],
  names: readonly string[],
  report: (members: readonly Member[]) => object,
): Promise<FolderStudy> {
  const file = `${plan.kind}.json`;
  const plans = plan.members.flatMap(({ label }, n): MemberInput[] => {
    const [input, name] = [inputs[n], names[n]];
    return input && name !== undefined ? [{ label, name, ...input }] : [];
  });
  const members = await openMembers(out, plans, file);
  return new FolderStudy(path.join(out, file), plan, members, report);
}

/** A run of this experiment from fresh weights. */
const fresh = (experiment: Experiment): Input => ({
  experiment,
  info: checked(experiment).info,
  weights: undefined,
  from: undefined,
});

const sweepFileSchema = z.looseObject({
  experiment: z.union([z.string(), z.looseObject({})]).optional(),
});

/** The experiment that a sweep varies: a path from the sweep's folder, inline, or the default one. */
async function experimentOf(
  reference: string | object | undefined,
  file: string,
  options: Options,
): Promise<Experiment> {
  if (typeof reference === 'object')
    return overruled(
      inFile(path.basename(file), () => parseExperiment(reference)),
      options,
    );
  const at = reference === undefined ? undefined : path.resolve(path.dirname(file), reference);
  return withoutWeights(await readInput({ ...options, file: at })).experiment;
}

async function openSweep(options: Options): Promise<FolderStudy> {
  const { file = '' } = options;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be opened: ${reasonOf(error)}.`);
  });
  const name = path.basename(file);
  const document = sweepFileSchema.safeParse(parseJson(text));
  if (!document.success)
    throw new UsageError(`${name} must be a JSON object that describes a sweep, not ${describe(text)}.`);
  const { experiment: reference, ...rest } = document.data;
  const spec = inFile(name, () => parseSweep(rest));
  const experiment = await experimentOf(reference, file, options);
  const plan = inFile(name, () => sweepStudy(experiment, spec, checked));
  const inputs = plan.members.map((member) => ({
    input: fresh(member.experiment),
    ...(member.values ? { values: member.values } : {}),
  }));
  return openStudy(options, plan, inputs, folderNames(plan.members.map(({ label }) => label)), () => ({
    experiment,
  }));
}

/** Scores by task of one part, of those members that have them. */
function scoresOf(members: readonly Member[], part: 'val' | 'test'): Record<string, Scores> {
  const scores = members.flatMap(({ summary }) => Object.entries(summary?.tasks ?? {}));
  return Object.fromEntries(scores.flatMap(([id, { [part]: own }]) => (own ? [[id, own] as const] : [])));
}

/** Δm as the file has it. */
function comparison(
  tasks: readonly Task[],
  [all, ...alone]: readonly Member[],
  part: 'val' | 'test',
): object {
  const found: DeltaM = deltaM(tasks, all ? scoresOf([all], part) : {}, scoresOf(alone, part));
  const byTask = found.tasks.map(({ task, quantity, ...values }) => [
    task,
    { metric: quantity.id, direction: quantity.direction, ...values },
  ]);
  return { tasks: Object.fromEntries(byTask), deltaM: found.count === tasks.length ? found.mean : null };
}

async function openTwin(options: Options): Promise<FolderStudy> {
  const { experiment, info } = withoutWeights(await readInput(options));
  const { equal } = options;
  const plan = twinStudy(experiment, { equal, info, baseline: null });
  const { tasks } = experiment;
  const single = tasks.map(
    ({ id }) => [id, checked(singleTask(experiment, id)).plan.parameterCount] as const,
  );
  const { multi, saved, single: together } = savingOf(experiment, info);
  const parameters = { multi, single: Object.fromEntries(single), together, saved };
  return openStudy(
    options,
    plan,
    plan.members.map((member) => ({ input: fresh(member.experiment) })),
    ['all-tasks', ...tasks.map(({ id }) => `alone-${id}`)],
    (members) => ({
      equal,
      parameters,
      test: comparison(tasks, members, 'test'),
      val: comparison(tasks, members, 'val'),
    }),
  );
}

async function openRace(options: Options): Promise<FolderStudy> {
  const { resume, methods } = options;
  const start = await (resume === undefined ? readInput(options) : readResumption(resume, options));
  const { experiment, info } = start;
  const step = startOf(start);
  const left = stepsOf(experiment.training.length, experiment.training, info) - step;
  const turn = options.turn ?? Math.max(1, Math.round(left / 10));
  const branches = methodBranches(experiment, methods);
  const plan = raceStudy(resume === undefined ? null : { run: resume, step }, experiment, branches, turn);
  const inputs = plan.members.map((member) => {
    checked(member.experiment);
    return { input: { ...start, experiment: member.experiment } };
  });
  return openStudy(options, plan, inputs, methods, () => ({
    from: resume === undefined ? null : { folder: resume, step },
  }));
}

const open = { sweep: openSweep, twin: openTwin, race: openRace };

/**
 * Reads and checks what is to be trained, before anything is built.
 * @throws UsageError, FileError or ExperimentError in words for the reader
 */
export function openFolderStudy(command: keyof typeof open, options: Options): Promise<FolderStudy> {
  return open[command](options);
}
