/** Studies with the real worker and the real storage, on a network small enough for an adapter in software. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { layerSchema } from '#experiment/layers/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { SeriesTable } from '#lib/series.ts';
import { seedStudy } from '#studies/seeds.ts';
import type { MemberPlan, Study, StudyPlan } from '#studies/study.ts';
import { datasetKey, datasetStore } from './dataset.ts';
import { editExperiment, experimentStore, openExperiment, undo, redo } from './experiment.ts';
import { enqueue, openLibrary, settledLibrary } from './library-state.ts';
import { libraryStore, nameOf, openRun, type RunRecord } from './library.ts';
import { dismissError, fetchWeights, pause, reset, startUp, stepOnce, train } from './run.ts';
import { startRecorder } from './run-recorder.ts';
import { runStore } from './run-state.ts';
import {
  deleteStudy,
  forkRun,
  pauseStudy,
  putStudyAside,
  resumeStudy,
  startStudy,
  stopStudy,
  studiesStore,
  undeleteStudy,
} from './studies.ts';
import { small } from './testing.ts';
import { restartTrainer } from './trainer.ts';

const database = `trunkline-studies-test-${Math.random()}`;

/** As many steps as it takes to pause it on the way. */
const long = (seed: number): Experiment => {
  const base = small({ seed });
  return { ...base, training: { ...base.training, length: { unit: 'steps', count: 200 } } };
};

const at = (learningRate: number): Experiment => {
  const base = small();
  return { ...base, training: { ...base.training, learningRate } };
};

/** Its weights grow a hundredfold at every step. */
function wild(): Experiment {
  const base = at(100);
  const optimiser = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 1 } as const;
  return { ...base, training: { ...base.training, optimiser } };
}

const plan = (members: readonly MemberPlan[], change: Partial<StudyPlan> = {}): StudyPlan => ({
  kind: 'sweep',
  name: 'Some rates',
  members,
  turn: null,
  stopping: null,
  budget: null,
  baseline: null,
  ...change,
});

const patience = { timeout: 100_000 };

const reached = (status: string) => expect.poll(() => runStore.getState().status, patience).toBe(status);

/** The member on the page has begun to train. */
const trains = (place: number) =>
  expect
    .poll(() => [studiesStore.getState().member, runStore.getState()], patience)
    .toMatchObject([place, { status: 'running', step: expect.toSatisfy((step: number) => step > 0) }]);

/** The study once it has left the page. */
async function ended(id: string): Promise<Study> {
  await expect.poll(() => studiesStore.getState().active, patience).toBe(null);
  await settledLibrary();
  return kept(id);
}

function kept(id: string): Study {
  const study = studiesStore.getState().studies.find((each) => each.id === id);
  if (!study) throw new Error('no such study');
  return study;
}

