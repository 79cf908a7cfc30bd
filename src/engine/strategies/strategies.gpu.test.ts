/** Methods on whole gradients, in tfjs operations: as in TypeScript, on every backend, with a memory that can be put back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hash, Random, stream, toUniform } from '#lib/random.ts';
import { strategies, strategyOf } from '#strategies/index.ts';
import { randomJacobian } from '#strategies/testing.ts';
import { closeDevice, openDevice } from '../device.ts';
import { relativeError } from '../testing.ts';
import * as tf from '../tf.ts';
import { jacobianMethod, type JacobianMethod } from './index.ts';

const seed = 8;
const tasks = 3;
const parameters = 70;
const steps = 6;
const ids = Object.keys(strategies).filter((id) => strategyOf(id).needs === 'jacobian');

/** Of step k; the first task has no labels in step 1, no task has any in step 3, and norms are from 1e-6 to 1e6 in step 4. */
function evidence(k: number) {
  const random = new Random(2, k);
  const present = (t: number) => (k === 4 ? 10 ** (6 * t - 6) : (k === 1 && t === 0) || k === 3 ? 0 : 1);
  const jacobian = randomJacobian({ tasks, parameters, spread: 1, conflict: 0.5 }, random);
  return {
    losses: Float64Array.from({ length: tasks }, (_, t) => Math.fround(present(t) * random.uniform(0.2, 3))),
    jacobian: jacobian.map((g, i) => Math.fround(present(Math.floor(i / parameters)) * g)),
  };
}

function run(method: JacobianMethod, k: number) {
  const { losses, jacobian } = evidence(k);
  return method.direction({
    losses: tf.tensor1d(Float32Array.from(losses)),
    jacobian: tf.tensor2d(Float32Array.from(jacobian), [tasks, parameters]),
    step: tf.tensor1d([k], 'int32'),
    hostStep: k,
    seed,
  });
}

const create = (id: string, params: unknown = {}) =>
  jacobianMethod(id, { tasks, parameters, settings: strategyOf(id).schema.parse(params) });

describe.each(['webgpu', 'cpu'] as const)('on %s', (backend) => {
  beforeAll(() => openDevice(backend));
  afterAll(() => closeDevice());

  test.each(ids)('%s takes the same steps as in TypeScript', async (id) => {
    const method = create(id);
    let state: Float64Array | undefined;
    for (let k = 0; k < steps; k++) {
      let drawn = 0;
      const random = () => toUniform(hash(seed, stream.strategy, k, drawn++));
      const expected = strategyOf(id).step({ ...evidence(k), state, random });
      state = expected.state;
      const { direction, weights, heads } = run(method, k);
      expect(relativeError(await direction.data(), expected.grad ?? [])).toBeLessThan(1e-5);
      expect(relativeError(await weights.data(), expected.weights)).toBeLessThan(1e-5);
      expect(relativeError((await heads?.data()) ?? [], expected.heads ?? [])).toBeLessThan(1e-5);
    }
    expect(relativeError(await method.read(), state ?? [])).toBeLessThan(1e-5);
    method.dispose();
  });

  test.each(ids)('%s goes on from what another one remembers', async (id) => {
    const [first, second] = [create(id), create(id)];
    for (let k = 0; k < 2; k++) run(first, k);
    second.write(await first.read());
    second.write(new Float32Array(2)); // does not fit
    const [went, goes] = [run(first, 2).direction, run(second, 2).direction];
    expect(await goes.data()).toEqual(await went.data());
    first.dispose();
    second.dispose();
  });
});

describe('on webgpu', () => {
  beforeAll(() => openDevice('webgpu'));
  afterAll(() => closeDevice());

  test('other settings hold from the next step on, and all memory is given back', async () => {
    const before = tf.memory().numTensors;
    const method = create('graddrop');
    method.adjust({ leak: 1 });
    const { direction, weights } = run(method, 0);
    const { jacobian } = evidence(0);
    const sum = Float64Array.from({ length: parameters }, (_, p) =>
      [0, 1, 2].reduce((total, t) => total + (jacobian[t * parameters + p] ?? 0), 0),
    );
    expect(relativeError(await direction.data(), sum)).toBeLessThan(1e-5);
    tf.dispose([direction, weights]);
    method.dispose();
    expect(tf.memory().numTensors - before).toBe(3); // those that the test made
  });

  test('an unknown method is refused', () => {
    expect(() => jacobianMethod('equal', { tasks, parameters, settings: {} })).toThrow(RangeError);
  });
});
