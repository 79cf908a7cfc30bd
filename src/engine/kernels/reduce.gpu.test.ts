import { describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import { complaints, held, noiseTensor, worstError } from './testing.ts';

const cases: { shape: number[]; axes: number[] }[] = [
  { shape: [7, 5, 3, 10], axes: [0, 1, 2] },
  { shape: [100, 9, 9, 3], axes: [0, 1, 2] },
  { shape: [6, 11], axes: [1] },
  { shape: [4, 5, 5, 7], axes: [1, 2] },
  { shape: [33_000], axes: [0] },
  { shape: [3, 1, 700], axes: [-1] },
  { shape: [3, 4, 5], axes: [0, 2] },
  { shape: [3, 700, 4, 5], axes: [3, 1] },
];

/** Sum, mean and max of an entry, without and with the axes kept, and the gradient of the mean. */
async function results({
  shape,
  axes,
}: (typeof cases)[number]): Promise<{ shape: number[]; values: Float32Array }[]> {
  const tensors = tf.tidy(() => {
    const x = noiseTensor(shape, 1);
    const all = [tf.sum, tf.mean, tf.max].flatMap((reduce) => [reduce(x, axes), reduce(x, axes, true)]);
    return [...all, tf.grad((input) => tf.mean(input, axes))(x)];
  });
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return tensors.map((tensor, i) => ({ shape: tensor.shape, values: Float32Array.from(values[i] ?? []) }));
}

describe('sum, mean and max', () => {
  test.each(cases)("agree with tfjs's for the CPU: $shape over $axes", async (entry) => {
    await openDevice('webgpu');
    const ours: Awaited<ReturnType<typeof results>> = [];
    expect(await complaints(async () => void ours.push(...(await results(entry))))).toEqual([]);
    await openDevice('cpu');
    const theirs = await results(entry);
    expect(ours.map(({ shape }) => shape)).toEqual(theirs.map(({ shape }) => shape));
    for (const [index, { values }] of ours.entries()) {
      expect(worstError(values, theirs[index]?.values ?? [])).toBeLessThan(1e-5);
    }
  });

  test('leave nothing over', async () => {
    await openDevice('webgpu');
    const entry = { shape: [100, 9, 9, 3], axes: [0, 1, 2] };
    await results(entry);
    const before = held();
    for (let repeat = 0; repeat < 20; repeat++) await results(entry);
    expect(held()).toEqual(before);
  });
});
