/** The file formats on whole runs: what is in them, that they open again, and what a foreign file is told. */
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { parseExperimentText } from '#experiment/parse.ts';
import { SeriesTable } from '#lib/series.ts';
import { exporters } from './index.ts';
import { readSafetensors, safetensorsParts } from './safetensors.ts';
import { finishedRun } from './testing.ts';
import { readFromZip } from './unzip.ts';
import { writeZip } from './zip.ts';

const { weights, bundle, metrics, experiment: experimentFile } = exporters;

interface NetworkFixture {
  preset: 'lenet' | 'vgg-small' | 'multi-task-net' | 'resnet-9' | 'mobile-net';
  data: { source: string; settings: Record<string, number> };
  state: Record<string, number[]>;
}
const networks: NetworkFixture[] = JSON.parse(
  readFileSync(new URL('../experiment/fixtures/networks.json', import.meta.url), 'utf8'),
);

it.each(
  networks
    .filter(({ preset }) => preset !== 'multi-task-net')
    .map((each) => [each.preset, each.data.source, each] as const),
)(
  'exports %s on %s with exactly the names and shapes of PyTorch’s state_dict',
  async (preset, _source, { data, state }) => {
    const file = await weights.write(finishedRun(preset, data));
    const { tensors } = await readSafetensors(file, 'file');
    expect(Object.fromEntries(tensors.map(({ name, shape }) => [name, shape]))).toEqual(state);
  },
);

it.each(['weights', 'bundle'] as const)(
  'opens exported %s with the same experiment, weights and metrics',
  async (format) => {
    const run = finishedRun('mobile-net');
    const exporter = exporters[format];
    const opened = await exporter.read?.(await exporter.write(run), 'run');
    expect(opened?.experiment).toEqual(run.experiment);
    expect(opened?.weights?.tensors.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(
      run.weights.tensors.toSorted((a, b) => a.name.localeCompare(b.name)),
    );
    const scores = { loss: 0.5, metrics: { accuracy: 0.75, f1: Number.NaN } };
    const stored = { step: 3, tasks: { 'top-left': scores, 'bottom-right': scores } };
    expect(opened?.weights).toMatchObject({
      step: 3,
      choice: 'best',
      metrics: { validation: stored, test: stored },
    });
  },
);

it('says in the metadata what the network sees and what its outputs mean', async () => {
  const { metadata, tensors } = await readSafetensors(
    await weights.write(finishedRun('mobile-net', { source: 'shapes', settings: {} })),
    'file',
  );
  const json = (key: string) => JSON.parse(metadata[key] ?? '');
  expect(metadata).toMatchObject({
    format: 'pt',
    producer: 'trunkline',
    version: '1',
    step: '3',
    weights: 'best',
  });
  expect(json('preprocessing')).toMatchObject({
    height: 32,
    width: 32,
    channels: 3,
    colour: 'RGB',
    mean: [0.25],
    std: [0.3],
  });
  expect(json('tasks')).toMatchObject([
    {
      id: 'shape',
      kind: 'classification',
      outputs: 6,
      classes: ['circle', 'square', 'triangle', 'star', 'cross', 'heart'],
    },
    { id: 'colours', kind: 'multi-label', outputs: 6 },
    { id: 'position', kind: 'regression', outputs: 2, names: ['x', 'y'] },
    { id: 'size', kind: 'regression', outputs: 1, names: ['size'] },
  ]);
  expect(tensors.find(({ name }) => name === 'trunk.0.bn.num_batches_tracked')?.values).toEqual(
    BigInt64Array.of(3n),
  );
});

it('writes the experiment file that the page and the command line open', async () => {
  const run = finishedRun();
  const file = await experimentFile.write(run);
  expect(parseExperimentText(await file.text())).toEqual(run.experiment);
  expect(await experimentFile.read?.(file, 'run.trunkline.json')).toEqual({ experiment: run.experiment });
});

it('tabulates every step and evaluation, in order, with empty cells for what was not measured', async () => {
  const run = finishedRun();
  const series = new SeriesTable(run.series.columns);
  series.append([1, 0.5, 0.001, 2, 2.3, 2.4, 0.1, 0.2, 1, 1]);
  series.append([2, 1.123456789, 0.001, Number.NaN, Math.fround(0.1), 2.4, 0.1, 0.2, 1, 1]);
  const [validation] = run.validations;
  if (!validation) throw new Error('needs a validation');
  const file = await metrics.write({ ...run, series, validations: [{ ...validation, step: 1 }], test: null });
  expect((await file.text()).split('\n')).toEqual([
    'part,step,seconds,learningRate,gradientNorm,top-left/loss,top-left/weight,top-left/accuracy,top-left/f1,bottom-right/loss,bottom-right/weight,bottom-right/accuracy,bottom-right/f1',
    'train,1,0.5,0.001,2,2.3,1,0.1,,2.4,1,0.2,',
    'validation,1,1.5,,,0.5,,0.75,,0.5,,0.75,',
    'train,2,1.123457,0.001,,0.1,1,0.1,,2.4,1,0.2,',
    '',
  ]);
});

it('lets others have the thread while it tabulates 20,000 steps', async () => {
  const run = finishedRun('lenet', { source: 'multi-fashion', settings: {} }, 20_000);
  // A clock by which every row takes long: how fast this machine is decides nothing.
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 25));
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const file = await metrics.write(run);
  clearInterval(timer);
  clock.mockRestore();
  expect((await file.text()).split('\n')).toHaveLength(20_000 + 4);
  expect(turns).toBeGreaterThan(100);
});

