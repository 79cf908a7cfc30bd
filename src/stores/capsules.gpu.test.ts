/** Capsules with the real workers and the real storage: out of one database, into another, checked, trained on. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { isCapsule } from '#exporters/capsule-names.ts';
import { openCapsule } from '#exporters/capsule-reader.ts';
import { writeCapsule } from '#exporters/capsule.ts';
import { Cancelled, capsulesStore, checkRun, exportCapsule, openCapsuleFile } from './capsules.ts';
import { datasetStore, loadDataset } from './dataset.ts';
import { openExperiment } from './experiment.ts';
import { followFingerprints } from './fingerprints.ts';
import { enqueue, openLibrary, settledLibrary } from './library-state.ts';
import { libraryStore, openRun } from './library.ts';
import { discard, fetchWeights, startUp, stepOnce, train } from './run.ts';
import { startRecorder } from './run-recorder.ts';
import { runStore } from './run-state.ts';
import { small } from './testing.ts';
import { restartTrainer } from './trainer.ts';

const here = `trunkline-capsules-${Math.random()}`;

const reached = (status: string) => vi.waitFor(() => expect(runStore.getState().status).toBe(status), 50_000);

/** As on another machine: no run, no worker, no storage that knows anything. */
async function elsewhere(): Promise<string> {
  await settledLibrary();
  await discard();
  restartTrainer();
  datasetStore.setState({ status: 'loading', key: '', summary: null });
  const name = `trunkline-capsules-${Math.random()}`;
  await openLibrary(name);
  return name;
}

let capsule: File;
let weights: Awaited<ReturnType<typeof fetchWeights>>;

