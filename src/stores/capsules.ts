/** Runs as capsules: exported, opened from another machine, and checked. See docs/runs.md, "Share a run". */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { infoFor } from '#data/resolve.ts';
import { appVersion, capsuleEnding } from '#exporters/capsule-names.ts';
import { largestDifference } from '#lib/largest-difference.ts';
import type { RunRecord } from '#storage/run-record.ts';
import { askAnswers } from './answers.ts';
import type { Evidence, Part, Witness } from './capsule-jobs.ts';
import { runJob } from './capsule-worker.ts';
import { datasetStore } from './dataset.ts';
import { currentFingerprint, isDataHere } from './fingerprints.ts';
import { enqueue, libraryStore, lockOf, refreshUsage, settledLibrary, show } from './library-state.ts';
import { checkpointHere } from './open-run.ts';
import { runStore } from './run-state.ts';

/** How a check came out. */
export interface CheckResult {
  /**
   * `identical`: every number is the same; `rounding`: they differ as adapters do; `differs`: by more than that;
   * `other-data`: the data set is another one, and nothing was compared.
   */
  readonly verdict: 'identical' | 'rounding' | 'differs' | 'other-data';
  readonly part: Part;
  /** Samples that were compared. */
  readonly samples: number;
  /** Steps that the weights were trained for. */
  readonly step: number;
  /** The largest difference of two outputs, and the same by the largest output of its task. */
  readonly absolute: number;
  readonly relative: number;
  /** Id of the task of it, and place of its sample in the data set; null where there is no difference. */
  readonly at: { readonly task: string; readonly sample: number } | null;
  /** Whether the data set is that of the run; null where that cannot be told. */
  readonly isSameData: boolean | null;
}

/** Something that takes a while. */
export interface CapsuleWork {
  readonly kind: 'export' | 'open' | 'check';
  /** Of the run; null where that is not known yet. */
  readonly id: string | null;
  /** A share of one; null where nobody knows. */
  readonly share: number | null;
  readonly cancel: () => void;
}

interface CapsulesState {
  readonly work: CapsuleWork | null;
  /** By run. */
  readonly checks: Readonly<Record<string, CheckResult>>;
  /** Id of the run that was opened last. */
  readonly opened: string | null;
}

export const capsulesStore = createStore<CapsulesState>()(() => ({ work: null, checks: {}, opened: null }));

export function useCapsules<T>(select: (state: CapsulesState) => T): T {
  return useStore(capsulesStore, select);
}

/** Thrown where the reader has stopped something: nobody needs to be told. */
export class Cancelled extends Error {}

/** Differences up to this share of a task's largest output are those of float32 on another adapter. */
const rounding = 1e-4;

