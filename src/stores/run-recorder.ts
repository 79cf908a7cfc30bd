/**
 * Keeps the run of the page as it goes: a record when it begins to train, new rows of its curves every two seconds and
 * whenever its state changes, every checkpoint at once. Where the storage is full, that is said, training goes on, and so
 * does keeping as soon as there is room.
 */
import type { Checkpoint } from '#engine/types.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { RunRecord } from '#storage/run-record.ts';
import { alongside, enqueue, libraryStore, openedLibrary, refreshUsage, show } from './library-state.ts';
import { newRecord } from './new-record.ts';
import { isFull, withRoom } from './room.ts';
import { goBack, hold, takeBack, takeNews, type Recording } from './recording.ts';
import { messageOf } from './run.ts';
import { ChangeLog, changesUpTo, wordsFor } from './run-changes.ts';
import { progressOf } from './run-progress.ts';
import { runStore, type RunState } from './run-state.ts';

/** Milliseconds between two writings of new rows, and between two attempts where the storage is full. */
const interval = 2000;
const patience = 5000;

/** A checkpoint that is to be written, and of which recording. */
interface Waiting {
  readonly to: Recording;
  readonly checkpoint: Checkpoint;
  /** Step of the best weights by the mean. */
  readonly best: number | undefined;
  /** Whether the rows up to it are written. */
  readonly rows: Promise<boolean>;
}

let recording: Recording | null = null;
let log = new ChangeLog();
/** Whether the reader knows that nothing is kept. */
let isToldOf = false;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Checkpoints that wait; where writing is slower than they come, the first give way. */
let waiting: readonly Waiting[] = [];
let isWriting = false;
/** Bytes of weights, without optimiser and best ones, that may wait beside the latest. */
const mostWaiting = 4 * 2 ** 20;
/** Writings that the storage has not answered yet. */
let underWay = 0;
/** What there was no room for. */
let lacking: 'rows' | 'checkpoint' | null = null;

const fullNotice =
  'The storage of this browser is full: this run is not kept in full until there is room. Delete runs under Runs; training goes on.';

/** The storage is full: tries again later. Or it is gone: leaves the run to itself. Either is said once. */
function refused(to: Recording, what: 'rows' | 'checkpoint', error: unknown): void {
  if (to !== recording) return;
  if (isFull(error)) {
    if (what === 'rows') takeBack(to);
    to.checkpoint = null;
    if (!lacking) runStore.setState({ notice: fullNotice });
    lacking ??= what;
    libraryStore.setState({ isFull: true });
    refreshUsage();
    return writeSoon();
  }
  const reason = `This run is no longer kept: ${messageOf(error)} Training goes on.`;
  runStore.setState({ notice: reason });
  to.release();
  recording = null;
  libraryStore.setState({ reason, current: null });
}

/** There was room. */
function accepted(what: 'rows' | 'checkpoint', record: RunRecord | undefined): void {
  show(record);
  if (!lacking || (lacking === 'checkpoint' && what === 'rows')) return;
  lacking = null;
  libraryStore.setState({ isFull: false });
  if (runStore.getState().notice === fullNotice)
    runStore.setState({ notice: 'There is room in the storage again: all of this run is kept.' });
}

/** Writes what is new. Resolves with whether the storage has it. */
async function write(state: RunState, ended: Partial<RunRecord> = {}): Promise<boolean> {
  clearTimeout(timer);
  timer = undefined;
  const to = recording;
  if (!to || to.rests) return false;
  const changes = to.changes.length > 0 ? { changes: to.changes } : {};
  const change = { ...progressOf(state), ...changes, ...ended };
  const news = takeNews(to, state);
  underWay++;
  try {
    const record = await enqueue((library) =>
      withRoom(library, async () => {
        if (to.added) await library.add(to.added);
        to.added = null;
        return library.update(to.id, change, news);
      }),
    );
    accepted('rows', record);
    return true;
  } catch (error) {
    refused(to, 'rows', error);
    return false;
  } finally {
    underWay--;
  }
}

/** Writes all that is not written yet, as when there is room again. */
export function writeNow(): void {
  const state = runStore.getState();
  void write(state);
  keepCheckpoint(state);
}

function writeSoon(): void {
  timer ??= setTimeout(writeNow, lacking ? patience : interval);
}

/** Keeps the latest checkpoint, once the rows up to it are here, which then are written before it. */
function keepCheckpoint(state: RunState): void {
  const { checkpoint, series, best } = state;
  const to = recording;
  if (!to || to.rests || !checkpoint || checkpoint === to.checkpoint) return;
  if (series.last('step') < checkpoint.step) return;
  to.checkpoint = checkpoint;
  waiting = [...waiting, { to, checkpoint, best: best['mean'], rows: write(state) }];
  while (waiting.length > 1 && bytesOf(waiting) > mostWaiting) waiting = waiting.slice(1);
  if (!isWriting) void alongside(writeCheckpoints());
}