function recordOf(id: string | null | undefined): RunRecord {
  const record = libraryStore.getState().runs.find((each) => each.id === id);
  if (!record) throw new Error(`no run ${id}`);
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

async function outcomeOf(id: string | null | undefined, step = 12) {
  if (typeof id !== 'string') throw new Error('the member has no run');
  await openRun(id);
  expect(runStore.getState()).toMatchObject({ error: null, status: 'finished', step });
  return outcome();
}

/** Opens an experiment, and waits for its data. */
async function opened(experiment: Experiment): Promise<void> {
  openExperiment(experiment);
  await expect
    .poll(() => datasetStore.getState(), patience)
    .toMatchObject({ status: 'ready', key: datasetKey(experiment) });
}

/** As the reader trains it, without a study. */
async function alone(experiment: Experiment) {
  await reset();
  await opened(experiment);
  await train();
  await reached('finished');
  await expect.poll(() => runStore.getState().checkpoint?.step).toBe(runStore.getState().totalSteps);
  return outcome();
}

/** As after a reload: no run, no worker, the storage opened anew. */
async function forgetEverything(): Promise<void> {
  await settledLibrary();
  await reset();
  restartTrainer();
  datasetStore.setState({ status: 'loading', key: '', summary: null });
  openExperiment(small());
  await openLibrary(database);
  await settledLibrary();
}

beforeAll(async () => {
  startRecorder();
  openExperiment(small());
  await startUp();
});

beforeEach(async () => {
  await putStudyAside(); // where a test before has failed
  await openLibrary(database);
  await reset();
  await opened(small());
});

afterAll(async () => {
  await putStudyAside();
  await reset();
  restartTrainer();
  await settledLibrary();
});

test('trains seeds as kept runs, refuses edits meanwhile, and gives the page back with its history', async () => {
  const first = await alone(small());
  const other = await alone(small({ seed: small().seed + 1 }));
  openExperiment(small());
  editExperiment((experiment) => ({ ...experiment, name: 'Mine' }));
  const mine = experimentStore.getState().experiment;
  await reset();

  const id = await startStudy(seedStudy(mine, 2));
  expect(studiesStore.getState()).toMatchObject({ active: id });
  expect(editExperiment((experiment) => ({ ...experiment, name: 'Other' }))).toBe(false);
  expect(experimentStore.getState().refusal).toMatch(/trains the study “2 seeds”/);
  undo();
  expect(() => openExperiment(small())).toThrow(/trains the study “2 seeds”/);
  await reset();
  expect(runStore.getState().error).toMatch(/trains the study “2 seeds”/);
  dismissError();
  await expect(startStudy(seedStudy(mine, 2))).rejects.toThrow(/“2 seeds” trains now/);

  const study = await ended(id);
  expect(study.members.map(({ state, reason }) => [state, reason])).toEqual([
    ['finished', ''],
    ['finished', ''],
  ]);
  expect(study.state).toBe('finished');
  const records = study.members.map(({ run }) => recordOf(run));
  expect(records.map(nameOf)).toEqual([`seed ${mine.seed}`, `seed ${mine.seed + 1}`]);
  expect(records.map((each) => [each.study, each.status, each.rows])).toEqual([
    [id, 'finished', 12],
    [id, 'finished', 12],
  ]);
  expect(records[1]?.experiment).toEqual({ ...records[0]?.experiment, seed: mine.seed + 1 });

  expect(runStore.getState()).toMatchObject({ status: 'idle', error: null });
  expect(experimentStore.getState()).toMatchObject({ lock: null, refusal: null });
  expect(experimentStore.getState().experiment).toBe(mine);
  undo();
  expect(experimentStore.getState().experiment.name).toBe('Small');
  redo();
  expect(experimentStore.getState().experiment.name).toBe('Mine');

  expect(await outcomeOf(study.members[0]?.run)).toEqual(first);
  expect(await outcomeOf(study.members[1]?.run)).toEqual(other);
});

test('trains in turn to the same end, bit for bit, as without turns', async () => {
  const rates = [1e-3, 5e-3];
  const whole = [];
  for (const rate of rates) whole.push(await alone(at(rate)));
  await reset();
  const members = rates.map((rate) => ({ label: `rate ${rate}`, experiment: at(rate) }));
  const turns: number[] = [];
  const unfollow = studiesStore.subscribe(({ member }, before) => {
    if (member !== null && member !== before.member) turns.push(member);
  });
  const id = await startStudy(plan(members, { turn: 5 }));
  const study = await ended(id);
  unfollow();
  expect(turns).toEqual([0, 1, 0, 1, 0, 1]);
  expect(study.members.map(({ state }) => state)).toEqual(['finished', 'finished']);
  for (const [index, { run }] of study.members.entries()) expect(await outcomeOf(run)).toEqual(whole[index]);
});

/** Trains some steps of a new run, and pauses. */
async function steps(count: number): Promise<string> {
  for (let step = 0; step < count; step++) await stepOnce();
  await reached('paused');
  await expect.poll(() => runStore.getState().checkpoint?.step).toBe(count);
  await settledLibrary();
  const { current } = libraryStore.getState();
  if (current === null) throw new Error('the run is not kept');
  return current;
}

test('branches a kept run: the same experiment ends where the run itself does, another one keeps what fits', async () => {
  const whole = await alone(small());
  await reset();
  await opened(small());
  const parent = await steps(6);
  const same = await forkRun({ run: parent, step: 6 });
  const { trunk, ...rest } = small();
  const wider = { ...rest, trunk: [...trunk.slice(0, 3), layerSchema.parse({ kind: 'dense', units: 9 })] };
  const other = await forkRun({ run: parent, step: 6 }, wider, 'wider');
  expect(recordOf(same)).toMatchObject({
    difference: 'the same, from step 6',
    from: { run: parent, step: 6 },
    rows: 6,
    step: 6,
    status: 'paused',
    totalSteps: 12,
    checkpoints: [{ step: 6 }],
  });
  expect(recordOf(same).validations.map(({ step }) => step)).toEqual([4]);
  expect(recordOf(same).colour).not.toBe(recordOf(other).colour);
  expect(nameOf(recordOf(other))).toBe('wider');

  await openRun(same);
  expect(runStore.getState()).toMatchObject({ error: null, status: 'paused', step: 6 });
  await train();
  await reached('finished');
  expect(await outcome()).toEqual(whole);

  await openRun(other);
  expect(runStore.getState()).toMatchObject({ error: null, status: 'paused', step: 6 });
  expect(runStore.getState().series.length).toBe(6);
  await train();
  await reached('finished');
  expect(runStore.getState()).toMatchObject({ error: null, step: 12 });
  const shapes = (await fetchWeights('last')).tensors.map(({ shape }) => shape[0]);
  expect(shapes).toContain(9);

  // The run itself is as it was, and goes on.
  await openRun(parent);
  expect(runStore.getState()).toMatchObject({ error: null, status: 'paused', step: 6 });
  await expect(forkRun({ run: parent, step: 99 })).rejects.toThrow(/no checkpoint at step 99/);
  await expect(forkRun({ run: parent, step: 6 }, small({ seed: 77 }))).rejects.toThrow(
    /keeps data set and seed/,
  );
  await expect(forkRun({ run: 'gone', step: 6 })).rejects.toThrow(/not kept here any more/);
});

test('races branches of one checkpoint in turn, and brings back the run that was on the page', async () => {
  await alone(small());
  const whole = await outcome();
  await reset();
  await opened(small());
  const parent = await steps(5);
  const from = { run: parent, step: 5 };
  const members = [
    { label: 'as it was', experiment: small(), from },
    {
      label: 'MGDA',
      experiment: small({ strategy: { kind: 'mgda', settings: {}, gradients: 'representation' } }),
      from,
    },
  ];
  const id = await startStudy(plan(members, { kind: 'race', turn: 3 }));
  const study = await ended(id);
  expect(study.members.map(({ state, reason }) => [state, reason])).toEqual([
    ['finished', ''],
    ['finished', ''],
  ]);
  expect(libraryStore.getState().current).toBe(parent);
  expect(runStore.getState()).toMatchObject({ status: 'paused', step: 5, error: null });
  expect(study.members.map(({ run }) => recordOf(run).from)).toEqual([from, from]);
  expect(await outcomeOf(study.members[0]?.run)).toEqual(whole);
  const other = await outcomeOf(study.members[1]?.run);
  expect(other.series.length).toBe(whole.series.length);
  expect(other.weights).not.toEqual(whole.weights);
});

test('outlives a reload: goes on from the last checkpoint, and trains nothing twice', async () => {
  const whole = await alone(long(8));
  await reset();
  await opened(small());
  const members = [small({ seed: 7 }), long(8)].map((experiment) => ({
    label: `seed ${experiment.seed}`,
    experiment,
  }));
  const id = await startStudy(plan(members));
  await trains(1);
  // The reader's pause, and Train.
  await pause();
  await expect.poll(() => kept(id).state).toBe('paused');
  expect(studiesStore.getState()).toMatchObject({ active: id, member: 1 });
  await pauseStudy();
  const { step } = runStore.getState();
  expect(step).toBeLessThan(200);
  await putStudyAside();
  expect(experimentStore.getState()).toMatchObject({ lock: null, experiment: small() });
  expect(kept(id)).toMatchObject({ state: 'paused', members: [{ state: 'finished' }, { state: 'waiting' }] });
  const first = recordOf(kept(id).members[0]?.run);
  // As a page that is killed leaves it behind.
  await enqueue((library) =>
    library.studies.update(id, {
      state: 'training',
      members: kept(id).members.map((each, i) => (i === 1 ? { ...each, state: 'training' as const } : each)),
    }),
  );
  await forgetEverything();
  await expect.poll(() => kept(id).state).toBe('paused');
  expect(kept(id).members.map(({ state }) => state)).toEqual(['finished', 'waiting']);
  await resumeStudy(id);
  const study = await ended(id);
  expect(study.members.map(({ state }) => state)).toEqual(['finished', 'finished']);
  expect(recordOf(study.members[0]?.run)).toEqual(first);
  expect(libraryStore.getState().runs.filter((each) => each.study === id)).toHaveLength(2);
  expect(await outcomeOf(study.members[1]?.run, 200)).toEqual(whole);
  await expect(resumeStudy(id)).rejects.toThrow(/Nothing is left/);
});

test('goes on with the next member where one fails, and stops what is hopeless or beyond the budget', async () => {
  await opened(small());
  const bad = { ...small(), trunk: [layerSchema.parse({ kind: 'max-pool', kernel: 4, stride: 4 })] };
  const gone = { run: 'gone', step: 3 };
  const id = await startStudy(
    plan(
      [
        {
          label: 'does not fit',
          experiment: {
            ...small(),
            trunk: Array.from({ length: 3 }, () =>
              layerSchema.parse({ kind: 'max-pool', kernel: 8, stride: 8 }),
            ),
          },
        },
        { label: 'of nothing', experiment: bad, from: gone },
        { label: 'explodes', experiment: wild() },
        { label: 'sound', experiment: at(5e-3) },
        { label: 'hopeless', experiment: at(1e-7) },
      ],
      { stopping: { grace: 1, least: 1 } },
    ),
  );
  const study = await ended(id);
  expect(study.members.map(({ state }) => state)).toEqual([
    'failed',
    'failed',
    'failed',
    'finished',
    'stopped',
  ]);
  expect(study.members[2]?.reason).toMatch(/learning rate/);
  expect(study.members[0]?.reason).toMatch(/does not fit/);
  expect(study.members[1]?.reason).toMatch(/not kept here any more/);
  expect(study.members[4]?.reason).toMatch(/worse than the median of the others, at step (4|8)/);
  expect(recordOf(study.members[4]?.run).step).toBeLessThan(12);

  const tight = await startStudy(
    plan(
      [at(1e-3), at(2e-3)].map((experiment, i) => ({ label: `${i}`, experiment })),
      { budget: 1e-6 },
    ),
  );
  const over = await ended(tight);
  expect(over.members.map(({ state }) => state)).toEqual(['finished', 'stopped']);
  expect(over.members[1]?.reason).toMatch(/budget/);
});

test("stops at the reader's word, and deletes with undo until the next start", async () => {
  await opened(small());
  const members = [1, 2].map((seed) => ({ label: `seed ${seed}`, experiment: long(seed) }));
  const id = await startStudy(plan(members));
  await trains(0);
  expect(() => deleteStudy(id)).toThrow(/on the page/);
  await stopStudy(id);
  expect(studiesStore.getState()).toMatchObject({ active: null, left: id });
  expect(kept(id)).toMatchObject({
    state: 'finished',
    members: [{ state: 'stopped' }, { state: 'stopped' }],
  });
  deleteStudy(id);
  expect(studiesStore.getState()).toMatchObject({ left: null });
  expect(studiesStore.getState().studies.map((each) => each.id)).not.toContain(id);
  await undeleteStudy(id);
  expect(kept(id).deletedAt).toBe(null);
  deleteStudy(id);
  await forgetEverything();
  await undeleteStudy(id);
  expect(studiesStore.getState().studies.map((each) => each.id)).not.toContain(id);
  expect(libraryStore.getState().runs.filter((each) => each.study === id)).toHaveLength(1);
});
