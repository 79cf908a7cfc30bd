/** Capsules: back bit for bit, and what a file that was damaged, cut, made up or written to do harm is told. */
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { beforeAll, expect, it } from 'vitest';
import type { Checkpoint, Evaluation, NamedTensor } from '#engine/types.ts';
import { layerSchema } from '#experiment/layers/index.ts';
import { planNetwork } from '#experiment/plan.ts';
import { Random } from '#lib/random.ts';
import { SeriesTable } from '#lib/series.ts';
import { sizeOf } from '#lib/shape.ts';
import { gramianColumns, metricColumns } from '#experiment/metric-columns.ts';
import type { CapsuleAbout } from './capsule-about.ts';
import { appVersion, isCapsule } from './capsule-names.ts';
import { openCapsule } from './capsule-reader.ts';
import { writeCapsule, type CapsuleContent } from './capsule.ts';
import { exactCell, readCell } from './exact-csv.ts';
import { FileError } from './file-error.ts';
import { readSafetensors, safetensorsParts } from './safetensors.ts';
import { finishedRun } from './testing.ts';
import { writeZip } from './zip.ts';

const random = new Random(7);
const normals = (length: number) => Float32Array.from({ length }, () => random.normal());

const base = finishedRun();
const experiment = {
  ...base.experiment,
  trunk: [
    layerSchema.parse({ kind: 'max-pool', kernel: 6, stride: 6 }),
    layerSchema.parse({ kind: 'flatten' }),
    layerSchema.parse({ kind: 'dense', units: 3 }),
    layerSchema.parse({ kind: 'batch-norm' }),
  ],
};
const info = { ...base.info, counts: { train: 50, validation: 6, test: 4 } };
const ids = experiment.tasks.map(({ id }) => id);
const { parameters } = planNetwork(experiment, info);
const tensors = (): NamedTensor[] =>
  parameters.map(({ name, shape }) => ({ name, shape, values: normals(sizeOf(shape)) }));

/** Numbers that text would easily lose: the smallest, negative zero, those between two decimals. */
const odd = [Number.NaN, -0, 2 ** -149, 1 / 3, 16_777_217, 3.4028234663852886e38, -1e-7, Infinity, 0.1];

const best = { step: 4, losses: { mean: 1 / 3 }, tensors: tensors() };
const checkpointAt = (step: number): Checkpoint => ({
  step,
  updates: step,
  seconds: 0.1 + 0.2,
  tensors: step === 4 ? best.tensors : tensors(),
  optimiser: parameters
    .filter(({ trainable }) => trainable)
    .map(({ name, shape }) => ({ name: `${name}.exp_avg`, shape, values: normals(sizeOf(shape)) })),
  strategy: [{ name: 'dwa.state', shape: [4], values: Float32Array.of(Infinity, -0, Number.NaN, 1) }],
  normalisation: { mean: [0.25], deviation: [0.3] },
  best: [best],
  stopping: { lowest: 1 / 3, since: 1 },
  validatedAt: 4,
});
const checkpoints = [checkpointAt(4), checkpointAt(9)];

function table(columns: readonly string[], rows: number): SeriesTable {
  const made = new SeriesTable(columns);
  for (let row = 1; row <= rows; row++)
    made.append(
      columns.map((_, c) => (c === 0 ? row : Math.fround(odd[(row + c) % odd.length] ?? random.normal()))),
    );
  return made;
}

const scored = <Split extends Evaluation['split']>(split: Split, step: number) => ({
  split,
  step,
  seconds: 0.1 + 0.7,
  tasks: Object.fromEntries(
    ids.map((id) => [id, { loss: Infinity, metrics: { accuracy: 1 / 3, f1: Number.NaN } }]),
  ),
  meanLoss: -0,
});

