import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Experiment } from '#experiment/schema.ts';
import { answersOf, type Asked } from './answers.ts';
import { openDevice } from './device.ts';
import { held } from './kernels/testing.ts';
import { disposeResident, residentDataset, type ResidentDataset } from './resident.ts';
import { Run } from './run.ts';
import { relativeError, smallDataset, smallExperiment } from './testing.ts';
import type { RunEvent, WeightsSnapshot } from './types.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

const dataset = smallDataset();
const { info } = dataset;
const limits = undefined;
const testPixels = dataset.images.slice(32 * 64);

function start(experiment: Experiment, more: Partial<ConstructorParameters<typeof Run>[0]> = {}) {
  const events: RunEvent[] = [];
  return { events, run: new Run({ experiment, dataset, onEvent: (event) => events.push(event), ...more }) };
}

type Outputs = Readonly<Record<string, Float32Array>>;

/** On WebGL tfjs computes in JavaScript with small tensors that are still on the host, which rounds otherwise. */
function expectSame(backend: string, actual: Outputs, expected: Outputs): void {
  if (backend !== 'webgl') return expect(actual).toEqual(expected);
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [task, outputs] of Object.entries(expected))
    expect(relativeError(actual[task] ?? [], outputs), task).toBeLessThan(1e-6);
}

const ask = (experiment: Experiment, { tensors, normalisation }: WeightsSnapshot, on: Asked) =>
  answersOf({ experiment, info, limits, tensors, normalisation, on });

describe.each(['webgpu', 'webgl', 'cpu'] as const)('on %s', (backend) => {
  let resident: ResidentDataset;
  beforeAll(async () => {
    expect((await openDevice(backend)).backend).toBe(backend);
    resident = residentDataset(dataset);
  });
  afterAll(async () => {
    disposeResident(resident);
    await openDevice('webgpu');
  });

  test('answers what the run itself says in its evaluations, bit for bit, and on pixels', async () => {
    const experiment = smallExperiment();
    const { run } = start(experiment, { resident });
    await run.resume();
    const weights = await run.weights('last');
    const validation = await run.evaluate('validation', 'last');
    const tested = await run.evaluate('test', 'last');
    const onSplit = (split: 'validation' | 'test') => ask(experiment, weights, { resident, split });
    expectSame(backend, await onSplit('validation'), validation.outputs);
    expectSame(backend, await onSplit('test'), tested.outputs);
    await run.dispose();
    expectSame(backend, await ask(experiment, weights, { pixels: testPixels, count: 8 }), tested.outputs);
    const [first] = weights.tensors;
    const other = {
      ...weights,
      tensors: weights.tensors.map((each) =>
        each === first ? { ...each, values: each.values.map((value) => -value) } : each,
      ),
    };
    expect(await ask(experiment, other, { resident, split: 'test' })).not.toEqual(tested.outputs);
    const darker = { ...weights, normalisation: { mean: [0.9], deviation: [0.1] } };
    expect(await ask(experiment, darker, { resident, split: 'test' })).not.toEqual(tested.outputs);
  });

  test('leaves a run that trains meanwhile as it is, bit for bit', async () => {
    const experiment = smallExperiment({ length: { unit: 'steps', count: 40 } });
    const alone = start(experiment, { resident });
    await alone.run.resume();
    const expected = await alone.run.weights('last');
    await alone.run.dispose();

    const other = smallExperiment({}, { seed: 7 });
    const stranger = start(other, { resident });
    const weights = await stranger.run.weights('last');
    await stranger.run.dispose();
    const { run } = start(experiment, { resident });
    const training = run.resume();
    const answers = [];
    do answers.push(await ask(other, weights, { resident, split: 'validation' }));
    while (run.status !== 'finished' && answers.length < 20);
    await training;
    expect(run.status).toBe('finished');
    expect((await run.weights('last')).tensors).toEqual(expected.tensors);
    await run.dispose();
    const quiet = await ask(other, weights, { resident, split: 'validation' });
    for (const answer of answers) expect(answer).toEqual(quiet);
  });

  test('leaves nothing behind, also where it is stopped or refused', async () => {
    const experiment = smallExperiment();
    const { run } = start(experiment, { resident });
    const weights = await run.weights('last');
    await run.dispose();
    await ask(experiment, weights, { resident, split: 'test' });
    const buffers = () => webgpuBackend()?.bufferManager.getNumUsedBuffers() ?? 0;
    const before = { ...held(), buffers: buffers() };
    await ask(experiment, weights, { resident, split: 'test' });
    await ask(experiment, weights, { pixels: testPixels, count: 8 });
    const ending = new AbortController();
    ending.abort(new Error('enough'));
    const on = { resident, split: 'test' } as const;
    const { tensors, normalisation } = weights;
    await expect(
      answersOf({ experiment, info, limits, tensors, normalisation, on }, { signal: ending.signal }),
    ).rejects.toThrow('enough');
    await expect(ask(experiment, { ...weights, tensors: tensors.slice(1) }, on)).rejects.toThrow('lack');
    expect({ ...held(), buffers: buffers() }).toEqual(before);
  });
});

describe('at the door', () => {
  beforeAll(async () => {
    await openDevice('webgpu');
  });

  test('says what does not fit', async () => {
    const experiment = smallExperiment();
    const resident = residentDataset(dataset);
    const { run } = start(experiment, { resident });
    const weights = await run.weights('last');
    await run.dispose();
    const on = { pixels: testPixels, count: 8 };
    const refusal = (change: Partial<WeightsSnapshot>, asked: Asked = on) =>
      expect(ask(experiment, { ...weights, ...change }, asked)).rejects;
    const [first, ...rest] = weights.tensors;
    if (!first) throw new Error('no tensors');
    await refusal({ tensors: rest }).toThrow(`The weights lack "${first.name}"`);
    await refusal({ tensors: [{ ...first, shape: [3, 1, 3, 2] }, ...rest] }).toThrow(
      '"trunk.0.conv.weight" has the shape 3×1×3×2 in the weights, but 3×1×3×3 in this network.',
    );
    await refusal({ tensors: [...weights.tensors, { ...first, name: 'trunk.9.weight' }] }).toThrow(
      'The weights have "trunk.9.weight", which this network lacks.',
    );
    await refusal({ normalisation: { mean: [0, 0], deviation: [1, 1] } }).toThrow('normalisation');
    await refusal({ normalisation: { mean: [0], deviation: [0] } }).toThrow('normalisation');
    await refusal({}, { pixels: testPixels.slice(1), count: 8 }).toThrow(
      '8 images of 8×8×1 are 512 bytes, not 511.',
    );
    const none = { ...resident, indices: new Map() };
    await refusal({}, { resident: none, split: 'test' }).toThrow('Small has no images in its test part.');
    const small = { maxBufferBytes: 100, maxBindingBytes: 100 };
    await expect(answersOf({ experiment, info, limits: small, ...weights, on })).rejects.toThrow(
      'must fit one buffer of this adapter',
    );
    disposeResident(resident);
  });
});
