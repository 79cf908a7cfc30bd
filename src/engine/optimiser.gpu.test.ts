import { optimiserSchema, type Optimiser } from '#experiment/training.ts';
import type { ParameterSpec } from '#experiment/layers/layer.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice } from './device.ts';
import fixture from './kernels/fixtures/optimiser.json' with { type: 'json' };
import { groupParameters } from './kernels/optimiser-update.ts';
import { complaints, held, noise, noiseTensor, worstError } from './kernels/testing.ts';
import { RunOptimiser } from './optimiser.ts';
import { createParameters, disposeWeights } from './parameters.ts';
import { named } from './testing.ts';
import * as tf from './tf.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

const zero = { kind: 'constant', value: 0 } as const;

const vector = (name: string, size: number, trainable = true): ParameterSpec => ({
  name,
  shape: [size],
  layout: 'vector',
  initialiser: zero,
  trainable,
});

/** Parameters of a convolution and a batch norm, of all layouts. */
const mixed: readonly ParameterSpec[] = [
  { name: 'a.weight', shape: [2, 3, 3, 1], layout: 'conv', initialiser: zero, trainable: true },
  vector('a.bias', 5),
  vector('a.running_mean', 5, false),
  { name: 'b.weight', shape: [4, 3], layout: 'dense', initialiser: zero, trainable: true },
  vector('b.bias', 4),
];

/** One update of all parameters by gradients of noise. */
function update(optimiser: RunOptimiser, step: number, learningRate = 0.1, scale = 1): void {
  tf.tidy(() =>
    optimiser.update({
      gradients: optimiser.parameters.map(({ shape }, i) => noiseTensor(shape, 8, i, step)),
      learningRate: tf.tensor1d([learningRate]),
      gradientScale: tf.tensor1d([scale]),
    }),
  );
}

const valuesOf = (tensors: readonly tf.Tensor[]) => Promise.all(tensors.map((tensor) => tensor.data()));