interface Following {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Does something, told in the store while it lasts. Rejects where something else is going on. */
async function following<Result>(
  kind: CapsuleWork['kind'],
  id: string | null,
  action: (following: Following) => Promise<Result>,
): Promise<Result> {
  if (capsulesStore.getState().work)
    throw new Error('Another capsule is being worked on: wait, or stop that.');
  const ending = new AbortController();
  const cancel = () => ending.abort(new Cancelled('It was stopped.'));
  const tell = (share: number | null) => capsulesStore.setState({ work: { kind, id, share, cancel } });
  tell(null);
  try {
    const onProgress = (done: number, total: number) => tell(total > 0 ? Math.min(1, done / total) : null);
    return await action({ onProgress, signal: ending.signal });
  } finally {
    capsulesStore.setState({ work: null });
  }
}

/** The record and what its job needs, once all that was asked for is written. */
async function prepared(id: string) {
  const { status } = runStore.getState();
  const rests = status === 'paused' || status === 'finished';
  if (rests && libraryStore.getState().current === id) await checkpointHere();
  await settledLibrary();
  return enqueue(async (library) => {
    const record = await library.get(id);
    if (!record) throw new Error('This run is not kept here any more.');
    return { record, database: library.name, info: infoFor(record.experiment.data) };
  });
}

const notAsked = 'The run was not evaluated with these weights, and its data set was not loaded.';

/** What weights say of the test part, where the data set that is loaded is theirs. */
async function evidenceOf(record: RunRecord, witness: Witness, signal: AbortSignal): Promise<Evidence> {
  if (!isDataHere(record)) return { reason: notAsked };
  const outputs = await askAnswers({ ...witness, on: { split: 'test' } }, { signal });
  return { predictions: { split: 'test', step: witness.step, outputs, samples: null } };
}

/** A file name from what a run is called: "learning rate 1e-3 → 3e-4" → "learning-rate-1e-3-3e-4". */
function fileStem(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return words?.join('-').slice(0, 60) ?? 'run';
}

/** A kept run as a file. Rejects in plain words, and with {@link Cancelled} where the reader stops it. */
export function exportCapsule(id: string): Promise<{ readonly blob: Blob; readonly name: string }> {
  return following('export', id, async ({ onProgress, signal }) => {
    const { record, database, info } = await prepared(id);
    const isHere = isDataHere(record);
    const split = isHere ? datasetStore.getState().summary?.split : undefined;
    const fingerprint = isHere ? await currentFingerprint().catch(() => null) : null;
    const { userAgent, platform } = navigator;
    const environment = { app: appVersion, exportedAt: Date.now(), userAgent, platform };
    const blob = await runJob(
      {
        kind: 'export',
        database,
        id,
        info,
        fingerprint,
        environment,
        cannotAsk: isHere ? null : notAsked,
        samples: split ? { test: split.test, validation: split.validation } : null,
      },
      { onProgress, signal, onWanted: (witness) => evidenceOf(record, witness, signal) },
    );
    const { name, difference, experiment } = record;
    return { blob, name: `${fileStem(name || difference || experiment.name)}${capsuleEnding}` };
  });
}

/**
 * Opens a capsule: its run is kept here from then on, beside all others. Rejects with what is wrong with the file; nothing
 * of it stays then.
 */
export function openCapsuleFile(
  file: File,
): Promise<{ readonly record: RunRecord; readonly isCopy: boolean }> {
  return following('open', null, async (follow) => {
    const { runs, status, reason } = libraryStore.getState();
    if (status === 'unavailable') throw new Error(reason ?? 'This browser keeps no runs for the page.');
    const database = await enqueue((library) => Promise.resolve(library.name));
    const freshId = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
    const colour = Math.max(-1, ...runs.map((each) => each.colour)) + 1;
    const { id, isCopy } = await runJob(
      { kind: 'open', database, file, name: file.name, freshId, colour, lock: lockOf('') },
      { ...follow, onLeft: (left) => enqueue((library) => library.remove(left)) },
    );
    const record = await enqueue((library) => library.get(id));
    if (!record) throw new Error('The run was taken away again meanwhile.');
    show(record);
    refreshUsage();
    capsulesStore.setState({ opened: id });
    return { record, isCopy };
  });
}

function verdictOf(relative: number): CheckResult['verdict'] {
  if (relative === 0) return 'identical';
  return relative <= rounding ? 'rounding' : 'differs';
}

/** Compares what the weights of a run say here and now with what they said when it was evaluated. */
async function check(id: string, { onProgress, signal }: Following): Promise<CheckResult> {
  const { record, database, info } = await prepared(id);
  if (!isDataHere(record)) throw new Error('The data set of this run is not loaded: open the run first.');
  const job = { kind: 'witness', database, id, info } as const;
  const { witness, predictions } = await runJob(job, { onProgress, signal });
  const { split: part, step, outputs } = predictions;
  const split = datasetStore.getState().summary?.split[part] ?? new Uint32Array();
  const now = await currentFingerprint().catch(() => undefined);
  const isSameData =
    now === undefined || record.fingerprint === undefined ? null : now === record.fingerprint;
  const told = { part, step, samples: split.length, isSameData };
  if (isSameData === false)
    return {
      ...told,
      verdict: 'other-data',
      samples: 0,
      absolute: Number.NaN,
      relative: Number.NaN,
      at: null,
    };
  const answers = await askAnswers({ ...witness, on: { split: part } }, { onProgress, signal });
  const { absolute, relative, table, row } = largestDifference(outputs, answers, split.length);
  const at = table === null ? null : { task: table, sample: split[row] ?? row };
  return { ...told, verdict: verdictOf(relative), absolute, relative, at };
}

/**
 * Checks a run whose data set is loaded, and keeps the result for as long as the page is there. Rejects in plain words, and
 * with {@link Cancelled} where the reader stops it.
 */
export async function checkRun(id: string): Promise<CheckResult> {
  const result = await following('check', id, (follow) => check(id, follow));
  capsulesStore.setState(({ checks }) => ({ checks: { ...checks, [id]: result } }));
  return result;
}
