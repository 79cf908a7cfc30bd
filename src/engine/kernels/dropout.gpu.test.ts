import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import { dropout } from './dropout.ts';
import { held, noiseTensor, worstError } from './testing.ts';

const keyAt = (step: number) => ({ seed: 42, layer: 3, step: tf.tensor1d([step], 'int32'), hostStep: step });

/** Value and gradient of dropout for noise of this shape, on the backend that is set. */
async function results(shape: number[], rate: number, step: number): Promise<[Float32Array, Float32Array]> {
  const { value, grad } = tf.valueAndGrad((x) => dropout(x, rate, keyAt(step)))(
    noiseTensor(shape, 1),
    noiseTensor(shape, 2),
  );
  return [Float32Array.from(await value.data()), Float32Array.from(await grad.data())];
}

describe('dropout', () => {
  beforeAll(async () => {
    await openDevice('webgpu');
  });

  test.each([
    { shape: [7, 13], rate: 0.5, step: 0 },
    { shape: [4, 5, 5, 3], rate: 0.1, step: 7 },
    { shape: [70_001], rate: 0.9, step: 100_000 },
  ])('gives the same numbers in WGSL and on the host: $shape at $rate', async ({ shape, rate, step }) => {
    await openDevice('webgpu');
    const ours = await results(shape, rate, step);
    await openDevice('cpu');
    const reference = await results(shape, rate, step);
    expect(worstError(ours[0], reference[0])).toBeLessThan(1e-6);
    expect(worstError(ours[1], reference[1])).toBeLessThan(1e-6);
  });

  test('keeps each element with probability 1 − rate, another set at each step, and its mean', async () => {
    await openDevice('webgpu');
    const ones = tf.ones([20_000]);
    const first = await dropout(ones, 0.3, keyAt(0)).data();
    const second = await dropout(ones, 0.3, keyAt(1)).data();
    const kept = first.filter((value) => value > 0).length / first.length;
    expect(kept).toBeGreaterThan(0.69);
    expect(kept).toBeLessThan(0.71);
    expect(Math.max(...first)).toBeCloseTo(1 / 0.7, 6);
    const same = first.filter((value, i) => value > 0 && (second[i] ?? 0) > 0).length / first.length;
    expect(same).toBeGreaterThan(0.47);
    expect(same).toBeLessThan(0.51);
  });

  test('is the identity at rate 0', () => {
    const x = tf.ones([3]);
    expect(dropout(x, 0, keyAt(0))).toBe(x);
  });

  test('leaves nothing over', async () => {
    await openDevice('webgpu');
    const x = noiseTensor([10, 10], 1);
    const key = keyAt(3);
    const run = () => tf.tidy(() => tf.grad((input) => dropout(input, 0.5, key).sum())(x)).dispose();
    run();
    const before = held();
    for (let repeat = 0; repeat < 20; repeat++) run();
    expect(held()).toEqual(before);
  });
});
