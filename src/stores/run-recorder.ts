/**
 * Keeps the run of the page as it goes: a record when it begins to train, new rows of its curves every two seconds and
 * whenever its state changes, every checkpoint at once. Where the storage refuses, that is said, and training goes on.
 */
import type { Checkpoint, Evaluation } from '#engine/types.ts';
import { difference } from '#experiment/difference.ts';
import type { Experiment } from '#experiment/schema.ts';
import { chunkFrom } from '#storage/chunks.ts';
import type { News } from '#storage/run-library.ts';
import type { RecordStatus, RunRecord, Scored } from '#storage/run-record.ts';
import { isStrategy, strategyOf } from '#strategies/index.ts';
import { enqueue, libraryStore, lockOf, refreshUsage, show } from './library-state.ts';
import { messageOf } from './run.ts';
import { runStore, type RunState } from './run-state.ts';

/** Milliseconds between two writings of new rows. */
const interval = 2000;

/** How far a run is written. */
interface Recording {
  readonly id: string;
  /** Rows and measurements that are written or asked to be. */
  metrics: number;
  gramians: number;
  layers: number;
  /** The evaluations with outputs that are. */
  validation: Evaluation | undefined;
  test: Evaluation | null;
  checkpoint: Checkpoint | null;
  /** Tells other pages that this one writes the run no longer. */
  release: () => void;
}

let recording: Recording | null = null;
/** Whether the reader knows that nothing is kept. */
let isToldOf = false;
let timer: ReturnType<typeof setTimeout> | undefined;

const scored = ({ outputs: _outputs, ...rest }: Evaluation): Scored => rest;

const methodName = (kind: string) => (isStrategy(kind) ? strategyOf(kind).name : kind);

/** What a record says of a run that is as this. */
const statuses: Readonly<Partial<Record<RunState['status'], RecordStatus>>> = {
  running: 'running',
  paused: 'paused',
  finished: 'finished',
  failed: 'failed',
};

/** Null: as it was. Without its data, a run is over on the page, but it can be opened again and go on. */
function statusOf({ status, goesOn, kept }: RunState): RecordStatus | null {
  if (status === 'recovering') return goesOn ? 'running' : 'paused';
  return kept.last ? null : (statuses[status] ?? null);
}

function bytesOf({ series, gramians, layerGramians, validations, test }: RunState): number {
  const outputs = [
    ...Object.values(validations.at(-1)?.outputs ?? {}),
    ...Object.values(test?.outputs ?? {}),
  ];
  const numbers =
    series.length * series.columns.length +
    gramians.length * gramians.columns.length +
    layerGramians.reduce((sum, each) => sum + each.gramians.length + each.losses.length, 0) +
    outputs.reduce((sum, { length }) => sum + length, 0);
  return 4 * numbers;
}

/** What changes of a record while its run goes. */
function progressOf(state: RunState) {
  const { step, totalSteps, series, gramians, layerGramians, validations, test, best, device } = state;
  const status = statusOf(state);
  return {
    updatedAt: Date.now(),
    ...(state.experiment ? { experiment: state.experiment } : {}),
    ...(status ? { status } : {}),
    step,
    totalSteps,
    seconds: series.length > 0 ? series.last('seconds') : 0,
    device,
    validations: validations.map(scored),
    test: test && scored(test),
    best,
    rows: series.length,
    gramianRows: gramians.length,
    layerRows: layerGramians.length,
    curveBytes: bytesOf(state),
  };
}

/** What is not written yet, which then counts as written. */
function takeNews(to: Recording, { series, gramians, layerGramians, validations, test }: RunState): News {
  const validation = validations.at(-1);
  const evaluations = [
    ...(validation && validation !== to.validation ? [validation] : []),
    ...(test && test !== to.test ? [test] : []),
  ];
  const news = {
    metrics: chunkFrom(series, to.metrics),
    gramians: chunkFrom(gramians, to.gramians),
    layers: { start: to.layers, measured: layerGramians.slice(to.layers) },
    evaluations,
  };
  Object.assign(to, {
    metrics: series.length,
    gramians: gramians.length,
    layers: layerGramians.length,
    validation,
    test,
  });
  return news;
}

/** The storage is full or gone: says so, and leaves the run to itself. */
function giveUp(error: unknown): void {
  const reason = `This run is no longer kept: ${messageOf(error)} Training goes on.`;
  if (recording) runStore.setState({ notice: reason });
  recording?.release();
  recording = null;
  libraryStore.setState({ reason, current: null });
}

