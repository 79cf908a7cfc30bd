/** Runs that belong together, each in a folder of its own: which are finished, which were begun, what they came to. */
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Scores } from '#experiment/tasks/task.ts';
import type { StoredCheckpoint } from '#exporters/checkpoint-file.ts';
import { parseJson, scoresSchema } from '#exporters/weights.ts';
import type { Validation } from '#studies/median-rule.ts';
import { isOver, reasonOf, startOf, type Input } from './input.ts';
import { checkpointIn, inputFrom, isSameExperiment } from './resumption.ts';
import { UsageError } from './usage.ts';

/** What other files make of a run's summary.json. */
const summarySchema = z.object({
  steps: z.int(),
  seconds: z.number(),
  adapter: z.string(),
  tasks: z.record(z.string(), z.object({ val: scoresSchema.optional(), test: scoresSchema.optional() })),
});
export type RunSummary = z.infer<typeof summarySchema>;

const rowSchema = z.object({ part: z.literal('validation'), step: z.int(), meanLoss: z.number().nullable() });

/** The validations that a folder's metrics.jsonl has. */
async function validationsIn(folder: string): Promise<Validation[]> {
  const text = await readFile(path.join(folder, 'metrics.jsonl'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const row = line.includes('"validation"') ? rowSchema.safeParse(parseJson(line)) : undefined;
    return row?.success ? [{ step: row.data.step, loss: row.data.meanLoss ?? Number.NaN }] : [];
  });
}

/** `begun`: it has a checkpoint to go on from. */
export type FolderState = 'waiting' | 'begun' | 'finished' | 'stopped' | 'failed';

/** A member before anybody looked at its folder. */
export interface MemberInput {
  readonly label: string;
  /** Of its folder, within that of the study. */
  readonly name: string;
  /** How it begins. */
  readonly input: Input;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** A member as the study's JSON has it. */
export interface MemberRow {
  readonly label: string;
  readonly folder: string;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly state: FolderState;
  /** Why it was stopped, failed or has not begun; empty otherwise. */
  readonly reason: string;
  readonly steps: number;
  readonly seconds: number;
  /** The lowest mean validation loss, and when; null before the first. */
  readonly best: { readonly step: number; readonly meanLoss: number } | null;
  /** Scores of the best weights, as in summary.json. */
  readonly tasks: Readonly<
    Record<string, { readonly val?: Scores | undefined; readonly test?: Scores | undefined }>
  >;
}

export class Member {
  readonly label: string;
  /** Path of its folder. */
  readonly folder: string;
  readonly #plan: MemberInput;
  #state: FolderState = 'waiting';
  #reason = '';
  #step: number;
  #seconds = 0;
  #best: MemberRow['best'] = null;
  #validations: readonly Validation[] = [];
  #summary: RunSummary | undefined;

  constructor(within: string, plan: MemberInput) {
    this.label = plan.label;
    this.folder = path.join(within, plan.name);
    this.#plan = plan;
    this.#step = startOf(plan.input);
  }

  get state(): FolderState {
    return this.#state;
  }

  get isOver(): boolean {
    return this.#state === 'finished' || this.#state === 'stopped' || this.#state === 'failed';
  }

  get experiment(): Input['experiment'] {
    return this.#plan.input.experiment;
  }

  /** Steps trained, and where it began. */
  get step(): number {
    return this.#step;
  }

