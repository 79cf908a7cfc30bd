import { describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import { complaints, held, noiseTensor, worstError } from './testing.ts';

const cases: { a: number[]; b: number[] }[] = [
  { a: [2, 3, 4, 10], b: [10] },
  { a: [2, 3, 4, 8], b: [8] },
  { a: [3, 5], b: [1, 5] },
  { a: [7], b: [9, 7] },
  { a: [2, 3, 4], b: [3, 4] },
  { a: [2, 3, 4], b: [2, 1, 4] },
  { a: [2, 3, 5], b: [2, 1, 5] },
  { a: [3, 4, 4, 2], b: [3, 1, 1, 1] },
  { a: [3, 1, 1], b: [3, 5, 3] },
  { a: [2, 12, 3, 4], b: [2, 1, 3, 1] },
  { a: [2, 3, 3, 5], b: [1, 3, 1, 5] },
  { a: [3, 1], b: [1, 4] },
  { a: [1, 4], b: [4] },
  { a: [5, 4], b: [] },
  { a: [3, 2, 5], b: [3, 2, 5] },
  { a: [4, 3, 10], b: [4, 3, 10] },
  { a: [6, 4], b: [1, 6, 4] },
];

/** Sum, difference, product and quotient, each with both gradients; then relu of the sum with its gradient. */
async function results({ a, b }: (typeof cases)[number]): Promise<Float32Array[]> {
  const tensors = tf.tidy(() => {
    const inputs: [tf.Tensor, tf.Tensor] = [noiseTensor(a, 1), noiseTensor(b, 2).add(2)];
    const operations = [
      tf.add,
      tf.sub,
      tf.mul,
      tf.div,
      (x: tf.Tensor, y: tf.Tensor) => tf.relu(tf.add(x, y).sub(2)),
    ];
    return operations.flatMap((operation) => {
      const y = operation(...inputs);
      const gradients = tf.grads((left, right) => operation(left, right));
      return [y, ...gradients(inputs, noiseTensor(y.shape, 3))];
    });
  });
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return values.map((data) => Float32Array.from(data));
}

describe('arithmetic with operands alike or one that repeats, and relu', () => {
  test.each(cases)("agree with tfjs's for the CPU: $a and $b", async (entry) => {
    await openDevice('webgpu');
    const ours: Float32Array[] = [];
    expect(await complaints(async () => void ours.push(...(await results(entry))))).toEqual([]);
    await openDevice('cpu');
    const theirs = await results(entry);
    expect(ours).toHaveLength(15);
    for (const [index, values] of ours.entries()) {
      expect(worstError(values, theirs[index] ?? []), String(index)).toBeLessThan(1e-5);
    }
  });

  test('leave nothing over', async () => {
    await openDevice('webgpu');
    const entry = { a: [2, 3, 4, 10], b: [10] };
    await results(entry);
    const before = held();
    for (let repeat = 0; repeat < 20; repeat++) await results(entry);
    expect(held()).toEqual(before);
  });
});