function write(state: RunState, ended: Partial<RunRecord> = {}): void {
  clearTimeout(timer);
  timer = undefined;
  if (!recording) return;
  const { id } = recording;
  const change = { ...progressOf(state), ...ended };
  const news = takeNews(recording, state);
  enqueue((library) => library.update(id, change, news)).then(show, giveUp);
}

function writeSoon(): void {
  timer ??= setTimeout(() => write(runStore.getState()), interval);
}

/** Keeps the latest checkpoint, once the rows up to it are here, which then are written before it. */
function keepCheckpoint(state: RunState): void {
  const { checkpoint, series, best } = state;
  const to = recording;
  if (!to || !checkpoint || checkpoint === to.checkpoint || series.last('step') < checkpoint.step) return;
  to.checkpoint = checkpoint;
  write(state);
  // Where writing is slower than checkpoints come, those that wait give way to the latest.
  enqueue(async (library) =>
    to.checkpoint === checkpoint ? library.putCheckpoint(to.id, checkpoint, best['mean']) : undefined,
  ).then((record) => {
    show(record);
    refreshUsage();
  }, giveUp);
}

/** Holds a lock for as long as this page writes a run. */
function hold(id: string): () => void {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  if ('locks' in navigator) void navigator.locks.request(lockOf(id), () => released);
  return () => release();
}

function newRecord(state: RunState, experiment: Experiment): RunRecord {
  const [before] = libraryStore.getState().runs;
  const words = before && (difference(before.experiment, experiment, methodName) || 'the same again');
  const now = Date.now();
  return {
    id: `${now.toString(36)}-${Math.random().toString(36).slice(2, 10)}`,
    name: '',
    difference: words ?? experiment.name,
    colour: before ? before.colour + 1 : 0,
    note: '',
    pinned: false,
    hidden: false,
    createdAt: now,
    checkpoints: [],
    bytes: 0,
    deletedAt: null,
    status: 'running',
    ...progressOf(state),
    experiment,
    rows: 0,
    gramianRows: 0,
    layerRows: 0,
    curveBytes: 0,
  };
}

/** Records the run of the page under an id, as one of which so much is written. */
function attach(
  id: string,
  written: Pick<Recording, 'metrics' | 'gramians' | 'layers' | 'checkpoint'>,
): void {
  const { validations, test } = runStore.getState();
  recording = { id, ...written, validation: validations.at(-1), test, release: hold(id) };
  libraryStore.setState({ current: id });
}

function begin(state: RunState): void {
  const { status, reason } = libraryStore.getState();
  if (status === 'unavailable' && !isToldOf) runStore.setState({ notice: reason });
  isToldOf = status === 'unavailable';
  if (!state.experiment || isToldOf) return;
  const record = newRecord(state, state.experiment);
  enqueue((library) => library.add(record)).then(() => show(record), giveUp);
  attach(record.id, { metrics: 0, gramians: 0, layers: 0, checkpoint: null });
  if (recording) Object.assign(recording, { validation: undefined, test: null });
  write(state);
}

/** The page shows another run, or none: the last of this one is written. */
function end(last: RunState): void {
  const wasGoing = last.status === 'running' || last.status === 'preparing' || last.status === 'recovering';
  write(last, wasGoing ? { status: 'interrupted' } : {});
  recording?.release();
  recording = null;
  libraryStore.setState({ current: null });
}

/** Goes on with the record of a run that was opened again and is on the page now. */
export function recordAgain(id: string): void {
  const { series, gramians, layerGramians, checkpoint } = runStore.getState();
  attach(id, {
    metrics: series.length,
    gramians: gramians.length,
    layers: layerGramians.length,
    checkpoint,
  });
}

function follow(state: RunState, before: RunState): void {
  if (state.run !== before.run) end(before);
  if (!recording && state.status === 'running' && before.status !== 'running') begin(state);
  const to = recording;
  if (!to) return;
  // A run that went back has fewer rows, which then differ from those that are written.
  to.metrics = Math.min(to.metrics, state.series.length);
  to.gramians = Math.min(to.gramians, state.gramians.length);
  to.layers = Math.min(to.layers, state.layerGramians.length);
  const isNews =
    state.status !== before.status ||
    state.validations !== before.validations ||
    state.test !== before.test ||
    state.best !== before.best ||
    state.experiment !== before.experiment;
  if (isNews) write(state);
  else if (state.revision !== before.revision) writeSoon();
  keepCheckpoint(state);
}

/** Follows the run of the page from now on. */
export function startRecorder(): void {
  runStore.subscribe(follow);
  // The last moment at which a page that is closed surely runs.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') write(runStore.getState());
  });
}
