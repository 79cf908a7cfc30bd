import { describe, expect, test } from 'vitest';
import type { Layout } from '#experiment/layers/layer.ts';
import { engineShape, fromEngine, toEngine } from './layout.ts';
import { createParameters, disposeWeights, drawParameter, readWeights } from './parameters.ts';
import { planOf } from './testing.ts';
import * as tf from './tf.ts';

const count = (size: number) => Float32Array.from({ length: size }, (_, i) => i);

describe('layouts', () => {
  test('put out and in where the engine wants them', () => {
    const dense = { shape: [2, 3], layout: 'dense' } as const;
    expect(engineShape(dense)).toEqual([3, 2]);
    expect([...toEngine(dense, count(6))]).toEqual([0, 3, 1, 4, 2, 5]);
    const conv = { shape: [2, 3, 1, 2], layout: 'conv' } as const;
    expect(engineShape(conv)).toEqual([1, 2, 3, 2]);
    expect([...toEngine(conv, count(12))]).toEqual([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]);
    expect([...toEngine({ shape: [4, 1, 1, 2], layout: 'depthwise' }, count(8))]).toEqual([
      0, 2, 4, 6, 1, 3, 5, 7,
    ]);
  });

  test.each([
    ['conv', [4, 3, 5, 2]],
    ['depthwise', [6, 1, 3, 3]],
    ['dense', [7, 4]],
    ['vector', [9]],
  ] as [Layout, number[]][])('come back as they were: %s', (layout, shape) => {
    const values = count(shape.reduce((a, b) => a * b, 1));
    expect(fromEngine({ shape, layout }, toEngine({ shape, layout }, values))).toEqual(values);
  });
});

describe('initial values', () => {
  const { parameters } = planOf({ kind: 'conv2d', filters: 64, kernel: 5 }, [9, 9, 16]);

  test.each(parameters)("are uniform within PyTorch's bounds of 1/√fan-in: $name", (spec) => {
    const values = drawParameter(spec, 3);
    const bound = 1 / Math.sqrt(16 * 25);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)).toBeLessThanOrEqual(bound);
    // Four standard errors of the mean and of the deviation.
    expect(Math.abs(mean)).toBeLessThan((4 * bound) / Math.sqrt(3 * values.length));
    expect(Math.abs(deviation * Math.sqrt(3) - bound)).toBeLessThan(
      (4 * bound) / Math.sqrt(2 * values.length),
    );
  });

  test('depend on seed and name, and on nothing else', () => {
    const [weight] = parameters;
    if (!weight) throw new Error('no weight');
    expect(drawParameter(weight, 1)).toEqual(drawParameter({ ...weight }, 1));
    expect(drawParameter(weight, 2)).not.toEqual(drawParameter(weight, 1));
    expect(drawParameter({ ...weight, name: 'trunk.1.weight' }, 1)).not.toEqual(drawParameter(weight, 1));
  });

  test('of norms are 1 and 0', () => {
    const norm = planOf({ kind: 'batch-norm' }, [3]).parameters.map((spec) => [
      spec.name,
      ...drawParameter(spec, 1),
    ]);
    expect(norm).toEqual([
      ['trunk.0.weight', 1, 1, 1],
      ['trunk.0.bias', 0, 0, 0],
      ['trunk.0.running_mean', 0, 0, 0],
      ['trunk.0.running_var', 1, 1, 1],
    ]);
  });
});

test('weights go in and out unchanged, and others are refused by name', async () => {
  await tf.setBackend('cpu');
  const { parameters } = planOf({ kind: 'conv2d', filters: 2, kernel: 3 }, [5, 5, 3]);
  const tensors = parameters.map(({ name, shape }) => ({
    name,
    shape,
    values: count(shape.reduce((a, b) => a * b, 1)),
  }));
  const variables = createParameters(parameters, 0, tensors);
  expect(await readWeights(parameters, variables)).toEqual(tensors);
  disposeWeights(variables);
  expect(() => createParameters(parameters, 0, tensors.slice(1))).toThrow('lack "trunk.0.weight"');
  const bent = tensors.map((tensor) => ({ ...tensor, shape: [...tensor.shape, 1] }));
  expect(() => createParameters(parameters, 0, bent)).toThrow(
    '"trunk.0.weight" has the shape 2×3×3×3×1 in the weights, but 2×3×3×3 in this network',
  );
  expect(tf.memory().numTensors).toBe(0);
});
