import { beforeEach, describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import { affine } from './affine.ts';
import { convolve, convolveDepthwise } from './convolve.ts';
import fixture from './fixtures/fused-layers.json' with { type: 'json' };
import type { FusedActivation } from './fused-activation.ts';
import { complaints, held, noiseTensor, worstError } from './testing.ts';

type Entry = (typeof fixture)[number];
type Inputs = { x: tf.Tensor; filter: tf.Tensor; bias?: tf.Tensor };

function layer({ kind, stride, padding, activation }: Entry, inputs: Inputs): tf.Tensor {
  const settings = { stride, padding, activation: activation as FusedActivation };
  if (kind === 'dense') return affine(inputs, settings.activation);
  return kind === 'depthwise' ? convolveDepthwise(inputs, settings) : convolve(inputs, settings);
}

/** y, dx, dw and, where there is a bias, db. */
async function results(entry: Entry, key: number): Promise<Float32Array[]> {
  const all = tf.tidy(() => {
    const x = noiseTensor(entry.x, key, 0);
    const filter = noiseTensor(entry.filter, key, 1);
    const bias = entry.db ? [noiseTensor([entry.db.length], key, 2)] : [];
    const run = (a: tf.Tensor, b: tf.Tensor, c?: tf.Tensor) =>
      layer(entry, { x: a, filter: b, ...(c ? { bias: c } : {}) });
    const dy = noiseTensor(entry.y.shape, key, 3);
    return [run(x, filter, ...bias), ...tf.grads(run)([x, filter, ...bias], dy)];
  });
  const values = await Promise.all(all.map(async (tensor) => Float32Array.from(await tensor.data())));
  tf.dispose(all);
  return values;
}

describe.each(['webgpu', 'cpu'] as const)('a layer with bias and activation on %s', (backend) => {
  beforeEach(async () => {
    await openDevice(backend);
  });

  test.each(fixture.map((entry, key) => ({ ...entry, entry, key })))(
    'follows PyTorch: $kind $x by $filter, stride $stride, padding $padding, bias $bias, $activation',
    async ({ entry, key }) => {
      const ours: Float32Array[] = [];
      expect(await complaints(async () => void ours.push(...(await results(entry, key))))).toEqual([]);
      const expected = [entry.y.values, entry.dx, entry.dw, ...(entry.db ? [entry.db] : [])];
      expect(ours).toHaveLength(expected.length);
      for (const [i, values] of ours.entries())
        expect(worstError(values, expected[i] ?? [])).toBeLessThan(1e-5);
    },
  );
});

describe('the gradients of a layer', () => {
  beforeEach(async () => {
    await openDevice('webgpu');
  });

  test('are computed only where asked for', async () => {
    const [x, filter] = [noiseTensor([2, 5, 5, 3], 0), noiseTensor([3, 3, 3, 4], 1)];
    const settings = { stride: 1, padding: 1, activation: 'relu' } as const;
    const profile = await tf.profile(() =>
      tf.grad((w: tf.Tensor) => convolve({ x, filter: w }, settings))(filter),
    );
    expect(profile.kernelNames).toContain(tf.Conv2DBackpropFilter);
    expect(profile.kernelNames).not.toContain(tf.Conv2DBackpropInput);
    tf.dispose([x, filter]);
  });

  test.each([3, 12, 16])('leave nothing over: case %i', async (key) => {
    const entry = fixture[key];
    if (!entry) throw new Error('no such case');
    await results(entry, key);
    const before = held();
    for (let repeat = 0; repeat < 10; repeat++) await results(entry, key);
    expect(held()).toEqual(before);
  });

  test('let what is not a number through relu', async () => {
    const x = tf.tensor([[Number.NaN, 1]]);
    const y = affine({ x, filter: tf.tensor([[1], [1]]) }, 'relu');
    expect(Array.from(await y.data())).toEqual([Number.NaN]);
    tf.dispose([x, y]);
  });
});