  get start(): number {
    return startOf(this.#plan.input);
  }

  /** Of training in this study. */
  get seconds(): number {
    return Math.max(0, this.#seconds - (this.#plan.input.from?.checkpoint.seconds ?? 0));
  }

  get validations(): readonly Validation[] {
    return this.#validations;
  }

  get summary(): RunSummary | undefined {
    return this.#summary;
  }

  /**
   * Looks at what its folder has.
   * Throws UsageError where that is a run of another experiment, or one whose summary is gone, and FileError for a damaged one.
   */
  async look(): Promise<void> {
    const stored = await this.#stored();
    if (!stored) return;
    const { input } = this.#plan;
    const { checkpoint } = stored;
    if (!this.isOver) this.#reason = '';
    this.#step = checkpoint.step;
    this.#seconds = checkpoint.seconds;
    const best = checkpoint.best.find(({ losses }) => 'mean' in losses);
    this.#best = best ? { step: best.step, meanLoss: best.losses['mean'] ?? Number.NaN } : null;
    this.#validations = await validationsIn(this.folder);
    if (!this.isOver) this.#state = isOver(input, checkpoint) ? 'finished' : 'begun';
    this.#summary = await this.#readSummary();
  }

  /** What to train next: its own checkpoint, else how it begins. */
  async next(): Promise<Input> {
    const { input } = this.#plan;
    const stored = await this.#stored();
    return stored ? inputFrom(this.folder, stored, input.experiment, input.info) : input;
  }

  /** It is not to be trained on. */
  end(state: 'stopped' | 'failed', reason: string): void {
    this.#state = state;
    this.#reason = reason;
  }

  /** Why it has not begun; it may still. */
  postpone(reason: string): void {
    this.#reason = reason;
  }

  row(): MemberRow {
    const { values, name } = this.#plan;
    return {
      label: this.label,
      folder: name,
      ...(values ? { values } : {}),
      state: this.#state,
      reason: this.#reason,
      steps: this.#step,
      seconds: this.seconds,
      best: this.#best,
      tasks: this.#summary?.tasks ?? {},
    };
  }

  async #stored(): Promise<StoredCheckpoint | undefined> {
    const stored = await checkpointIn(this.folder);
    if (stored && !isSameExperiment(stored.experiment, this.experiment))
      throw new UsageError(
        `${this.folder} holds a run of another experiment: choose another --out, or remove it.`,
      );
    return stored;
  }

  async #readSummary(): Promise<RunSummary | undefined> {
    const file = path.join(this.folder, 'summary.json');
    const text = await readFile(file, 'utf8').catch(() => '');
    const read = summarySchema.safeParse(parseJson(text));
    if (read.success) return read.data;
    if (this.#state !== 'finished') return undefined;
    throw new UsageError(`${file} is missing or damaged: remove ${this.folder} to train it again.`);
  }
}

/** Members that the study's own file says are stopped or failed. */
const endedSchema = z.object({
  members: z.array(z.object({ folder: z.string(), state: z.string(), reason: z.string() })),
});

/**
 * The members of a study, after a look at their folders and at the study's own file; makes its folder.
 * Throws UsageError, before anything is changed, where a folder holds another experiment.
 * @param file of the study, within its folder: those that it says were stopped or failed stay so, as long as their folders
 *   are there
 */
export async function openMembers(
  folder: string,
  plans: readonly MemberInput[],
  file?: string,
): Promise<Member[]> {
  const members = plans.map((plan) => new Member(folder, plan));
  for (const member of members) await member.look();
  const text = file === undefined ? '' : await readFile(path.join(folder, file), 'utf8').catch(() => '');
  const before = endedSchema.safeParse(parseJson(text));
  for (const { folder: name, state, reason } of before.data?.members ?? []) {
    const member = members.find((each) => each.folder === path.join(folder, name));
    if (member?.state === 'begun' && (state === 'stopped' || state === 'failed')) member.end(state, reason);
  }
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`${folder} cannot take the results: ${reasonOf(error)}.`);
  }
  return members;
}

/** Names of folders for labels: "learning rate 3e-3, MGDA" → `learning-rate-3e-3-mgda`; those of one name are numbered. */
export function folderNames(labels: readonly string[]): string[] {
  const times = new Map<string, number>();
  return labels.map((label) => {
    const slug = label
      .toLowerCase()
      .replaceAll(/[^a-z0-9.]+/g, '-')
      .replaceAll(/^[-.]+|[-.]+$/g, '')
      .slice(0, 80);
    const name = slug || 'member';
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return time === 1 ? name : `${name}-${time}`;
  });
}
