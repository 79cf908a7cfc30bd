import { beforeAll, describe, expect, test } from 'vitest';
import type { ActivationName } from '#experiment/layers/activation.ts';
import { openDevice } from '../device.ts';
import fixture from '../fixtures/batch-norm.json' with { type: 'json' };
import { complaints, held, noiseTensor } from '../kernels/testing.ts';
import { assumeMachine } from '../kernels/tiles.ts';
import { relativeError } from '../testing.ts';
import * as tf from '../tf.ts';
import { normaliseBatch } from './batch-norm.ts';
import type { LayerContext } from './forward.ts';

/** A layer of its own: parameters drawn as in PyTorch's side. */
function layerOf(channels: number, index: number, mean: number) {
  const draw = (word: number, offset: number) =>
    tf.tidy(() => tf.variable(noiseTensor<tf.Rank.R1>([channels], index, word).add(offset)));
  const variables = new Map([
    ['weight', draw(1, 1)],
    ['bias', draw(2, 0)],
    ['running_mean', draw(4, mean)],
    ['running_var', draw(5, 1)],
  ]);
  const find = (name: string) => {
    const variable = variables.get(name);
    if (!variable) throw new Error(`no parameter ${name}`);
    return variable;
  };
  const contextOf = (training: boolean): LayerContext => ({
    path: '',
    mode: training ? { training, seed: 0, hostStep: 0, step: tf.zeros([1], 'int32') } : { training },
    parameter: find,
    update: (name, value) => find(name).assign(value),
    child: () => contextOf(training),
  });
  return { find, contextOf, dispose: () => tf.dispose([...variables.values()]) };
}

describe.each(['webgpu', 'cpu'] as const)('batch norm on %s', (backend) => {
  beforeAll(async () => {
    await openDevice(backend);
  });

  test.each(
    fixture.map((entry, index) => ({
      ...entry,
      index,
      title: `${entry.shape.join('×')} around ${entry.mean}, ${entry.activation}${entry.hasSkip ? ' after a sum' : ''}`,
    })),
  )('agrees with PyTorch: $title', async ({ index, shape, mean, hasSkip, ...expected }) => {
    const activation = expected.activation as ActivationName | 'none';
    const { find, contextOf, dispose } = layerOf(shape.at(-1) ?? 0, index, mean);
    const x = tf.variable(noiseTensor(shape, index, 0).add(mean));
    const skip = tf.variable(noiseTensor(shape, index, 3));
    const dy = noiseTensor(shape, index, 6);
    const following = hasSkip ? { activation, skip } : { activation };
    const kept: tf.Tensor[] = [];
    const of = ['weight', 'bias'].map(find);
    const { grads } = tf.variableGrads(() => {
      const value = normaliseBatch(x, contextOf(true), following);
      kept.push(tf.keep(value));
      return value.mul(dy).sum<tf.Scalar>();
    }, [x, ...of, ...(hasSkip ? [skip] : [])]);
    const agrees = async (tensor: tf.Tensor | undefined, values: readonly number[], name: string) =>
      expect(relativeError((await tensor?.data()) ?? [], values), name).toBeLessThan(1e-4);
    expect(relativeError((await kept[0]?.data()) ?? [], expected.y)).toBeLessThan(1e-4);
    await agrees(grads[x.name], expected.dx, 'x');
    await agrees(grads[of[0]?.name ?? ''], expected.dWeight, 'weight');
    await agrees(grads[of[1]?.name ?? ''], expected.dBias, 'bias');
    if (hasSkip) await agrees(grads[skip.name], expected.dSkip ?? [], 'skip');
    await agrees(find('running_mean'), expected.runningMean, 'running mean');
    await agrees(find('running_var'), expected.runningVariance, 'running variance');
    const evaluated = tf.tidy(() => normaliseBatch(x, contextOf(false), following));
    await agrees(evaluated, expected.evaluated, 'evaluated');
    dispose();
  });
});

test('gives the same cut for a graphics card', async () => {
  await openDevice('webgpu');
  const after = async (software: boolean) => {
    assumeMachine({ quads: false, software });
    const { find, contextOf, dispose } = layerOf(20, 0, 0);
    const [x, dy] = [noiseTensor([30, 7, 9, 20], 1), noiseTensor([30, 7, 9, 20], 2)];
    const run = (input: tf.Tensor, _weight: tf.Tensor) =>
      normaliseBatch(input, contextOf(true), { activation: 'relu' });
    const found = [...tf.grads(run)([x, find('weight')], dy), find('running_var')];
    const values = await Promise.all(found.map((tensor) => tensor.data()));
    dispose();
    assumeMachine(undefined);
    return values;
  };
  const [first, second] = [await after(true), await after(false)];
  for (const [i, values] of second.entries())
    expect(relativeError(values, first[i] ?? [])).toBeLessThan(1e-5);
});

test('what a kernel cannot apply comes after it', async () => {
  const after = async (backend: 'webgpu' | 'cpu') => {
    await openDevice(backend);
    const { contextOf, dispose } = layerOf(4, 0, 0);
    const [x, skip] = [noiseTensor([3, 2, 5, 4], 1), noiseTensor([3, 2, 5, 4], 2)];
    const rest = { activation: 'gelu', skip } as const;
    const values = await normaliseBatch(x, contextOf(true), rest).data();
    dispose();
    return values;
  };
  expect(relativeError(await after('webgpu'), await after('cpu'))).toBeLessThan(1e-5);
});

test('takes three kernels there and three back, and leaves nothing over', async () => {
  await openDevice('webgpu');
  const { find, contextOf, dispose } = layerOf(8, 1, 0);
  const context = contextOf(true);
  const [x, skip] = [0, 1].map((word) => tf.variable(noiseTensor([4, 6, 6, 8], 2, word)));
  if (!x || !skip) throw new Error('no input');
  const dy = noiseTensor([4, 6, 6, 8], 3);
  const step = () => {
    const following = { activation: 'relu', skip } as const;
    const run = (...inputs: tf.Tensor[]) => normaliseBatch(inputs[0] ?? x, context, following);
    tf.dispose(tf.grads(run)([x, find('weight'), find('bias'), skip], dy));
  };
  expect(await complaints(async () => step())).toEqual([]);
  await find('running_mean').data();
  const before = held();
  const backend = tf.backend() as tf.WebGPUBackend;
  step();
  expect(backend['dispatchCountInPass']).toBe(6);
  for (let repeat = 0; repeat < 5; repeat++) step();
  expect(held()).toEqual(before);
  dispose();
});
