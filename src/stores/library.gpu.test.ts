/** Kept runs with the real worker and the real storage. Between keeping and opening, all else is forgotten. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import type { SeriesTable } from '#lib/series.ts';
import { chunkFrom } from '#storage/chunks.ts';
import { datasetStore } from './dataset.ts';
import { editExperiment, experimentStore, openExperiment, undo } from './experiment.ts';
import { busyRuns, enqueue, openedLibrary, openLibrary, settledLibrary } from './library-state.ts';
import {
  deleteRun,
  duplicateRun,
  libraryStore,
  nameOf,
  openRun,
  renameRun,
  rewindRun,
  undeleteRun,
  type RunRecord,
} from './library.ts';
import { fetchWeights, reset, startUp, stepOnce, train } from './run.ts';
import { startRecorder } from './run-recorder.ts';
import { runStore } from './run-state.ts';
import { data, small } from './testing.ts';
import { restartTrainer } from './trainer.ts';

const database = `trunkline-library-test-${Math.random()}`;

const reached = (status: string) =>
  expect.poll(() => runStore.getState().status, { timeout: 50_000 }).toBe(status);

async function steps(count: number): Promise<void> {
  for (let step = 0; step < count; step++) await stepOnce();
  await reached('paused');
  await expect.poll(() => runStore.getState().checkpoint?.step).toBe(runStore.getState().step);
}

async function trainToEnd(): Promise<void> {
  await train();
  await reached('finished');
  await expect.poll(() => runStore.getState().checkpoint?.step).toBe(12);
}

/** As after a reload: no run, no worker, the storage opened anew. */
async function forgetEverything(): Promise<void> {
  await settledLibrary();
  await reset();
  restartTrainer();
  datasetStore.setState({ status: 'loading', key: '', summary: null });
  openExperiment(experimentFor(infoFor(data), data));
  await openLibrary(database);
}

/** The newest run, once all of it is written. */
async function newest(): Promise<RunRecord> {
  await settledLibrary();
  const [record] = libraryStore.getState().runs;
  if (!record) throw new Error('no run is kept');
  return record;
}

/** Everything of a run that must repeat: curves without the time, weights of now and the best. */
async function outcome() {
  const { series, gramians, validations, test: tested, best, step } = runStore.getState();
  const columns = (table: SeriesTable) =>
    table.columns.filter((name) => name !== 'seconds').map((name) => [name, [...table.column(name)]]);
  const timeless = [...validations, tested].map(
    (each) => each && [each.split, each.step, each.meanLoss, each.tasks],
  );
  const weights = [(await fetchWeights('last')).tensors, (await fetchWeights('best')).tensors];
  return { step, best, weights, timeless, series: columns(series), gramians: columns(gramians) };
}

beforeAll(async () => {
  startRecorder();
  openExperiment(small());
  await startUp();
});

beforeEach(async () => {
  await openLibrary(database);
  await reset();
  openExperiment(small());
  await vi.waitFor(() => expect(datasetStore.getState().status).toBe('ready'), 50_000);
});

afterAll(async () => {
  await reset();
  restartTrainer();
  await settledLibrary();
});

test('goes on from what was kept to the same end, bit for bit, as a run that never stopped', async () => {
  await trainToEnd();
  const whole = await outcome();
  expect(await newest()).toMatchObject({ status: 'finished', step: 12, rows: 12, name: '' });
  expect((await newest()).validations.map(({ step }) => step)).toEqual([4, 8, 12]);
  expect((await newest()).test).not.toBe(null);
  await reset();

  await steps(6);
  const { id } = await newest();
  await forgetEverything();
  expect(runStore.getState()).toMatchObject({ status: 'idle', step: 0 });
  expect(await newest()).toMatchObject({
    id,
    status: 'paused',
    step: 6,
    rows: 6,
    difference: 'the same again',
  });
  await openRun(id);
  expect(libraryStore.getState().current).toBe(id);
  expect(runStore.getState()).toMatchObject({ error: null, status: 'paused', step: 6, totalSteps: 12 });
  expect(experimentStore.getState().experiment).toEqual(small());
  await trainToEnd();
  expect(await outcome()).toEqual(whole);

  // What was recorded since joins what was there before.
  await forgetEverything();
  expect(libraryStore.getState().runs.filter((record) => record.id === id)).toHaveLength(1);
  await openRun(id);
  expect(runStore.getState()).toMatchObject({ error: null, status: 'finished' });
  expect(await outcome()).toEqual(whole);
  expect(runStore.getState().test?.outputs['top-left']).toHaveLength(1000);
});

test('finds a run interrupted that nobody ended, and goes on from its last checkpoint', async () => {
  await steps(3);
  const { id } = await newest();
  const { series } = runStore.getState();
  await reset();
  // What a page that is killed while it trains leaves behind: rows beyond the checkpoint, and the word that it runs.
  series.append(series.row(2).with(0, 4));
  await enqueue((library) =>
    library.update(id, { status: 'running', step: 4, rows: 4 }, { metrics: chunkFrom(series, 3) }),
  );
  await forgetEverything();
  expect(await newest()).toMatchObject({ id, status: 'interrupted' });
  await openRun(id);
  expect(runStore.getState()).toMatchObject({ error: null, status: 'paused', step: 3 });
  expect(runStore.getState().series.length).toBe(3);
  await steps(1);
  await settledLibrary();
  expect(await newest()).toMatchObject({ id, status: 'paused', rows: 4, step: 4 });
});

