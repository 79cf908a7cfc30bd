import { describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import { held, noiseTensor, worstError } from './testing.ts';

type Case = { a: number[]; b: number[]; transposeA?: boolean; transposeB?: boolean };

/** The product of two noises and its gradients, on the backend that is set. */
async function results({ a, b, transposeA, transposeB }: Case): Promise<Float32Array[]> {
  const all = tf.tidy(() => {
    const product = (left: tf.Tensor, right: tf.Tensor) => tf.matMul(left, right, transposeA, transposeB);
    const inputs = [noiseTensor(a, 1), noiseTensor(b, 2)] as const;
    const y = product(...inputs);
    return [y, ...tf.grads(product)([...inputs], noiseTensor(y.shape, 3))];
  });
  const data = await Promise.all(all.map(async (tensor) => Float32Array.from(await tensor.data())));
  tf.dispose(all);
  return data;
}

describe('matrix product', () => {
  test.each<Case>([
    { a: [256, 72], b: [72, 50] },
    { a: [72, 256], b: [72, 50], transposeA: true },
    { a: [31, 50], b: [72, 50], transposeB: true },
    { a: [50, 3], b: [7, 50], transposeA: true, transposeB: true },
    { a: [1, 5], b: [5, 1] },
    { a: [1, 600], b: [600, 11] },
    { a: [2, 4, 5], b: [2, 5, 6] },
  ])("agrees with tfjs's kernel for the CPU: $a by $b", async (entry) => {
    await openDevice('webgpu');
    const ours = await results(entry);
    await openDevice('cpu');
    const theirs = await results(entry);
    expect(ours).toHaveLength(3);
    for (const [index, values] of ours.entries()) {
      expect(worstError(values, theirs[index] ?? [])).toBeLessThan(1e-5);
    }
  });

  test('takes many left-hand matrices, and leaves many right-hand ones to tfjs', async () => {
    const products = async (backend: 'webgpu' | 'cpu') => {
      await openDevice(backend);
      const a = noiseTensor([3, 4, 5], 1);
      const all = [
        tf.matMul(a, noiseTensor([5, 6], 2)),
        tf.matMul(a, noiseTensor([6, 5], 2), false, true),
        tf.matMul(a, noiseTensor([1, 4, 6], 2), true),
        tf.matMul(a, noiseTensor([3, 5, 2], 2)),
      ];
      return Promise.all(
        all.map(async (y) => ({ shape: y.shape, values: Float32Array.from(await y.data()) })),
      );
    };
    const ours = await products('webgpu');
    const theirs = await products('cpu');
    for (const [index, { shape, values }] of ours.entries()) {
      expect(shape).toEqual(theirs[index]?.shape);
      expect(worstError(values, theirs[index]?.values ?? [])).toBeLessThan(1e-5);
    }
  });

  test('leaves nothing over', async () => {
    await openDevice('webgpu');
    const entry: Case = { a: [9, 7], b: [7, 5] };
    await results(entry);
    const before = held();
    for (let repeat = 0; repeat < 20; repeat++) await results(entry);
    expect(held()).toEqual(before);
  });
});
