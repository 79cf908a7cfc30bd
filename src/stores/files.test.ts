/** Files out and in, as far as they need no worker: what is opened, what is refused, and that a refusal loses nothing. */
import { beforeEach, expect, it } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { exporters } from '#exporters/index.ts';
import { finishedRun } from '#exporters/testing.ts';
import { experimentStore, openExperiment } from './experiment.ts';
import { exportExperiment, exportWeights, openFiles } from './files.ts';
import { runStore } from './run-state.ts';

const data = { source: 'multi-fashion', settings: {} };

beforeEach(() => {
  openExperiment(experimentFor(infoFor(data), data));
});

async function fileOf(blob: Promise<Blob>, name: string): Promise<File> {
  return new File([await blob], name);
}

/** Opens what must not open, and checks that nothing moved. */
async function refusal(...files: File[]): Promise<string> {
  const [experiment, run] = [experimentStore.getState(), runStore.getState()];
  const message = await openFiles(files).then(
    () => 'it opened',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  expect(experimentStore.getState()).toBe(experiment);
  expect(runStore.getState()).toBe(run);
  return message;
}

it('exports the experiment under its name and opens it again', async () => {
  const before = experimentStore.getState().experiment;
  const { blob, name } = await exportExperiment();
  expect(name).toBe('multi-fashion-lenet.trunkline.json');
  openExperiment({ ...before, seed: 7 });
  expect(await openFiles([new File([blob], name)])).toBe('Opened the experiment “Multi-Fashion · LeNet”.');
  expect(experimentStore.getState().experiment).toEqual(before);
});

it('has no weights to export before something is trained', async () => {
  await expect(exportWeights('best')).rejects.toThrow('There are no weights yet: train first.');
});

it('picks the one file that it can open', async () => {
  const { blob } = await exportExperiment();
  const picture = new File(['…'], 'picture.png');
  expect(await openFiles([picture, new File([blob], 'a.json')])).toContain('Opened');
  expect(await refusal(new File([blob], 'a.json'), new File([blob], 'B.JSON'))).toBe(
    'Open one file at a time: a.json, B.JSON.',
  );
  expect(await refusal(picture)).toBe(
    'picture.png: file: must be of a kind that can be opened (found .png). Open a file that ends in .safetensors, .zip, .trunkline.json, .json.',
  );
  expect(await refusal()).toBe('There is no file to open.');
});

it.each([
  ['not-json.json', '{"version": 1,', 'document: must be JSON'],
  ['list.json', '[]', 'document: must be an experiment (found [])'],
  ['old.json', '{"name": "x"}', 'version: must be a whole number from 1 to 1 (found nothing)'],
  ['text.safetensors', 'hello, this is no file of weights', 'header: its length must be at most'],
  ['text.zip', 'hello', 'archive: must end in the directory of a zip archive'],
])('refuses %s and keeps everything', async (name, text, message) => {
  expect(await refusal(new File([text], name))).toContain(`${name}: ${message}`);
});

it('refuses an experiment on data that is not here', async () => {
  const { experiment } = experimentStore.getState();
  const text = JSON.stringify({ ...experiment, data: { source: 'holiday-photos', settings: {} } });
  expect(await refusal(new File([text], 'e.json'))).toContain(
    'e.json: data.source: must be a data set that is here (found "holiday-photos")',
  );
});

it('refuses weights that are not those of their network, naming the first', async () => {
  const run = finishedRun();
  const [first, ...rest] = run.weights.tensors;
  if (!first) throw new Error('needs a tensor');
  const tampered = (tensors: typeof run.weights.tensors) =>
    fileOf(exporters.weights.write({ ...run, weights: { ...run.weights, tensors } }), 'w.safetensors');
  expect(await refusal(await tampered(rest))).toContain(
    'w.safetensors: tensor trunk.0.weight: must be there (found nothing)',
  );
  expect(await refusal(await tampered([{ ...first, shape: [10, 25] }, ...rest]))).toContain(
    'tensor trunk.0.weight: must be 10×1×5×5 in this network (found 10×25)',
  );
  expect(await refusal(await tampered([...run.weights.tensors, { ...first, name: 'extra' }]))).toContain(
    'tensor extra: must belong to the network',
  );
});