const about: CapsuleContent['about'] = {
  experiment,
  run: {
    id: 'mbx3-abc',
    name: 'Köln “3”',
    difference: 'learning rate 1e-3 → 3e-4',
    note: 'two\nlines',
    createdAt: Date.UTC(2026, 10, 12),
    updatedAt: Date.UTC(2026, 10, 13),
    status: 'paused',
    step: 9,
    totalSteps: 20,
    seconds: Math.fround(0.3),
    device: {
      backend: 'webgpu',
      adapter: 'nvidia ampere',
      isSoftware: false,
      limits: { maxBufferBytes: 2 ** 31, maxBindingBytes: 2 ** 27 },
      features: ['shader-f16'],
    },
    validations: [scored('validation', 4), scored('validation', 8)],
    test: scored('test', 9),
    best: { mean: 4, [ids[0] ?? '']: 4 },
    heldBytes: 12_345,
    changes: [{ step: 5, words: 'learning rate 1e-3 → 5e-4' }],
  },
  data: { info, fingerprint: 'ab'.repeat(32) },
  environment: { app: appVersion, exportedAt: Date.UTC(2026, 10, 14), userAgent: 'UA', platform: 'P' },
  checkpoints: [4, 9],
};
const outputsOf = (rows: number) => Object.fromEntries(ids.map((id) => [id, normals(rows * 10)]));
const content: CapsuleContent = {
  about,
  series: table(metricColumns(ids), 9),
  gramians: table(gramianColumns(ids.length), 3),
  layers: [1, 5].map((step) => ({
    step,
    layers: ['trunk.2', 'trunk.3'],
    gramians: Float32Array.of(1, 2, 3, Number.NaN, -0, 1 / 3),
    losses: Float32Array.of(Number.NaN, 0.1),
    milliseconds: 1 / 3,
  })),
  predictions: [
    { split: 'test', step: 9, outputs: outputsOf(4), samples: Uint32Array.of(56, 57, 58, 59) },
    { split: 'validation', step: 4, outputs: outputsOf(6), samples: null },
  ],
  checkpoint: (step) => {
    const found = checkpoints.find((each) => each.step === step);
    return found ? Promise.resolve(found) : Promise.reject(new Error('none'));
  },
};

/** All of a capsule as plain values, numbers by their bits: NaN of any kind is one. */
async function contentOf(capsule: Blob) {
  const { checkpoint, series, gramians, ...rest } = await openCapsule(capsule, 'c.zip');
  const { files: _files, withoutPredictions: _none, ...told } = rest.about;
  const columns = (from: SeriesTable) => from.columns.map((name) => [name, [...from.column(name)]]);
  const all = [];
  for (const step of rest.about.checkpoints) all.push(await checkpoint(step));
  return { ...rest, about: told, series: columns(series), gramians: columns(gramians), checkpoints: all };
}

let capsule: Blob;
let bytes: Uint8Array<ArrayBuffer>;
let whole: Awaited<ReturnType<typeof contentOf>>;

beforeAll(async () => {
  capsule = await writeCapsule(content);
  bytes = new Uint8Array(await capsule.arrayBuffer());
  whole = await contentOf(capsule);
});

it('comes back as it was, bit for bit', () => {
  const columns = (from: SeriesTable) => from.columns.map((name) => [name, [...from.column(name)]]);
  expect(whole).toEqual({
    about,
    series: columns(content.series),
    gramians: columns(content.gramians),
    layers: content.layers,
    predictions: content.predictions,
    checkpoints,
  });
});

it('writes every number of 32 bits so that it comes back', () => {
  const numbers = new Float32Array(1);
  const bits = new Uint32Array(numbers.buffer);
  const lost: unknown[] = [];
  for (let i = 0; i < 100_000; i++) {
    bits[0] = random.bits();
    const [value = 0] = numbers;
    const cell = exactCell(value);
    if (!Object.is(readCell(cell), value)) lost.push([cell, value]);
  }
  expect(lost).toEqual([]);
});

