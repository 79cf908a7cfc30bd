/** Methods in odd cases, zero gradients and worse: what the GPU answers in float32. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { strategies, strategyOf } from '#strategies/index.ts';
import { gramianOf } from '#strategies/matrix.ts';
import { oddGradients, squareOf } from '#strategies/testing.ts';
import { closeDevice, openDevice } from './device.ts';
import * as tf from './tf.ts';
import { Weighting } from './weighting.ts';

beforeAll(() => openDevice());
afterAll(() => closeDevice());

/** Their equations leave the weights of linearly dependent gradients open. */
const open = new Set(['imtl-g', 'imtl']);
const dependent = /same|opposite|hull|one direction/;

const inWgsl = Object.keys(strategies).filter((id) => strategyOf(id).wgsl);

describe('finite weights, and the direction that TypeScript finds', () => {
  test.each(inWgsl)('%s', async (id) => {
    for (const [name, rows] of oddGradients) {
      const weighting = new Weighting({
        chosen: { kind: id, settings: {} },
        tasks: rows.map((_, t) => String(t)),
        seed: 1,
        stepsPerEpoch: 2,
      });
      const batches = Array.from({ length: weighting.strategy.batches ?? 1 }, () => rows).flat();
      const count = batches.length;
      const gramian = gramianOf(Float64Array.from(batches.flat()), count).map(Math.fround);
      const losses = batches.map(() => 0.75);
      const draws = Array.from({ length: 2 * count * count }, () => 0.25);
      const { weights } = weighting.weigh({
        losses: tf.tensor1d(losses),
        gramian: tf.tensor2d(Float32Array.from(gramian), [count, count]),
        step: tf.tensor1d([0], 'int32'),
        hostStep: 0,
        draws: tf.tensor1d(draws),
      });
      const found = Float64Array.from(await weights.data());
      const state = await weighting.read();
      weighting.dispose();
      for (const value of [...found, ...state]) expect(value, name).toSatisfy(Number.isFinite);
      const expected = strategyOf(id).step({
        losses: Float64Array.from(losses),
        gramian,
        random: () => 0.25,
        stepsPerEpoch: 2,
      }).weights;
      if (open.has(id) && dependent.test(name)) continue;
      const difference = expected.map((weight, t) => (found[t] ?? 0) - weight);
      // What the direction is the sum of, since opposite gradients may cancel.
      const extent = batches.reduce(
        (sum, row, t) => sum + Math.abs(expected[t] ?? 0) * Math.hypot(...row),
        0,
      );
      expect(Math.sqrt(squareOf(difference, gramian)), name).toBeLessThanOrEqual(1e-5 * extent);
    }
  });
});
