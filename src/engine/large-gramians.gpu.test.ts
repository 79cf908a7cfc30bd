/** Methods with many tasks: what the GPU answers in float32 against the same rule in TypeScript. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '#lib/random.ts';
import { strategies, strategyOf } from '#strategies/index.ts';
import { gramianOf } from '#strategies/matrix.ts';
import { randomJacobian, squareOf, type GradientKind } from '#strategies/testing.ts';
import { closeDevice, openDevice } from './device.ts';
import * as tf from './tf.ts';
import { Weighting } from './weighting.ts';

beforeAll(() => openDevice());
afterAll(() => closeDevice());

/** Of the direction's length. SDMGrad takes 20 steps so large that they multiply what rounding leaves. */
const allowed = (id: string) => (id === 'sdmgrad' ? 1e-3 : 1e-4);

/** |Jᵀ(a − b)| / |Jᵀb|, by the Gramian. */
function directionError(a: ArrayLike<number>, b: Float64Array, gramian: Float64Array): number {
  const difference = b.map((weight, t) => (a[t] ?? Number.NaN) - weight);
  return Math.sqrt(squareOf(difference, gramian) / squareOf(b, gramian));
}

const byGramian = Object.keys(strategies).filter((id) => strategyOf(id).needs === 'gramian');

/** Gradients with a little in common; with few more parameters than tasks their Gramian is all but singular. */
describe.each<GradientKind>([
  { tasks: 20, parameters: 30, spread: 0 },
  { tasks: 40, parameters: 60, spread: 0 },
  { tasks: 40, parameters: 400, spread: 3 },
])('$tasks tasks, $parameters parameters, norms within e^±$spread', (kind) => {
  test.each(byGramian)('%s', async (id) => {
    const tasks = Array.from({ length: kind.tasks }, (_, t) => String(t));
    const weighting = new Weighting({
      chosen: { kind: id, settings: {} },
      tasks,
      seed: 1,
      stepsPerEpoch: 10,
    });
    const random = new Random(1, kind.tasks, kind.parameters);
    const count = kind.tasks * (weighting.strategy.batches ?? 1);
    const all = {
      ...kind,
      common: 0.15,
      tasks: count,
      parameters: kind.parameters * (weighting.strategy.batches ?? 1),
    };
    const gramian = gramianOf(randomJacobian(all, random), count).map(Math.fround);
    const losses = Float64Array.from({ length: count }, () => Math.fround(random.uniform(0.1, 3)));
    const draws = Array.from({ length: count * count }, () => random.uniform());
    const { weights } = weighting.weigh({
      losses: tf.tensor1d(Float32Array.from(losses)),
      gramian: tf.tensor2d(Float32Array.from(gramian), [count, count]),
      step: tf.tensor1d([0], 'int32'),
      hostStep: 0,
      draws: tf.tensor1d(draws),
    });
    let drawn = 0;
    const expected = weighting.strategy.step({
      losses,
      gramian,
      random: () => draws[drawn++] ?? Number.NaN,
      stepsPerEpoch: 10,
      tasks,
    });
    const error = directionError(await weights.data(), expected.weights, gramian);
    expect(error).toBeLessThan(allowed(id));
    weighting.dispose();
  });
});
