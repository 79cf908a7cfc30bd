import { expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import { activate } from '../layers/activation.ts';
import * as tf from '../tf.ts';
import { complaints, held, noiseTensor, worstError } from './testing.ts';
import { curve } from './curve.ts';

const input = (shape: number[]) => noiseTensor(shape, 1).mul(20);

/** Values and gradients of an activation. */
async function results(apply: (x: tf.Tensor) => tf.Tensor, shape: number[]): Promise<Float32Array[]> {
  const [x, d] = [input(shape), noiseTensor(shape, 2)];
  const found = [apply(x), tf.grad(apply)(x, d)];
  const values = await Promise.all(found.map(async (tensor) => Float32Array.from(await tensor.data())));
  tf.dispose([x, d, ...found]);
  return values;
}

function ours(): (kind: 'gelu' | 'silu' | 'leaky-relu') => (x: tf.Tensor) => tf.Tensor {
  const backend = tf.backend() as tf.WebGPUBackend;
  return (kind) => (x) => curve(backend, kind, x);
}

test.each(
  (['gelu', 'silu', 'leaky-relu'] as const).flatMap((kind) =>
    [[3, 7, 5], [4, 6, 8], [1]].map((shape) => ({ kind, shape })),
  ),
)('$kind agrees with tfjs ops on the CPU: $shape', async ({ kind, shape }) => {
  await openDevice('webgpu');
  let found: Float32Array[] = [];
  const run = async () => void (found = await results(ours()(kind), shape));
  expect(await complaints(run)).toEqual([]);
  await openDevice('cpu');
  const expected = await results((x) => activate(kind, x), shape);
  for (const [i, values] of expected.entries()) expect(worstError(found[i] ?? [], values)).toBeLessThan(2e-6);
});

test.each(['gelu', 'silu', 'leaky-relu'] as const)('%s takes any number', async (kind) => {
  await openDevice('webgpu');
  const x = tf.tensor1d([-1e30, -200, 0, 200, 1e30]);
  const values = Array.from(await ours()(kind)(x).data());
  const slope = Array.from(
    await tf
      .grad(ours()(kind))(x, tf.ones([5]))
      .data(),
  );
  const low = kind === 'leaky-relu' ? 0.01 : 0;
  expect(worstError(values, [-1e30 * low, -200 * low, 0, 200, 1e30])).toBeLessThan(1e-6);
  expect(worstError(slope, [low, low, kind === 'leaky-relu' ? 0.01 : 0.5, 1, 1])).toBeLessThan(1e-6);
});

test('one kernel each way, and nothing left over', async () => {
  await openDevice('webgpu');
  const backend = tf.backend() as tf.WebGPUBackend;
  const [x, d] = [input([4, 5]), noiseTensor([4, 5], 2)];
  await Promise.all([x.data(), d.data()]);
  const before = held();
  tf.grad(ours()('gelu'))(x, d).dispose();
  expect(backend['dispatchCountInPass']).toBe(2);
  expect(held()).toEqual(before);
});
