import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import fixture from './fixtures/convolution.json' with { type: 'json' };
import { complaints, held, noiseTensor, worstError } from './testing.ts';
import { assumeMachine } from './tiles.ts';

type Padding = [[number, number], [number, number], [number, number], [number, number]];
type Shape4 = [number, number, number, number];
type Case = { x: Shape4; w: Shape4; stride: number; pad: Padding | 'same' | 'valid' };

/** y, dx and dw of a convolution of noise with noise for dy, on the backend that is set. */
async function results(
  { x, w, stride, pad }: Case,
  key: number,
): Promise<Record<'y' | 'dx' | 'dw', Float32Array>> {
  const [input, filter] = [noiseTensor<tf.Rank.R4>(x, key, 0), noiseTensor<tf.Rank.R4>(w, key, 1)];
  const convolve = (a: tf.Tensor4D, b: tf.Tensor4D) => tf.conv2d(a, b, stride, pad);
  const y = convolve(input, filter);
  const gradient = noiseTensor<tf.Rank.R4>(y.shape, key, 2);
  const [dx, dw] = tf.grads((a, b) => convolve(a.as4D(...x), b.as4D(...w)))([input, filter], gradient);
  const [yData, dxData, dwData] = await Promise.all([y.data(), dx?.data(), dw?.data()]);
  tf.dispose([input, filter, y, gradient, dx ?? [], dw ?? []]);
  return {
    y: Float32Array.from(yData),
    dx: Float32Array.from(dxData ?? []),
    dw: Float32Array.from(dwData ?? []),
  };
}

const cases = fixture.map((entry, key) => {
  const [top = 0, bottom = 0, left = 0, right = 0] = entry.padding;
  const pad: Padding = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const title = `${entry.x.join('×')} by ${entry.w.join('×')}, stride ${entry.stride}, padding ${entry.padding.join()}`;
  return { ...entry, x: entry.x as Shape4, w: entry.w as Shape4, pad, key, title };
});

describe('convolution', () => {
  beforeAll(async () => {
    await openDevice('webgpu');
  });

  test.each(cases)('follows torch.nn.functional.conv2d: $title', async (entry) => {
    const ours = { y: [0], dx: [0], dw: [0] } as Record<'y' | 'dx' | 'dw', ArrayLike<number>>;
    expect(await complaints(async () => void Object.assign(ours, await results(entry, entry.key)))).toEqual(
      [],
    );
    expect(worstError(ours.y, entry.y.values)).toBeLessThan(1e-5);
    expect(worstError(ours.dx, entry.dx)).toBeLessThan(1e-5);
    expect(worstError(ours.dw, entry.dw)).toBeLessThan(1e-5);
  });

  test.each<Case>([
    { x: [17, 20, 20, 6], w: [5, 5, 6, 16], stride: 1, pad: 'valid' },
    { x: [5, 19, 23, 3], w: [3, 3, 3, 33], stride: 1, pad: 'same' },
    { x: [5, 16, 16, 32], w: [3, 3, 32, 20], stride: 2, pad: 'same' },
    { x: [70, 6, 6, 8], w: [1, 1, 8, 9], stride: 1, pad: 'same' },
    { x: [3, 21, 21, 5], w: [7, 7, 5, 8], stride: 2, pad: 'same' },
    { x: [2, 30, 30, 3], w: [11, 11, 3, 4], stride: 3, pad: 'valid' },
  ])("agrees with tfjs's kernels for the CPU: $x by $w, stride $stride, $pad", async (entry) => {
    await openDevice('webgpu');
    const ours = await results(entry, 99);
    await openDevice('cpu');
    const theirs = await results(entry, 99);
    expect(worstError(ours.y, theirs.y)).toBeLessThan(1e-4);
    expect(worstError(ours.dx, theirs.dx)).toBeLessThan(1e-4);
    expect(worstError(ours.dw, theirs.dw)).toBeLessThan(1e-4);
  });

  test.each([
    { quads: false, software: true },
    { quads: false, software: false },
    { quads: true, software: false },
  ])('computes the same when cut for another machine: $quads, $software', async (machine) => {
    await openDevice('webgpu');
    assumeMachine(machine);
    for (const entry of cases.slice(4)) {
      const ours = await results(entry, entry.key);
      expect(worstError(ours.y, entry.y.values), entry.title).toBeLessThan(1e-5);
      expect(worstError(ours.dx, entry.dx), entry.title).toBeLessThan(1e-5);
      expect(worstError(ours.dw, entry.dw), entry.title).toBeLessThan(1e-5);
    }
    assumeMachine(undefined);
  });

  test('leaves nothing over', async () => {
    await openDevice('webgpu');
    const entry: Case = { x: [4, 9, 9, 3], w: [3, 3, 3, 5], stride: 2, pad: 'same' };
    await results(entry, 1);
    const before = held();
    for (let repeat = 0; repeat < 20; repeat++) await results(entry, 1);
    expect(held()).toEqual(before);
  });
});