it('zips everything, with how to load it', async () => {
  const file = await bundle.write(finishedRun());
  const inside = async (name: string) => (await readFromZip(file, name, 'zip'))?.text();
  expect(await inside('README.txt')).toContain('load_state_dict(state, strict=True)');
  expect(await inside('README.txt')).toContain('heads.bottom-right.1.weight  10 × 50');
  expect(parseExperimentText((await inside('experiment.trunkline.json')) ?? '')).toEqual(
    finishedRun().experiment,
  );
  expect(await inside('metrics.csv')).toMatch(/^part,step,/);
  expect(await inside('conflicts.csv')).toBeUndefined();
});

it('adds norms and cosines of the gradients where they were measured', async () => {
  const run = finishedRun();
  run.gramians.append([7, 0, 4, -3, 9]);
  run.gramians.append([8, 1, 4, 0, 0]);
  const file = await bundle.write(run);
  const inside = async (name: string) => (await readFromZip(file, name, 'zip'))?.text();
  expect(await inside('README.txt')).toContain('conflicts.csv ');
  expect(await inside('conflicts.csv')).toBe(
    'step,gradients,top-left/norm,bottom-right/norm,top-left/bottom-right/cosine\n' +
      '7,representation,2,3,-0.5\n' +
      '8,parameters,2,0,\n',
  );
});

it('reads a zip that stores its weights deflated', async () => {
  const run = finishedRun();
  const parts = [new Uint8Array(await (await weights.write(run)).arrayBuffer())];
  const file = await writeZip([{ name: 'weights.safetensors', parts, compress: true }]);
  expect((await bundle.read?.(file, 'zip'))?.weights?.step).toBe(3);
});

it.each([
  [
    'no zip',
    async () => new Blob(['x'.repeat(100)]),
    'z.zip: archive: must end in the directory of a zip archive',
  ],
  ['a zip without weights', () => writeZip([]), 'z.zip: archive: must hold weights.safetensors (found none)'],
  [
    'a zip that was cut off in front',
    async () => (await bundle.write(finishedRun())).slice(1000),
    'z.zip: archive:',
  ],
  [
    'deflated data that is damaged',
    async () => {
      const parts = [new Uint8Array(10_000).fill(7)];
      const bytes = new Uint8Array(
        await (await writeZip([{ name: 'weights.safetensors', parts, compress: true }])).arrayBuffer(),
      );
      return new Blob([bytes.fill(255, 60, 70)]);
    },
    'z.zip: archive: weights.safetensors must',
  ],
  [
    'stored data with another bit',
    async () => {
      const bytes = new Uint8Array(await (await bundle.write(finishedRun())).arrayBuffer());
      return new Blob([bytes.with(20_000, (bytes[20_000] ?? 0) ^ 4)]);
    },
    'z.zip: archive: weights.safetensors must have the checksum ',
  ],
])('refuses %s', async (_what, make, message) => {
  await expect(bundle.read?.(await make(), 'z.zip')).rejects.toThrow(message);
});

const foreign = (metadata: Record<string, string>, counter?: string) =>
  new Blob(
    safetensorsParts({
      metadata,
      tensors: counter ? [{ name: counter, shape: [], values: BigInt64Array.of(1n) }] : [],
    }),
  );
const document = JSON.stringify(finishedRun().experiment);

it.each([
  [
    'weights of another program',
    foreign({ format: 'pt' }),
    'w: metadata: must hold the experiment that the weights belong to',
  ],
  [
    'an experiment of the future',
    foreign({ experiment: '{"version": 99}' }),
    'w: version: must be a whole number from 1 to 1 (found 99)',
  ],
  ['no step', foreign({ experiment: document }), 'w: metadata step: must be a whole number (found nothing)'],
  [
    'metrics that are none',
    foreign({ experiment: document, step: '1', metrics: '{"validation":3}' }),
    'w: metadata metrics: must be losses and metrics',
  ],
  [
    'a counter of another kind',
    foreign({ experiment: document, step: '1' }, 'trunk.0.steps'),
    'w: tensor trunk.0.steps: must be of type F32',
  ],
])('refuses %s', async (_what, file, message) => {
  await expect(weights.read?.(file, 'w')).rejects.toThrow(message);
});

it('refuses an experiment file that is invalid, naming file, path, rule and value', async () => {
  const text = JSON.stringify({ ...finishedRun().experiment, seed: -1, name: 3 });
  await expect(experimentFile.read?.(new Blob([text]), 'e.json')).rejects.toThrow(
    /e\.json: name: .*found 3.*\nseed: /s,
  );
  await expect(experimentFile.read?.(new Blob(['{']), 'e.json')).rejects.toThrow(
    'e.json: document: must be JSON',
  );
});