beforeAll(async () => {
  await openLibrary(here);
  startRecorder();
  followFingerprints();
  openExperiment(small({}, 8));
  await startUp();
  await vi.waitFor(() => expect(datasetStore.getState().status).toBe('ready'), 50_000);
  await train();
  await reached('finished');
  await vi.waitFor(() => expect(runStore.getState().checkpoint?.step).toBe(8), 5000);
  const id = libraryStore.getState().current ?? '';
  await vi.waitFor(() => {
    const record = libraryStore.getState().runs.find((each) => each.id === id);
    expect(record?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  }, 5000);
  weights = await fetchWeights('last');
  const { blob, name } = await exportCapsule(id);
  expect(name).toMatch(/\.trunkline-run\.zip$/);
  capsule = new File([blob], name);
});

afterAll(async () => {
  await discard();
  restartTrainer();
  await settledLibrary();
});

test('holds all that is kept of the run', async () => {
  expect(await isCapsule(capsule)).toBe(true);
  const opened = await openCapsule(capsule, 'c');
  expect(opened.about).toMatchObject({ checkpoints: expect.arrayContaining([8]), withoutPredictions: null });
  expect(opened.series.length).toBe(8);
  expect(opened.predictions.map(({ split, samples }) => [split, samples?.length])).toEqual(
    [
      ['test', 100],
      ['validation', 100],
    ].slice(-opened.predictions.length),
  );
  const last = await opened.checkpoint(8);
  expect(last.tensors).toEqual(weights.tensors);
});

test('is kept elsewhere as it was, says the same there, and says so', async () => {
  await elsewhere();
  const { record, isCopy } = await openCapsuleFile(capsule);
  expect(isCopy).toBe(false);
  expect(record).toMatchObject({ status: 'finished', step: 8, rows: 8, deletedAt: null });
  expect(record.imported?.adapter).toBe(record.device?.adapter);
  expect(libraryStore.getState().runs.map(({ id }) => id)).toEqual([record.id]);
  await expect(checkRun(record.id)).rejects.toThrow('is not loaded: open the run first');
  await openRun(record.id);
  expect(runStore.getState().error).toBeNull();
  expect((await fetchWeights('last')).tensors).toEqual(weights.tensors);
  expect(await checkRun(record.id)).toMatchObject({
    verdict: 'identical',
    absolute: 0,
    samples: 100,
    isSameData: true,
    at: null,
  });
  expect(runStore.getState().notice).toBeNull();
});

test('never overwrites: what is here already becomes a copy', async () => {
  const { record, isCopy } = await openCapsuleFile(capsule);
  expect(isCopy).toBe(true);
  const ids = libraryStore.getState().runs.map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
  expect(ids).toContain(record.id);
});

/** The capsule with a weight changed wherever it is, or another fingerprint. */
async function changed(what: 'weight' | 'data'): Promise<File> {
  const { about, checkpoint, ...rest } = await openCapsule(capsule, 'c');
  const { data: told } = about;
  const blob = await writeCapsule({
    ...rest,
    about: { ...about, data: what === 'data' ? { ...told, fingerprint: '0'.repeat(64) } : told },
    checkpoint: async (step) => {
      const read = await checkpoint(step);
      if (what === 'weight')
        for (const { tensors } of [read, ...read.best]) {
          const values = tensors.find(({ name }) => name === 'trunk.3.weight')?.values;
          if (values) values[0] = (values[0] ?? 0) + 1;
        }
      return read;
    },
  });
  return new File([blob], 'changed.trunkline-run.zip');
}

test('the check finds a weight that was changed, and data that are others', async () => {
  await elsewhere();
  const one = (await openCapsuleFile(await changed('weight'))).record;
  await openRun(one.id);
  const result = await checkRun(one.id);
  expect(result).toMatchObject({ verdict: 'differs', isSameData: true });
  expect(result.absolute).toBeGreaterThan(1e-3);
  expect(one.experiment.tasks.map(({ id }) => id)).toContain(result.at?.task);
  expect(result.at?.sample).toBeGreaterThanOrEqual(100);
  await elsewhere();
  const other = (await openCapsuleFile(await changed('data'))).record;
  await openRun(other.id);
  await expect.poll(() => runStore.getState().notice).toContain('its fingerprint differs');
  expect(await checkRun(other.id)).toMatchObject({ verdict: 'other-data', isSameData: false });
});

test('asks the weights of a run that was never evaluated, and says so where it cannot', async () => {
  await elsewhere();
  openExperiment(small({}, 8));
  await loadDataset(small({}, 8));
  for (let step = 0; step < 2; step++) await stepOnce();
  await reached('paused');
  await vi.waitFor(() => expect(runStore.getState().checkpoint?.step).toBe(2), 5000);
  const id = libraryStore.getState().current ?? '';
  const asked = new File([(await exportCapsule(id)).blob], 'asked.zip');
  const { key } = datasetStore.getState();
  datasetStore.setState({ key: 'of another run' });
  const unasked = new File([(await exportCapsule(id)).blob], 'unasked.zip');
  datasetStore.setState({ key });
  const { predictions } = await openCapsule(asked, 'c');
  expect(predictions.map((each) => [each.split, each.step, each.samples?.[0]])).toEqual([['test', 2, 200]]);
  expect(await openCapsule(unasked, 'c')).toMatchObject({
    predictions: [],
    about: { withoutPredictions: expect.stringContaining('its data set was not loaded') },
  });
  await expect(checkRun(id)).rejects.toThrow('No predictions are kept of the weights of this run');
  await elsewhere();
  const { record } = await openCapsuleFile(asked);
  expect(record).toMatchObject({ status: 'paused', step: 2, test: null });
  await openRun(record.id);
  expect(runStore.getState().test).toBeNull();
  expect(await checkRun(record.id)).toMatchObject({ verdict: 'identical', step: 2, part: 'test' });
});

test('leaves nothing of a capsule that is damaged, or that is stopped', async () => {
  const name = await elsewhere();
  const bytes = new Uint8Array(await capsule.arrayBuffer());
  const text = new TextDecoder('latin1').decode(bytes);
  const at = text.indexOf('optimiser/trunk.3.weight'); // in the last checkpoint: all else is written by then
  const damaged = new File([bytes.with(at + 40, (bytes[at + 40] ?? 0) ^ 1)], 'd.zip');
  await expect(openCapsuleFile(damaged)).rejects.toThrow(
    /^d\.zip: archive: checkpoint\S* must have the checksum/,
  );
  const opening = openCapsuleFile(capsule);
  const stopped = expect(opening).rejects.toThrow(Cancelled);
  capsulesStore.getState().work?.cancel();
  await stopped;
  expect(capsulesStore.getState().work).toBeNull();
  expect(await enqueue((library) => library.all())).toEqual([]);
  await openLibrary(name);
  expect(libraryStore.getState().runs).toEqual([]);
  expect((await openCapsuleFile(capsule)).isCopy).toBe(false);
});