describe.each(['webgpu', 'webgl', 'cpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await openDevice(backend);
  });

  test.each(
    fixture.cases.map((entry, index) => ({ ...entry, index, title: JSON.stringify(entry.settings) })),
  )('follows torch.optim: $title', async ({ settings, size, after, index }) => {
    const settled = optimiserSchema.parse(settings);
    // Five parameters alike and one of another size: with 8 buffers they take several dispatches.
    const specs = [...[0, 1, 2, 3, 4].map((i) => vector(`p${i}`, size)), vector('other', 4)];
    const values = (spec: ParameterSpec) => (spec.name === 'other' ? noise(4, 9) : noise(size, index, 0));
    const tensors = specs.map((spec) => ({ ...spec, values: values(spec) }));
    const weights = createParameters(specs, 0, tensors);
    const optimiser = new RunOptimiser(settled, specs, weights, { buffers: 8 });
    for (const [step, expected] of after.entries()) {
      tf.tidy(() =>
        optimiser.update({
          gradients: specs.map(({ shape }) => noiseTensor([...shape], index, 1, step)),
          learningRate: tf.tensor1d([0.1 / (step + 1)]),
          gradientScale: tf.tensor1d([fixture.gradientScale]),
        }),
      );
      const found = await valuesOf(optimiser.parameters.slice(0, 5));
      for (const each of found) expect(worstError(each, expected)).toBeLessThan(1e-5);
    }
    optimiser.dispose();
    disposeWeights(weights);
  });

  test.each([
    { kind: 'sgd', momentum: 0 },
    { kind: 'sgd', momentum: 0.9, nesterov: true },
    { kind: 'adamw' },
  ])('goes on bit for bit from what was read: $kind', async (settings) => {
    const settled = optimiserSchema.parse(settings);
    const make = () => {
      const weights = createParameters(mixed, 0);
      return { weights, optimiser: new RunOptimiser(settled, mixed, weights, { buffers: 8 }) };
    };
    const [first, second] = [make(), make()];
    for (const step of [0, 1, 2]) update(first.optimiser, step);
    const state = await first.optimiser.read();
    expect(state.updates).toBe(3);
    second.optimiser.write(state);
    for (const [name, variable] of second.weights) {
      const now = await first.weights.get(name)?.data();
      tf.tidy(() => variable.assign(tf.tensor(now ?? [], variable.shape)));
    }
    for (const { optimiser } of [first, second]) update(optimiser, 3);
    expect(await valuesOf(second.optimiser.parameters)).toEqual(await valuesOf(first.optimiser.parameters));
    expect(await second.optimiser.read()).toEqual(await first.optimiser.read());
    for (const { weights, optimiser } of [first, second]) {
      optimiser.dispose();
      disposeWeights(weights);
    }
  });

  test('names state as torch.optim, in the layout of PyTorch', async () => {
    const weights = createParameters(mixed, 0);
    const optimiser = new RunOptimiser(optimiserSchema.parse({ kind: 'adam' }), mixed, weights);
    update(optimiser, 0);
    const { tensors } = await optimiser.read();
    expect(tensors.map(({ name }) => name)).toEqual([
      'a.weight.exp_avg',
      'a.weight.exp_avg_sq',
      'a.bias.exp_avg',
      'a.bias.exp_avg_sq',
      'b.weight.exp_avg',
      'b.weight.exp_avg_sq',
      'b.bias.exp_avg',
      'b.bias.exp_avg_sq',
    ]);
    const average = named(tensors, 'b.weight.exp_avg');
    expect(average.shape).toEqual([4, 3]);
    // The gradient was drawn in the engine's layout, [in, out]; the average is a tenth of it.
    const gradient = noise(12, 8, 2, 0);
    const expected = Array.from(
      { length: 12 },
      (_, i) => 0.1 * (gradient[(i % 3) * 4 + Math.floor(i / 3)] ?? 0),
    );
    expect(worstError(average.values, expected)).toBeLessThan(1e-7);
    optimiser.dispose();
    disposeWeights(weights);
  });

  test('takes of a state what fits and leaves the rest as it was', async () => {
    const weights = createParameters(mixed, 0);
    const optimiser = new RunOptimiser(optimiserSchema.parse({ kind: 'sgd' }), mixed, weights);
    update(optimiser, 0);
    const before = await optimiser.read();
    const bias = { name: 'b.bias.momentum_buffer', shape: [4], values: Float32Array.of(1, 2, 3, 4) };
    optimiser.write({
      updates: 7,
      tensors: [
        bias,
        { ...bias, name: 'c.bias.momentum_buffer' },
        { ...bias, name: 'a.bias.momentum_buffer' },
        { ...bias, name: 'b.weight.exp_avg', shape: [4, 3] },
      ],
    });
    const after = await optimiser.read();
    expect(after.updates).toBe(7);
    expect(named(after.tensors, bias.name)).toEqual(bias);
    const others = (tensors: typeof after.tensors) => tensors.filter(({ name }) => name !== bias.name);
    expect(others(after.tensors)).toEqual(others(before.tensors));
    optimiser.dispose();
    disposeWeights(weights);
  });
});

test.each(['sgd', 'adam'] as const)('updates every number of large parameters alike: %s', async (kind) => {
  const after = async (backend: 'webgpu' | 'cpu') => {
    await openDevice(backend);
    const specs = [3000, 1, 1001, 4, 999, 20_000].map((size, i) => vector(`p${i}`, size));
    const weights = createParameters(specs, 0);
    const optimiser = new RunOptimiser(optimiserSchema.parse({ kind }), specs, weights, { buffers: 8 });
    for (const step of [0, 1]) update(optimiser, step);
    const values = await valuesOf(optimiser.parameters);
    optimiser.dispose();
    disposeWeights(weights);
    return values;
  };
  const expected = await after('cpu');
  for (const [i, values] of (await after('webgpu')).entries())
    expect(worstError(values, expected[i] ?? [])).toBeLessThan(1e-5);
});

