/** Ensembles of runs that were really trained and kept, with the real worker. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { layerSchema } from '#experiment/layers/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { openFile } from '#exporters/index.ts';
import type { RunRecord } from '#storage/run-record.ts';
import { datasetStore, fetchSamples, loadedData, loadDataset } from './dataset.ts';
import {
  askEnsemble,
  cancelEnsemble,
  computeEnsemble,
  ensembleStore,
  forgetEnsemble,
  isDataHere,
  type Ensemble,
} from './ensembles.ts';
import { exportPredictions, exportSoup } from './ensemble-files.ts';
import { openExperiment } from './experiment.ts';
import { openLibrary, settledLibrary } from './library-state.ts';
import { libraryStore } from './library.ts';
import { pause, reset, startUp, train } from './run.ts';
import { startRecorder } from './run-recorder.ts';
import { runStore } from './run-state.ts';
import { restartTrainer } from './trainer.ts';

const data = {
  source: 'multi-fashion',
  settings: { trainCount: 100, validationCount: 100, testCount: 100 },
};

function small(change: Partial<Experiment> = {}, steps = 12): Experiment {
  const base = experimentFor(infoFor(data), data);
  const training = {
    ...base.training,
    learningRate: 0.01,
    batchSize: 16,
    length: { unit: 'steps' as const, count: steps },
    validateEvery: { unit: 'steps' as const, count: 4 },
  };
  const trunk = [
    layerSchema.parse({ kind: 'max-pool', kernel: 4, stride: 4 }),
    layerSchema.parse({ kind: 'flatten' }),
    layerSchema.parse({ kind: 'dense', units: 8 }),
    layerSchema.parse({ kind: 'dropout', rate: 0.2 }),
  ];
  return { ...base, trunk, training, ...change };
}

const reached = (status: string) => vi.waitFor(() => expect(runStore.getState().status).toBe(status), 50_000);

/** Trains a run to its end, and gives its record once all is written. */
async function trained(experiment: Experiment): Promise<RunRecord> {
  await reset();
  openExperiment(experiment);
  await loadDataset(experiment);
  await vi.waitFor(() => expect(datasetStore.getState().status).toBe('ready'), 50_000);
  await train();
  await reached('finished');
  const { length } = experiment.training;
  await vi.waitFor(() => expect(runStore.getState().checkpoint?.step).toBe(length.count), 5000);
  await settledLibrary();
  const [record] = libraryStore.getState().runs;
  if (!record) throw new Error('no run is kept');
  return record;
}

const best = (record: RunRecord) => ({ run: record.id, step: record.best['mean'] ?? 0 });

function ready(): Ensemble {
  const { error, ensemble, status } = ensembleStore.getState();
  expect(error).toBe(null);
  expect(status).toBe('ready');
  if (!ensemble) throw new Error('no ensemble');
  return ensemble;
}