it('can be looked into with any program for zips', () => {
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toEqual([
    'curves.csv',
    'gramians.csv',
    'gramians-by-layer.csv',
    'weights.safetensors',
    'best.safetensors',
    'checkpoint.safetensors',
    'checkpoint-4.safetensors',
    'predictions.safetensors',
    'README.txt',
    'capsule.json',
  ]);
  const text = (name: string) => new TextDecoder().decode(files[name]);
  expect(text('README.txt')).toContain('checkpoint.safetensors    the last checkpoint');
  expect(text('README.txt')).toContain('9 of 20 steps in 0 s of training, on nvidia ampere (webgpu).');
  expect(text('curves.csv').split('\n')[0]).toContain('step,seconds,learningRate,gradientNorm,loss/top-left');
  expect(JSON.parse(text('capsule.json'))).toMatchObject({
    format: 'trunkline-capsule',
    version: 1,
    environment: { app: JSON.parse(readFileSync('package.json', 'utf8')).version },
  });
});

it('holds a run without checkpoints, measurements and evaluations, and says what is missing', async () => {
  const empty = new SeriesTable(gramianColumns(ids.length));
  const bare = {
    ...content,
    gramians: empty,
    layers: [],
    predictions: [],
    withoutPredictions: 'Not evaluated.',
  };
  const file = await writeCapsule({ ...bare, about: { ...about, checkpoints: [] } });
  const opened = await openCapsule(file, 'c.zip');
  expect(opened.about).toMatchObject({ files: ['curves.csv'], withoutPredictions: 'Not evaluated.' });
  expect([opened.gramians.length, opened.layers, opened.predictions]).toEqual([0, [], []]);
});

it('is told from other archives', async () => {
  expect(await isCapsule(capsule)).toBe(true);
  expect(await isCapsule(await writeZip([]))).toBe(false);
  expect(await isCapsule(new Blob(['no archive']))).toBe(false);
});

it('stops where it is told to, and tells how far it is', async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const onProgress = (done: number) => {
    seen.push(done);
    stop.abort(new Error('enough'));
  };
  await expect(writeCapsule(content, { onProgress, signal: stop.signal })).rejects.toThrow('enough');
  expect(seen.length).toBeGreaterThan(0);
});

/** The capsule with some of its files changed, and the checksums right. */
async function withFiles(change: (files: Record<string, Uint8Array<ArrayBuffer> | undefined>) => void) {
  const files: Record<string, Uint8Array<ArrayBuffer> | undefined> = {};
  for (const [name, each] of Object.entries(unzipSync(bytes))) files[name] = new Uint8Array(each);
  change(files);
  return writeZip(
    Object.entries(files).flatMap(([name, each]) => (each ? [{ name, parts: [each], compress: false }] : [])),
  );
}

const encode = (text: string) => new TextEncoder().encode(text);
const edited = (name: string, edit: (text: string) => string) =>
  withFiles((files) => {
    files[name] = encode(edit(new TextDecoder().decode(files[name])));
  });
const aboutWith = (edit: (document: CapsuleAbout & Record<string, unknown>) => unknown) =>
  edited('capsule.json', (text) => JSON.stringify(edit(JSON.parse(text))));

/** The capsule with the tensors of a file changed. */
async function tensorsWith(
  name: string,
  edit: (tensor: { name: string; shape: readonly number[]; values: Float32Array | BigInt64Array }) => void,
) {
  const stored = await readSafetensors(new Blob([new Uint8Array(unzipSync(bytes)[name] ?? [])]), name);
  for (const tensor of stored.tensors) edit(tensor);
  const parts = safetensorsParts(stored);
  const file = new Uint8Array(await new Blob(parts).arrayBuffer());
  return withFiles((files) => {
    files[name] = file;
  });
}

const nan = (tensor: { name: string; values: Float32Array | BigInt64Array }) => {
  if (tensor.name === 'parameters/trunk.2.weight') tensor.values[1] = Number.NaN;
};

