/** Methods that weigh by losses, over losses that a logarithm or a quotient may fear: the GPU against TypeScript, for epochs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hash, stream, toUniform } from '#lib/random.ts';
import { strategies, strategyOf } from '#strategies/index.ts';
import { closeDevice, openDevice } from './device.ts';
import { relativeError } from './testing.ts';
import * as tf from './tf.ts';
import { Weighting } from './weighting.ts';
import { readNow } from './webgpu/host-copy.ts';

beforeAll(() => openDevice());
afterAll(() => closeDevice());

const seed = 4;
const stepsPerEpoch = 2;
/** Behind all warm-ups. */
const steps = 14;

/** Of three tasks in step k; tasks without labels have none, and losses fall as in training. */
const odds: readonly (readonly [string, (k: number) => readonly number[]])[] = [
  ['ordinary losses', (k) => [2 * 0.9 ** k, 0.5 + 0.1 * (k % 3), 1 / (k + 1)]],
  ['a task without labels', (k) => [0, 0.8 ** k, 1]],
  ['a task without labels in every other step', (k) => [k % 2, 0.8 ** k, 1]],
  ['no labels at all', () => [0, 0, 0]],
  ['losses from 1e-6 to 1e6', (k) => [1e-6, 1, 1e6 * 0.9 ** k]],
];

/** WGSL promises a cosine, from which RLW's normals come, only to 2^-11. */
const allowed = (id: string) => (id === 'rlw' ? 1e-3 : 1e-4);

const learning = Object.keys(strategies).filter((id) => {
  const { needs, wgsl } = strategyOf(id);
  return wgsl && (needs === 'losses' || id === 'gradnorm');
});

describe('weights by losses', () => {
  test.each(learning)('%s', async (id) => {
    for (const [name, lossesOf] of odds) {
      const tasks = ['a', 'b', 'c'];
      const weighting = new Weighting({ chosen: { kind: id, settings: {} }, tasks, seed, stepsPerEpoch });
      const { strategy } = weighting;
      const found: tf.Tensor[] = [];
      const expected: Float64Array[] = [];
      let state: Float64Array | undefined;
      for (let k = 0; k < steps; k++) {
        const losses = Float64Array.from(lossesOf(k), Math.fround);
        const gramian = Float64Array.from({ length: 9 }, (_, i) =>
          i % 4 === 0 && losses[i / 4] ? 4 ** (i / 4) : 0,
        );
        const moment = { step: tf.tensor1d([k], 'int32'), hostStep: k };
        const onDevice = tf.tensor1d(Float32Array.from(losses));
        const square = tf.tensor2d(Float32Array.from(gramian), [3, 3]);
        found.push(weighting.weigh({ losses: onDevice, gramian: square, ...moment }).weights);
        let drawn = 0;
        const random = () => toUniform(hash(seed, stream.strategy, k, drawn++));
        const output = strategy.step({ losses, gramian, state, random, stepsPerEpoch });
        expected.push(output.weights);
        state = output.state;
        if (!strategy.observe) continue;
        const after = losses.map((loss, t) => Math.fround(loss * (0.9 + 0.02 * t)));
        weighting.observe({ losses: tf.tensor1d(Float32Array.from(after)), ...moment });
        state = strategy.observe({ losses: after, state });
      }
      for (const [k, weights] of (await readNow(found)).entries())
        expect(relativeError(weights, expected[k] ?? []), `step ${k}: ${name}`).toBeLessThan(allowed(id));
      weighting.dispose();
    }
  });
});