/** Softmax of one row. */
function softmax(row: Float32Array): number[] {
  const powers = Array.from(row, (logit) => Math.exp(logit - Math.max(...row)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

const argMax = (row: readonly number[]) => row.indexOf(Math.max(...row));

let first: RunRecord;
let second: RunRecord;

beforeAll(async () => {
  startRecorder();
  await openLibrary(`trunkline-ensembles-test-${Math.random()}`);
  openExperiment(small());
  await startUp();
  first = await trained(small({ seed: 1 }));
  second = await trained(small({ seed: 2 }));
}, 120_000); // two runs are trained, maybe on a busy machine

afterAll(async () => {
  forgetEnsemble();
  await reset();
  restartTrainer();
  await settledLibrary();
});

test('gives members what their own runs said of the same images, and averages it as anybody would', async () => {
  await computeEnsemble([best(first), best(second)]);
  const { members, tasks, seed, samples, summary, soup } = ready();
  expect(members.map(({ record }) => record.id)).toEqual([first.id, second.id]);
  expect(seed).toBe(2);
  expect(loadedData()?.seed).toBe(2);
  expect(samples).toHaveLength(100);
  expect(soup?.tensors.length).toBe(members[0]?.tensors.length);
  // The run on the page is the second, whose last word was the test of its best weights.
  const tested = runStore.getState().test;
  for (const { task, members: judged, combined, weights, voters, targets } of tasks) {
    expect(voters).toEqual([0, 1]);
    expect(judged[1]?.outputs).toEqual(tested?.outputs[task.id]);
    expect(judged[1]?.scores).toEqual(tested?.tasks[task.id]);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1);
    const labels = summary.columns.find(({ info }) => info.id === task.column)?.values ?? [];
    let right = 0;
    for (const [row, sample] of samples.entries()) {
      const [one = [], two = []] = judged.map(({ outputs }) =>
        softmax(outputs.subarray(10 * row, 10 * row + 10)),
      );
      if (argMax(one.map((p, k) => p + (two[k] ?? 0))) === labels[sample]) right++;
      expect(targets[row]).toBe(labels[sample]);
    }
    expect(combined.average.scores.metrics['accuracy']).toBeCloseTo(right / 100, 10);
  }
});

test('gives away the averaged network as a file that opens again, and predictions with a row per sample', async () => {
  const ensemble = ready();
  const { blob, name } = await exportSoup(ensemble);
  const { weights, experiment } = await openFile(blob, name);
  expect(experiment).toEqual(ensemble.members[0]?.experiment);
  expect(weights?.choice).toBe('average of 2');
  expect(weights?.tensors).toEqual(ensemble.soup?.tensors);
  for (const { task, soup } of ensemble.tasks)
    expect(weights?.metrics.test?.tasks[task.id]).toEqual(soup?.scores);
  const table = await exportPredictions(ensemble, 'table');
  const [head = '', ...rows] = (await table.blob.text()).trimEnd().split('\n');
  expect(head).toContain('top-left/weight-average/coat');
  expect(rows).toHaveLength(100);
});

test('answers for an image what the table was made of', async () => {
  const ensemble = ready();
  const ids = ensemble.samples.slice(5, 8);
  const { pixels } = await fetchSamples(ids);
  const answers = await askEnsemble(ensemble, pixels, 3);
  for (const { task, members, combined, soup } of ensemble.tasks) {
    const rows = (outputs: Float32Array | undefined) => outputs?.slice(50, 80);
    expect(answers.members.map((each) => each[task.id])).toEqual(members.map(({ outputs }) => rows(outputs)));
    expect(answers.combined[task.id]).toEqual({
      average: rows(combined.average.outputs),
      weighted: rows(combined.weighted.outputs),
      vote: rows(combined.vote.outputs),
    });
    expect(answers.soup?.[task.id]).toEqual(rows(soup?.outputs));
  }
});

test('combines checkpoints of one run, single-task twins, and networks that differ', async () => {
  const steps = [...new Set([first.best['mean'], ...first.checkpoints.map(({ step }) => step)])];
  expect(steps.length).toBeGreaterThan(1);
  await computeEnsemble(steps.map((step) => ({ run: first.id, step: step ?? 0 })));
  expect(ready().soupProblem).toBe(null);

  const tasks = small().tasks.slice(1);
  const heads = Object.fromEntries(tasks.map(({ id }) => [id, small().heads[id] ?? []]));
  const twin = await trained(small({ seed: 2, tasks, heads }));
  await computeEnsemble([best(second), best(twin)]);
  const mixed = ready();
  expect(mixed.tasks.map(({ task, voters }) => [task.id, voters])).toEqual([
    ['top-left', [0]],
    ['bottom-right', [0, 1]],
  ]);
  expect(mixed.soup).toBe(null);
  expect(mixed.soupProblem).toMatch(/^The weights cannot be averaged: the network of “.*” is not that of “/);
});

test('works while a run trains, which goes on, and can be stopped', async () => {
  const experiment = small({ seed: 2 }, 100_000);
  await reset();
  openExperiment(experiment);
  await train();
  await reached('running');
  const { step } = runStore.getState();
  await computeEnsemble([best(first), best(second)]);
  const { ensemble, choices } = ensembleStore.getState();
  expect(ready().tasks).toHaveLength(2);
  expect(runStore.getState().status).toBe('running');
  await expect.poll(() => runStore.getState().step).toBeGreaterThan(step);

  const stopped = computeEnsemble([best(second), best(first)]);
  expect(ensembleStore.getState().status).toBe('computing');
  cancelEnsemble();
  await stopped;
  expect(ensembleStore.getState()).toMatchObject({ status: 'ready', ensemble, choices, progress: null });
  await pause();
});

test('refuses in words what cannot be combined, or is not here', async () => {
  const refused = async (...choices: Parameters<typeof computeEnsemble>[0]) => {
    await computeEnsemble(choices);
    expect(ensembleStore.getState().status).toBe('failed');
    return ensembleStore.getState().error;
  };
  expect(await refused(best(first))).toMatch(/^Choose two members or more/);
  expect(await refused(best(first), best(first))).toMatch(/is in twice/);
  expect(await refused(best(first), { run: 'gone', step: 1 })).toBe(
    'One of these runs is not kept here any more.',
  );
  expect(await refused(best(first), { run: second.id, step: 3 })).toMatch(
    /^The weights of “.*” after step 3 are not kept any more: choose others\.$/,
  );
  await reset();
  const other = { ...small(), data: { ...data, settings: { ...data.settings, testCount: 120 } } };
  await loadDataset(other);
  expect(isDataHere([{ record: first, step: 1 }])).toBe(false);
  expect(await refused(best(first), best(second))).toBe('The data of these runs is not loaded.');
});