it.each<[string, () => Promise<Blob>, string]>([
  [
    'one cut off',
    async () => capsule.slice(0, capsule.size - 40),
    'c.zip: archive: must end in the directory',
  ],
  [
    'a file missing',
    () => withFiles((files) => delete files['weights.safetensors']),
    'c.zip: archive: must hold weights.safetensors',
  ],
  [
    'no list of it',
    () => withFiles((files) => delete files['capsule.json']),
    'c.zip: archive: must hold capsule.json',
  ],
  ['no JSON', () => edited('capsule.json', () => '{'), 'c.zip/capsule.json: document: must be JSON'],
  [
    'another format',
    () => aboutWith((each) => ({ ...each, format: 'x' })),
    'c.zip/capsule.json: format: must be "trunkline-capsule"',
  ],
  [
    'a version to come',
    () => aboutWith((each) => ({ ...each, version: 2 })),
    'c.zip/capsule.json: version: must be 1 (found 2). It was written by another version',
  ],
  [
    'an invalid experiment',
    () => aboutWith((each) => ({ ...each, experiment: { ...experiment, seed: -1 } })),
    'c.zip/capsule.json: seed: ',
  ],
  [
    'a run that is none',
    () => aboutWith((each) => ({ ...each, run: { ...each.run, step: -1 } })),
    'c.zip/capsule.json: run.step: ',
  ],
  [
    'an id that is a path',
    () => aboutWith((each) => ({ ...each, run: { ...each.run, id: '../x' } })),
    'c.zip/capsule.json: run.id: ',
  ],
  [
    'a fingerprint that is none',
    () => aboutWith((each) => ({ ...each, data: { ...each.data, fingerprint: 'x' } })),
    'c.zip/capsule.json: data.fingerprint: must be a SHA-256',
  ],
  [
    'a checkpoint that is not listed',
    () => aboutWith((each) => ({ ...each, checkpoints: [3, 4, 9] })),
    'c.zip/capsule.json: files: must list checkpoint-3.safetensors',
  ],
  [
    'data of another shape',
    () =>
      aboutWith((each) => ({
        ...each,
        data: { ...each.data, info: { ...info, image: { ...info.image, channels: 3 } } },
      })),
    'c.zip/checkpoint-4.safetensors: metadata state: its normalisation must be of 3 channels',
  ],
  [
    'a network that does not fit',
    () =>
      aboutWith((each) => ({
        ...each,
        data: { ...each.data, info: { ...info, image: { ...info.image, height: 3 } } },
      })),
    'c.zip/capsule.json: trunk.0',
  ],
  [
    'other columns',
    () => edited('curves.csv', (text) => text.replace('seconds', 'hours')),
    'c.zip/curves.csv: line 1: must be step,seconds',
  ],
  [
    'too few cells',
    () => edited('curves.csv', (text) => text.replace(/,[^,]*\n$/, '\n')),
    'c.zip/curves.csv: line 10: must have 10 cells',
  ],
  [
    'text for a number',
    () => edited('gramians.csv', (text) => text.replace(/\n1,/, '\none,')),
    'c.zip/gramians.csv: line 2: its cell 1 must be a number',
  ],
  [
    'steps that fall',
    () => edited('curves.csv', (text) => text.replace(/\n5,/, '\n1,')),
    'c.zip/curves.csv: line 6: its steps must be whole and rise',
  ],
  [
    'measurements out of order',
    () => edited('gramians-by-layer.csv', (text) => text.replace(/\n1,/, '\n4,')),
    'c.zip/gramians-by-layer.csv: line 4: must be of measurement 0 or the next',
  ],
  [
    'predictions of too few samples',
    () =>
      aboutWith((each) => ({
        ...each,
        data: { ...each.data, info: { ...info, counts: { ...info.counts, test: 5 } } },
      })),
    'c.zip/predictions.safetensors: tensor outputs/test/top-left: must be 5 × 10',
  ],
  [
    'weights that are no numbers',
    () => tensorsWith('checkpoint.safetensors', nan),
    'c.zip/checkpoint.safetensors: tensor trunk.2.weight: must hold finite numbers (found NaN at 1)',
  ],
  [
    'weights that the checkpoint has not',
    () =>
      tensorsWith('weights.safetensors', ({ name, values }) => {
        if (name === 'trunk.2.bias') values[0] = 5;
      }),
    'c.zip/weights.safetensors: tensor trunk.2.bias: must be that of the checkpoint',
  ],
  [
    'best weights that the checkpoint has not',
    () =>
      tensorsWith('best.safetensors', ({ name, values }) => {
        if (name === 'trunk.2.bias') values[0] = 5;
      }),
    'c.zip/best.safetensors: tensor trunk.2.bias: must be that of the checkpoint',
  ],
  [
    'a checkpoint of another step',
    () =>
      withFiles((files) => {
        files['checkpoint-4.safetensors'] = files['checkpoint.safetensors'];
      }),
    'c.zip/checkpoint-4.safetensors: metadata state: must be of step 4 (found 9)',
  ],
  [
    'a path that leaves the folder',
    () =>
      withFiles((files) => {
        files['../../evil.txt'] = encode('x');
      }),
    'must be a plain file name (found "../../evil.txt")',
  ],
  [
    'a path from the root',
    () =>
      withFiles((files) => {
        files['/etc/passwd'] = encode('x');
      }),
    'must be a plain file name',
  ],
  [
    'a path of Windows',
    () =>
      withFiles((files) => {
        files['a\\b'] = encode('x');
      }),
    'must be a plain file name',
  ],
  [
    'a bomb',
    () => writeZip([{ name: 'capsule.json', parts: [new Uint8Array(20_000_000)], compress: true }]),
    'must unpack to at most 100 times its',
  ],
  [
    'one name twice',
    () => writeZip([1, 2].map(() => ({ name: 'capsule.json', parts: [encode('{}')], compress: false }))),
    'must be there once (found "twice")',
  ],
])('refuses %s', async (_what, make, message) => {
  const refusal = await contentOf(await make()).then(
    () => 'it opened',
    (error: unknown) => (error instanceof FileError ? error.message : error),
  );
  expect(refusal).toContain(message);
});

