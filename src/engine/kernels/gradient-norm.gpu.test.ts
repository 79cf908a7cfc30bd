import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import { clipByNorm } from './gradient-norm.ts';
import { complaints, held, noiseTensor } from './testing.ts';

/** More gradients than one dispatch takes, of sizes around those of a part. */
const shapes = [[3], [512], [513], [1], [5, 5, 3, 20], [40, 50], [7], [1024], [511], [3, 3]];

const reference = async (gradients: readonly tf.Tensor[]) => {
  let sum = 0;
  for (const gradient of gradients) for (const value of await gradient.data()) sum += value * value;
  return Math.sqrt(sum);
};

describe.each(['webgpu', 'webgl', 'cpu'] as const)('the norm of gradients on %s', (backend) => {
  beforeAll(async () => {
    await openDevice(backend);
  });

  test.each([1, 4, 10])('is that of all numbers, and clips at the limit: %i gradients', async (count) => {
    const gradients = shapes.slice(0, count).map((shape, i) => noiseTensor(shape, i));
    const expected = await reference(gradients);
    for (const limit of [3e38, 0.5 * expected]) {
      const { norm, scale } = clipByNorm(gradients, tf.tensor1d([limit]), 8);
      const [found = 0] = await norm.data();
      expect(Math.abs(found / expected - 1)).toBeLessThan(1e-6);
      const [factor = 0] = await scale.data();
      expect(Math.abs(factor - Math.min(1, limit / (expected + 1e-6)))).toBeLessThan(1e-6);
    }
  });

  test('of zeros is 0 and clips nothing, and of what is not a number is not one', async () => {
    const limit = tf.tensor1d([1]);
    const ofZeros = clipByNorm([tf.zeros([5])], limit);
    expect(Array.from(await ofZeros.norm.data())).toEqual([0]);
    expect(Array.from(await ofZeros.scale.data())).toEqual([1]);
    expect(await clipByNorm([tf.tensor1d([1, Infinity])], limit).norm.data()).toEqual(
      Float32Array.of(Infinity),
    );
  });
});

test('repeats bit for bit and leaves nothing over', async () => {
  await openDevice('webgpu');
  const gradients = shapes.map((shape, i) => noiseTensor(shape, i));
  const limit = tf.tensor1d([1]);
  const norms: number[] = [];
  const once = async () => {
    const clipping = clipByNorm(gradients, limit);
    norms.push(...(await clipping.norm.data()));
    tf.dispose(clipping);
  };
  expect(await complaints(once)).toEqual([]);
  const before = held();
  for (let repeat = 0; repeat < 10; repeat++) await once();
  expect(new Set(norms).size).toBe(1);
  expect(held()).toEqual(before);
});
