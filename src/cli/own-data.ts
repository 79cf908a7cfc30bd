/** `--data PATH`: own pictures as a data set in memory, which experiments refer to by what it holds. */
import { writeFileSync } from 'node:fs';
import type { Dataset } from '#data/dataset.ts';
import { fingerprintOf } from '#data/fingerprint.ts';
import { memoryTarget, type MemorySet } from '#data/importing/memory-target.ts';
import { isOwnSet, type SetManifest } from '#data/sets/manifest.ts';
import { assembleSet } from '#data/sets/load-set.ts';
import { registerSet } from '#data/sets/registry.ts';
import { parseSettings } from '#data/sets/settings.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { DataOptions } from './data-options.ts';
import { obstacles, readOwnData, type Decided } from './own-import.ts';
import { leftOutLines, linesOf, tableOfLeftOut } from './own-report.ts';
import type { Progress } from './progress.ts';
import { reasonOf, UsageError } from './usage-error.ts';

export class OwnData {
  readonly manifest: SetManifest;
  readonly #set: MemorySet;

  /** Makes it known to this thread, so that experiments may refer to it. */
  constructor(set: MemorySet, id: string) {
    this.#set = set;
    this.manifest = { ...set.manifest, id };
    registerSet(this.manifest);
  }

  /** The reference of a new experiment. */
  get reference(): Experiment['data'] {
    return { source: this.manifest.id, settings: {} };
  }

  /** An experiment on these data, whatever it was on; how own data are sampled, balanced and hidden stays as it was. */
  under(experiment: Experiment): Experiment {
    const { source, settings } = experiment.data;
    const { revision: _revision, ...kept } = settings;
    return { ...experiment, data: { source: this.manifest.id, settings: isOwnSet(source) ? kept : {} } };
  }

  /** Refuses a run that was trained on other data. Throws UsageError. */
  checkSame({ data }: Experiment, run: string): void {
    if (data.source === this.manifest.id) return;
    throw new UsageError(
      `${run} was trained on other data than --data gives now: the pictures, the labels, the parts or the decisions differ. Give the same again, or train anew.`,
    );
  }

  /** Throws ZodError where the settings are not its own. */
  dataset({ data, seed }: Pick<Experiment, 'data' | 'seed'>): Dataset {
    return assembleSet(this.manifest, parseSettings(this.manifest, data.settings), this.#set, seed);
  }
}

/** What an experiment on own data is told that comes without them. Throws UsageError. */
export function checkGiven({ data }: Experiment, own: OwnData | undefined, what: string): void {
  if (own || !isOwnSet(data.source)) return;
  throw new UsageError(
    `${what} is on pictures of one's own, which no file carries: give them with --data PATH.`,
  );
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${reasonOf(error)}.`);
  }
}

/** Writes what the options ask for beside the import. */
export function writeAsides({ leftOut, savePlan }: DataOptions, decided: Decided): void {
  if (leftOut !== undefined) write(leftOut, tableOfLeftOut(decided));
  if (savePlan !== undefined) write(savePlan, decided.session.planFile(decided.choices));
}

/** What the data are called in experiments: by what they hold, so that the same ones are recognised wherever they lie. */
async function nameOf(set: MemorySet): Promise<string> {
  const { manifest } = set;
  const fingerprint = await fingerprintOf(assembleSet(manifest, parseSettings(manifest, {}), set, 0));
  return `own-${fingerprint.slice(0, 12)}`;
}

/**
 * Imports what lies at the paths into memory, and tells what was understood.
 * @throws UsageError or ImportError in words for the reader, where something must be decided first
 */
export async function importOwnData(
  options: DataOptions,
  progress: Progress,
  stop: AbortSignal,
): Promise<OwnData> {
  const decided = await readOwnData(options, progress, stop);
  const { session, view, choices } = decided;
  for (const line of linesOf(decided)) progress.say(line);
  const open = obstacles(view);
  if (open.length > 0) throw new UsageError(open.join('\n'));
  const sets: MemorySet[] = [];
  await session.commit(
    choices,
    memoryTarget((done) => void sets.push(done)),
    ({ phase, done, total }) => phase === 'decoding' && progress.share('Decoding pictures', done, total),
    stop,
  );
  const [set] = sets;
  if (!set) throw new Error('The import came to no end.');
  writeAsides(options, decided);
  const own = new OwnData(set, await nameOf(set));
  const [{ counts } = { counts: { train: 0, validation: 0, test: 0 } }] = own.manifest.revisions;
  progress.say(
    `Imported ${own.manifest.samples} pictures as ${own.manifest.id}: ${counts.train} train, ${counts.validation} validation, ${counts.test} test.`,
  );
  const after = { ...decided, view: session.view() };
  if (after.view.leftOut.count > view.leftOut.count)
    for (const line of leftOutLines(after)) progress.say(line);
  return own;
}
