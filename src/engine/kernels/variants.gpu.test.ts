import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import type { Tunable } from '../tuning/tunable.ts';
import { webgpuBackend } from '../webgpu/dispatch.ts';
import { convolutionOf, filterGradientOf, forwardOf, inputGradientOf } from './convolution.ts';
import { blockBytes, blockThreads } from './correlate-workgroup-wgsl.ts';
import { correlation } from './correlate.ts';
import { filterGradient } from './filter-gradient.ts';
import fixture from './fixtures/fused-layers.json' with { type: 'json' };
import { complaints, noise, worstError } from './testing.ts';
import type { Machine } from './tiles.ts';

/** Adapters whose candidates run here, where subgroups are of 4; so broadcasts are of 4, too. */
const machines: Record<string, Machine> = {
  'a CPU without subgroups': { software: true, quads: false },
  'a CPU with narrow subgroups': { software: true, quads: true, subgroup: 4 },
  'a graphics card without subgroups': { software: false, quads: false },
  'a graphics card with subgroups of several sizes': { software: false, quads: true },
  'a graphics card with subgroups of one size': { software: false, quads: true, subgroup: 4 },
};

/** Every distinct variant that some machine would try. */
function variantsOf<Problem extends object, Variant extends object>(
  tunable: Tunable<Problem, Variant>,
  problem: Problem,
): Variant[] {
  const all = Object.values(machines).flatMap((machine) => {
    const candidates = tunable.candidates(problem, machine);
    expect(candidates.length).toBeGreaterThan(0);
    expect(candidates.length).toBeLessThanOrEqual(6);
    return candidates;
  });
  return [...new Map(all.map((variant) => [JSON.stringify(variant), variant])).values()];
}

/** What each variant computes; the results are freed. */
async function runAll<Problem extends object, Variant extends object>(
  tunable: Tunable<Problem, Variant>,
  problem: Problem,
  operands: readonly Float32Array[],
  expected: readonly number[],
): Promise<void> {
  const backend = webgpuBackend();
  if (!backend) throw new Error('needs WebGPU');
  const tensors = tunable.operands(problem).map((shape, i) => tf.tensor(operands[i] ?? [], shape));
  for (const variant of variantsOf(tunable, problem)) {
    const result = tunable.run(backend, problem, variant, tensors);
    const values = await backend.read(result.dataId);
    backend.disposeData(result.dataId);
    const what = tunable.describeVariant(variant);
    expect(worstError(values as Float32Array, expected), what).toBeLessThan(1e-5);
  }
  tf.dispose(tensors);
}

/** Kernels of 3 to 7, strides of 1 to 3, channels that are multiples of 4 and not; each compiles some thirty pipelines. */
const cases = fixture.flatMap((entry, key) => ([3, 4, 5, 6, 9, 10].includes(key) ? [{ ...entry, key }] : []));

describe('every variant of every machine', () => {
  beforeAll(async () => {
    await openDevice('webgpu');
  });

  test.each(cases)(
    'follows PyTorch: $x by $filter, stride $stride, padding $padding, $activation',
    async ({ x, filter, stride, padding, bias, activation, y, dx, dw, key }) => {
      const attributes = { strides: stride, pad: padding, dataFormat: 'NHWC' } as const;
      const convolution = convolutionOf(x, filter, attributes);
      if (!convolution) throw new Error('not covered');
      const size = tf.util.sizeFromShape;
      const [xs, ws, bs] = [
        noise(size(x), key, 0),
        noise(size(filter), key, 1),
        noise(filter.at(-1) ?? 0, key, 2),
      ];
      const gradient = noise(size(y.shape), key, 3).map(
        (value, i) => value * slope(activation, y.values[i] ?? 0),
      );
      const messages = await complaints(async () => {
        const fused = activation as 'none' | 'relu' | 'leaky-relu';
        await runAll(
          correlation,
          forwardOf(convolution, bias, fused),
          bias ? [xs, ws, bs] : [xs, ws],
          y.values,
        );
        await runAll(correlation, inputGradientOf(convolution), [gradient, ws], dx);
        await runAll(filterGradient, filterGradientOf(convolution), [xs, gradient], dw);
      });
      expect(messages).toEqual([]);
    },
  );

  test('covers each way of sharing loads', () => {
    const problem = { x: [64, 16, 16, 32], filter: [3, 3, 32, 64] };
    const convolution = convolutionOf(problem.x, problem.filter, {
      strides: 1,
      pad: 'same',
      dataFormat: 'NHWC',
    });
    if (!convolution) throw new Error('not covered');
    const forward = variantsOf(correlation, forwardOf(convolution, true, 'relu'));
    const exchanges = new Set(forward.map(({ exchange }) => exchange));
    expect([...exchanges].toSorted()).toEqual(['broadcast', 'none', 'quads', 'workgroup']);
    for (const cut of forward) {
      if (cut.exchange !== 'workgroup') continue;
      // What WebGPU allows by default.
      expect(blockThreads(cut)).toBeLessThanOrEqual(256);
      expect(blockBytes(cut)).toBeLessThanOrEqual(16_384);
    }
    const filters = variantsOf(filterGradient, filterGradientOf(convolution));
    expect(new Set(filters.map(({ exchange }) => exchange)).size).toBe(3);
  });
});

/** The derivative of an activation where it gave y. */
function slope(activation: string, y: number): number {
  if (activation === 'none' || y > 0) return 1;
  return activation === 'relu' ? 0 : 0.01;
}