test('updates a parameter whose state no buffer can hold by tfjs ops, and keeps its state with the others', async () => {
  const after = async (backend: 'webgpu' | 'cpu') => {
    await openDevice(backend);
    const specs = [vector('small', 8), vector('large', 1000), vector('odd', 3)];
    const weights = createParameters(specs, 0);
    const optimiser = new RunOptimiser(optimiserSchema.parse({ kind: 'adam' }), specs, weights, {
      bytes: 400,
    });
    for (const step of [0, 1, 2]) update(optimiser, step);
    const { updates, tensors } = await optimiser.read();
    const values = [...(await valuesOf(optimiser.parameters)), ...tensors.map((tensor) => tensor.values)];
    optimiser.dispose();
    disposeWeights(weights);
    return { updates, names: tensors.map(({ name }) => name), values };
  };
  const expected = await after('cpu');
  const found = await after('webgpu');
  expect(found.updates).toBe(3);
  expect(found.names).toEqual(expected.names);
  for (const [i, values] of expected.values.entries())
    expect(worstError(found.values[i] ?? [], values)).toBeLessThan(1e-5);
});

test('takes other settings from the next update on', async () => {
  const after = async (settings: readonly Optimiser[]) => {
    const specs = [vector('p', 6)];
    const weights = createParameters(specs, 0);
    const optimiser = new RunOptimiser(settings[0] ?? optimiserSchema.parse({ kind: 'sgd' }), specs, weights);
    for (const [step, each] of settings.entries()) {
      optimiser.adjust(each);
      update(optimiser, step, 0.1, 0.5);
    }
    return Array.from((await weights.get('p')?.data()) ?? []);
  };
  const settings = [0.1, 0.5, 0].map((weightDecay) => optimiserSchema.parse({ kind: 'adam', weightDecay }));
  await openDevice('cpu');
  const expected = await after(settings);
  await openDevice('webgpu');
  expect(worstError(await after(settings), expected)).toBeLessThan(1e-6);
});

test('updates in place, in few dispatches, with nothing left over', async () => {
  await openDevice('webgpu');
  const backend = webgpuBackend();
  if (!backend) throw new Error('no WebGPU');
  const specs = Array.from({ length: 6 }, (_, i) => vector(`p${i}`, 8));
  const weights = createParameters(specs, 0);
  const optimiser = new RunOptimiser(optimiserSchema.parse({ kind: 'adam' }), specs, weights, { buffers: 8 });
  const storages = optimiser.parameters.map(({ dataId }) => dataId);
  const gradients = optimiser.parameters.map(({ shape }, i) => noiseTensor(shape, 3, i));
  const [learningRate, gradientScale] = [tf.tensor1d([0.1]), tf.ones([1])];
  const step = () => optimiser.update({ gradients, learningRate, gradientScale });
  expect(await complaints(async () => step())).toEqual([]);
  await valuesOf(optimiser.parameters);
  const before = held();
  step();
  // One for what all share, and three parameters in each of the others.
  expect(backend['dispatchCountInPass']).toBe(3);
  for (let repeat = 0; repeat < 20; repeat++) step();
  expect(Math.abs((await optimiser.parameters[0]?.data())?.[0] ?? 0)).toBeGreaterThan(1);
  expect(held()).toEqual(before);
  expect(optimiser.parameters.map(({ dataId }) => dataId)).toEqual(storages);
  optimiser.dispose();
});

test('parameters are grouped by what a kernel may bind and hold', () => {
  const limits = { buffers: 8, bytes: 4000 };
  expect(groupParameters([4, 4, 4, 4, 3], 2, limits)).toEqual([[0, 1, 2], [3], [4]]);
  expect(groupParameters([4, 4, 4, 4], 0, limits)).toEqual([[0, 1, 2], [3]]);
  expect(groupParameters([400, 200, 4, 600], 2, limits)).toEqual([[0], [1, 2]]);
  expect(groupParameters([], 2, limits)).toEqual([]);
});