function bytesOf(those: readonly Waiting[]): number {
  const tensors = those.flatMap(({ checkpoint }) => checkpoint.tensors);
  return tensors.reduce((sum, { values }) => sum + values.byteLength, 0);
}

/** Writes the checkpoints that wait, one after the other. Other things are written meanwhile. */
async function writeCheckpoints(): Promise<void> {
  isWriting = true;
  for (let [next] = waiting; next; [next] = waiting) {
    waiting = waiting.slice(1);
    const { to, checkpoint, best, rows } = next;
    if (!(await rows)) continue;
    try {
      const library = openedLibrary();
      accepted('checkpoint', await withRoom(library, () => library.putCheckpoint(to.id, checkpoint, best)));
      refreshUsage();
    } catch (error) {
      refused(to, 'checkpoint', error);
    }
  }
  isWriting = false;
}

function firstRecord(state: RunState, experiment: Experiment): RunRecord {
  const [before] = libraryStore.getState().runs;
  const words = before && (wordsFor(before.experiment, experiment) || 'the same again');
  return {
    ...newRecord(experiment, words ?? experiment.name),
    ...progressOf(state),
    status: 'running',
    experiment,
    rows: 0,
    gramianRows: 0,
    layerRows: 0,
    curveBytes: 0,
  };
}

/** Records the run of the page from now on; nothing of it is written unless told otherwise. */
function attach(id: string, written: Partial<Recording>): void {
  recording = {
    id,
    added: null,
    rests: false,
    metrics: 0,
    gramians: 0,
    layers: 0,
    validation: undefined,
    test: null,
    checkpoint: null,
    changes: [],
    release: hold(id),
    ...written,
  };
  log = new ChangeLog();
  lacking = null;
  libraryStore.setState({ current: id, isFull: false });
}

function begin(state: RunState): void {
  const { status, reason } = libraryStore.getState();
  if (status === 'unavailable' && !isToldOf) runStore.setState({ notice: reason });
  isToldOf = status === 'unavailable';
  if (!state.experiment || isToldOf) return;
  const record = firstRecord(state, state.experiment);
  attach(record.id, { added: record });
  void write(state);
}

/** The page shows another run, or none: the last of this one is written. */
function end(last: RunState): void {
  const wasGoing = last.status === 'running' || last.status === 'preparing' || last.status === 'recovering';
  void write(last, wasGoing ? { status: 'interrupted' } : {});
  recording?.release();
  recording = null;
  libraryStore.setState({ current: null });
}

/**
 * Goes on with the record of a run that was opened again and is on the page now.
 * @param rests whether later steps of it are kept, which count until it is trained
 */
export function recordAgain({ id, changes = [] }: RunRecord, rests: boolean): void {
  const { series, gramians, layerGramians, checkpoint, validations, test, step } = runStore.getState();
  attach(id, {
    rests,
    metrics: series.length,
    gramians: gramians.length,
    layers: layerGramians.length,
    validation: validations.at(-1),
    test,
    checkpoint,
    changes: changesUpTo(changes, step),
  });
}

/** What of a run changed since it was last looked at, beside its numbers. */
function noteChanges(to: Recording, state: RunState, before: RunState): void {
  if (state.status === 'running') to.rests = false;
  if (state.step < before.step) to.changes = changesUpTo(to.changes, state.step);
  if (!state.experiment || !before.experiment || state.experiment === before.experiment) return;
  const { step } = state;
  to.changes = log.add(to.changes, {
    before: before.experiment,
    after: state.experiment,
    step,
    now: Date.now(),
  });
}

function follow(state: RunState, before: RunState): void {
  if (state.run !== before.run) end(before);
  if (!recording && state.status === 'running' && before.status !== 'running') begin(state);
  const to = recording;
  if (!to) return;
  goBack(to, state);
  noteChanges(to, state, before);
  // What was written a few rows at a time is written in one, which is quicker to read.
  if (state.status === 'finished' && before.status === 'running')
    Object.assign(to, { metrics: 0, gramians: 0 });
  const isNews =
    state.status !== before.status ||
    state.validations !== before.validations ||
    state.test !== before.test ||
    state.best !== before.best ||
    state.experiment !== before.experiment;
  if (isNews) void write(state);
  else if (state.revision !== before.revision) writeSoon();
  keepCheckpoint(state);
}

/** Follows the run of the page from now on. */
export function startRecorder(): void {
  runStore.subscribe(follow);
  // The last moment at which a page that is closed surely runs. Where all is written, the record stays as it is.
  document.addEventListener('visibilitychange', () => {
    const isBehind = timer !== undefined || underWay > 0;
    if (document.visibilityState === 'hidden' && isBehind) void write(runStore.getState());
  });
}
