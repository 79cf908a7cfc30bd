import { describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import { complaints, held, noiseTensor, worstError } from './testing.ts';

type Shape4 = [number, number, number, number];
type Case = { x: Shape4; w: Shape4; stride: number; pad: 'same' | 'valid' | number };

/** y, dx and dw of a depthwise convolution of noise with noise for dy. */
async function results({ x, w, stride, pad }: Case): Promise<Float32Array[]> {
  const tensors = tf.tidy(() => {
    const inputs = [noiseTensor(x, 0), noiseTensor(w, 1)];
    const convolve = (a: tf.Tensor, b: tf.Tensor) =>
      tf.depthwiseConv2d(a.as4D(...x), b.as4D(...w), stride, pad);
    const y = convolve(noiseTensor(x, 0), noiseTensor(w, 1));
    return [y, ...tf.grads(convolve)(inputs, noiseTensor(y.shape, 2))];
  });
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return values.map((data) => Float32Array.from(data));
}

describe('depthwise convolution', () => {
  test.each<Case>([
    { x: [2, 7, 6, 3], w: [3, 3, 3, 1], stride: 1, pad: 1 },
    { x: [2, 8, 9, 4], w: [3, 3, 4, 2], stride: 2, pad: 1 },
    { x: [1, 9, 9, 5], w: [5, 5, 5, 1], stride: 1, pad: 'valid' },
    { x: [3, 8, 8, 2], w: [2, 2, 2, 3], stride: 3, pad: 'same' },
    { x: [1, 5, 5, 70], w: [1, 1, 70, 1], stride: 2, pad: 'valid' },
    { x: [40, 12, 12, 8], w: [3, 3, 8, 1], stride: 2, pad: 'same' },
  ])("agrees with tfjs's for the CPU: $x by $w, stride $stride, $pad", async (entry) => {
    await openDevice('webgpu');
    const ours: Float32Array[] = [];
    expect(await complaints(async () => void ours.push(...(await results(entry))))).toEqual([]);
    await openDevice('cpu');
    const theirs = await results(entry);
    expect(ours).toHaveLength(3);
    for (const [index, values] of ours.entries()) {
      expect(worstError(values, theirs[index] ?? [])).toBeLessThan(1e-5);
    }
  });

  test('leaves nothing over', async () => {
    await openDevice('webgpu');
    const entry: Case = { x: [2, 8, 9, 4], w: [3, 3, 4, 2], stride: 2, pad: 1 };
    await results(entry);
    const before = held();
    for (let repeat = 0; repeat < 20; repeat++) await results(entry);
    expect(held()).toEqual(before);
  });
});