it('opens where files of other programs lie in it', async () => {
  const file = await withFiles((files) => {
    files['__MACOSX/._capsule.json'] = encode('x');
    delete files['README.txt'];
  });
  expect(await contentOf(file)).toEqual(whole);
});

/** A copy that somebody or something changed. */
function mutated(draw: Random): Uint8Array<ArrayBuffer> {
  const below = (n: number) => draw.bits() % n;
  // Half of them where the directory is: elsewhere the checksums see most.
  const at = below(2) === 0 ? below(bytes.length) : bytes.length - 1 - below(900);
  const copy = bytes.slice();
  switch (below(5)) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
      return copy;
    case 1:
      new DataView(copy.buffer).setUint32(Math.min(at, copy.length - 4), draw.bits(), true);
      return copy;
    case 2:
      return copy.slice(0, at);
    case 3:
      return new Uint8Array([
        ...copy.subarray(0, at),
        ...copy.subarray(Math.min(copy.length, at + 1 + below(64))),
      ]);
    default:
      return new Uint8Array([
        ...copy.subarray(0, at),
        ...copy.subarray(at, at + below(64)),
        ...copy.subarray(at),
      ]);
  }
}

it('meets 200 random changes with a named error or the same content', async () => {
  const draw = new Random(2026);
  let same = 0;
  for (let i = 0; i < 200; i++) {
    const file = new Blob([mutated(draw)]);
    const result = await contentOf(file).catch((error: unknown) => error);
    if (result instanceof Error) {
      expect(result, `change ${i}: ${result.stack}`).toBeInstanceOf(FileError);
      expect(result.message).toMatch(/^c\.zip.*: .+ \(found /);
    } else {
      expect(result, `change ${i}`).toEqual(whole);
      same++;
    }
  }
  expect(same).toBeLessThan(100);
});