test('calls runs by what they changed, or as the reader says, and brings deleted ones back until the next start', async () => {
  await steps(1);
  await reset();
  editExperiment((experiment) => ({
    ...experiment,
    training: { ...experiment.training, learningRate: 3e-4 },
    strategy: { kind: 'mgda', settings: {}, gradients: 'representation' },
  }));
  await steps(1);
  const { id } = await newest();
  expect(nameOf(await newest())).toMatch(/^learning rate \S+ → 3e-4, MGDA/);
  await renameRun(id, ' Mine ');
  expect(nameOf(await newest())).toBe('Mine');
  await deleteRun(id);
  expect(libraryStore.getState().runs.map((run) => run.id)).not.toContain(id);
  await undeleteRun(id);
  expect((await newest()).id).toBe(id);
  await deleteRun(id);
  await reset();
  await vi.waitFor(async () => expect((await busyRuns())(id)).toBe(false)); // another page's are left alone
  await openLibrary(database);
  await undeleteRun(id);
  expect(libraryStore.getState().runs.map((run) => run.id)).not.toContain(id);
});

test('keeps the learning rate of one run out of another that is opened in its place', async () => {
  await steps(2);
  const first = await newest();
  await reset();
  editExperiment((experiment) => ({
    ...experiment,
    training: { ...experiment.training, learningRate: 5e-4 },
  }));
  await steps(2);
  const second = await newest();
  await openRun(first.id);
  expect(runStore.getState().error).toBe(null);
  await duplicateRun(second.id);
  await settledLibrary();
  const rates = libraryStore
    .getState()
    .runs.filter(({ id }) => id === first.id || id === second.id)
    .map(({ experiment }) => experiment.training.learningRate);
  expect(rates).toEqual([5e-4, first.experiment.training.learningRate]);
  expect(runStore.getState().status).toBe('idle');
  expect(experimentStore.getState().experiment.training.learningRate).toBe(5e-4);
  undo();
  expect(experimentStore.getState().experiment.training.learningRate).not.toBe(5e-4);
});

test('goes back to a checkpoint on the way, keeps what came later until it trains, and ends the same', async () => {
  await trainToEnd();
  const whole = await outcome();
  const { id } = await newest();
  const later = await newest();
  expect(later.checkpoints.map(({ step }) => step)).toEqual(expect.arrayContaining([4, 8, 12]));
  await rewindRun(id, 8);
  expect(runStore.getState()).toMatchObject({ error: null, status: 'paused', step: 8, test: null });
  expect(runStore.getState().series.length).toBe(8);
  expect(runStore.getState().validations.map(({ step }) => step)).toEqual([4, 8]);
  await rewindRun(id, 4);
  expect(runStore.getState()).toMatchObject({ error: null, status: 'paused', step: 4 });
  await reset();
  expect(await newest()).toEqual({ ...later, updatedAt: expect.any(Number) });
  await rewindRun(id, 5);
  expect(runStore.getState().error).toBe('This run has no checkpoint at step 5 any more.');

  await rewindRun(id, 4);
  await steps(1);
  expect(await newest()).toMatchObject({ id, status: 'paused', step: 5, rows: 5, test: null });
  expect((await newest()).checkpoints.at(-1)?.step).toBe(5);
  await trainToEnd();
  expect(await outcome()).toEqual(whole);
  await newest();
  await forgetEverything();
  await openRun(id);
  expect(await outcome()).toEqual(whole);
});

test('notes what is changed while it trains, in its record and in its name', async () => {
  await steps(3);
  const { id, difference } = await newest();
  editExperiment((experiment) => ({
    ...experiment,
    training: { ...experiment.training, learningRate: 4e-4 },
  }));
  // On its way to another value: one change.
  editExperiment((experiment) => ({
    ...experiment,
    training: { ...experiment.training, learningRate: 5e-4 },
  }));
  await steps(1);
  const [change, ...others] = (await newest()).changes ?? [];
  expect(change).toEqual({ step: 3, words: expect.stringMatching(/^learning rate \S+ → 5e-4$/) });
  expect(others).toEqual([]);
  expect(nameOf(await newest())).toBe(`${difference}, then ${change?.words}`);
  await forgetEverything();
  await openRun(id);
  expect((await newest()).changes).toEqual([change]);
});

test('says once where nothing can be kept, or no longer, and trains on', async () => {
  await steps(1);
  openedLibrary().close(); // what comes now is refused
  await steps(1);
  await settledLibrary();
  expect(runStore.getState().notice).toMatch(/^This run is no longer kept: .* Training goes on\.$/);
  expect(libraryStore.getState()).toMatchObject({ status: 'ready', current: null });

  // A database of a later version of the page, which this one cannot open.
  const later = `${database}-later`;
  await new Promise<void>((resolve) => {
    const opening = indexedDB.open(later, 99);
    opening.addEventListener('success', () => {
      opening.result.close();
      resolve();
    });
  });
  await openLibrary(later);
  const { status, reason } = libraryStore.getState();
  expect(status).toBe('unavailable');
  for (const notice of [reason, null]) {
    await reset();
    await steps(1);
    expect(runStore.getState()).toMatchObject({ step: 1, error: null, notice });
  }
});
