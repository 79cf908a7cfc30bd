import { describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import fixture from './fixtures/pool.json' with { type: 'json' };
import { complaints, held, noiseTensor, worstError } from './testing.ts';

type Entry = (typeof fixture)[number];

/** The pool of an entry, for any four-dimensional input. */
function poolOf({ kind, window, stride, padding }: Entry): (x: tf.Tensor) => tf.Tensor {
  const [vertical = 0, horizontal = 0] = padding;
  const settings = [
    window as [number, number],
    stride as [number, number],
    [
      [0, 0],
      [vertical, vertical],
      [horizontal, horizontal],
      [0, 0],
    ] as [[number, number], [number, number], [number, number], [number, number]],
  ] as const;
  return (x) => (kind === 'max' ? tf.maxPool(as4D(x), ...settings) : tf.avgPool(as4D(x), ...settings));
}

function as4D(x: tf.Tensor): tf.Tensor4D {
  return x.as4D(...(x.shape as [number, number, number, number]));
}

/** y and dx of a pool of noise (rounded, so that maxima tie) with noise for dy. */
async function results(entry: Entry, key: number): Promise<[Float32Array, Float32Array]> {
  const tensors = tf.tidy(() => {
    const x = noiseTensor(entry.x, key, 0).mul(4).round();
    const pool = poolOf(entry);
    const y = pool(x);
    return [y, tf.grad(pool)(x, noiseTensor(y.shape, key, 1))] as const;
  });
  const [y, dx] = await Promise.all([tensors[0].data(), tensors[1].data()]);
  tf.dispose([...tensors]);
  return [Float32Array.from(y), Float32Array.from(dx)];
}

describe('pooling', () => {
  test.each(fixture.map((entry, key) => ({ ...entry, key, title: JSON.stringify(entry).slice(0, 90) })))(
    'follows torch: $title',
    async (entry) => {
      await openDevice('webgpu');
      const found = await complaints(async () => {
        const [y, dx] = await results(entry, entry.key);
        expect(worstError(y, entry.y)).toBeLessThan(1e-6);
        expect(worstError(dx, entry.dx)).toBeLessThan(1e-6);
      });
      expect(found).toEqual([]);
    },
  );

  test('leaves nothing over', async () => {
    await openDevice('webgpu');
    const [entry] = fixture;
    if (!entry) throw new Error('no fixture');
    await results(entry, 0);
    const before = held();
    for (let repeat = 0; repeat < 20; repeat++) await results(entry, 0);
    expect(held()).toEqual(before);
  });
});
