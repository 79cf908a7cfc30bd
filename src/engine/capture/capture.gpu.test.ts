import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import { complaints, held, noiseTensor } from '../kernels/testing.ts';
import { LiveTensor } from '../live-tensor.ts';
import * as tf from '../tf.ts';
import { webgpuBackend } from '../webgpu/dispatch.ts';
import { Arena } from './arena.ts';
import { Capture } from './capture.ts';

let backend: tf.WebGPUBackend;
let arena: Arena;

beforeAll(async () => {
  await openDevice('webgpu');
  const open = webgpuBackend();
  if (!open) throw new Error('no WebGPU');
  backend = open;
  arena = new Arena(backend.device);
});

afterAll(() => arena.dispose());

/** Runs a plan once. */
function replay(capture: Capture): void {
  const encoder = backend.device.createCommandEncoder();
  if (!capture.plan) throw new Error(capture.reason ?? 'no plan');
  capture.plan.encode(encoder);
  backend.queue.submit([encoder.finish()]);
}

/** A small network trained by gradient descent that assigns its variables, as stock tfjs code would. */
function descent() {
  const images = noiseTensor<tf.Rank.R4>([4, 6, 6, 2], 1);
  const filter = tf.variable(noiseTensor<tf.Rank.R4>([3, 3, 2, 3], 2));
  const weight = tf.variable(noiseTensor<tf.Rank.R2>([12, 2], 3));
  const count = tf.variable(tf.zeros([1]), false);
  const work = () =>
    tf.tidy(() => {
      count.assign(count.add(1));
      const { value, grads } = tf.variableGrads(() => {
        const maps = tf.conv2d(images, filter, 1, 'valid').relu().maxPool(2, 2, 0);
        return maps.reshape<tf.Tensor2D>([4, 12]).matMul(weight).sub(1).square().mean();
      }, [filter, weight]);
      for (const variable of [filter, weight]) {
        const gradient = grads[variable.name];
        if (gradient) variable.assign(variable.sub(gradient.mul(0.1).div(count.sqrt())));
      }
      return [tf.keep(value)];
    });
  const read = () => Promise.all([filter, weight, count].map(async (each) => Array.from(await each.data())));
  const dispose = () => tf.dispose([images, filter, weight, count]);
  return { work, read, dispose };
}

test('replays, bit for bit, a step that reassigns its variables', async () => {
  const eager = descent();
  const losses: number[] = [];
  for (let i = 0; i < 8; i++) {
    const [loss] = eager.work();
    losses.push((await loss?.data())?.[0] ?? NaN);
    loss?.dispose();
  }
  const captured = descent();
  const capture = new Capture(backend, arena, captured.work);
  const untouched = await captured.read();
  capture.record();
  expect(capture.reason).toBeUndefined();
  expect(await captured.read()).toEqual(untouched);
  for (let i = 0; i < 8; i++) replay(capture);
  expect(await captured.read()).toEqual(await eager.read());
  expect(losses[7]).toBeLessThan(losses[0] ?? 0);
  // What tfjs had read back before does not hide what a replay wrote.
  replay(capture);
  tf.dispose([...eager.work()]);
  expect(await captured.read()).toEqual(await eager.read());
  capture.forget();
  eager.dispose();
  captured.dispose();
});

test('leaves its results where the plan says, and shares buffers by lifetime', async () => {
  const step = descent();
  const twin = descent();
  const capture = new Capture(backend, arena, step.work);
  capture.record();
  replay(capture);
  const [expected] = twin.work();
  const { plan } = capture;
  const [output] = plan?.outputs ?? [];
  expect(output?.size).toBe(4);
  const result = tf.tensor({ buffer: output?.buffer ?? fail() }, [1]);
  expect((await result.data())[0]).toBe((await expected?.data())?.[0]);
  expect(plan?.memory.shared).toBeLessThan(0.7 * (plan?.memory.unshared ?? 0));
  tf.dispose([result, ...(expected ? [expected] : [])]);
  capture.forget();
  step.dispose();
  twin.dispose();
});

function fail(): never {
  throw new Error('missing');
}

describe('names what cannot be replayed:', () => {
  /** The reason after as many runs as it takes. */
  async function reasonFor(work: () => readonly tf.Tensor[]): Promise<string | undefined> {
    const capture = new Capture(backend, arena, work);
    const found = await complaints(async () => {
      capture.record();
      await Promise.resolve();
    });
    expect(found).toEqual([]);
    expect(capture.plan).toBeUndefined();
    return capture.reason;
  }
  const x = () => noiseTensor<tf.Rank.R1>([8], 4);

  test('a read-back', async () => {
    const kept = x();
    const reason = await reasonFor(() =>
      tf.tidy(() => {
        void tf.keep(kept.square()).data();
        return [];
      }),
    );
    expect(reason).toBe(
      'This step cannot be replayed: it reads a tensor of shape [8] back after the kernel UnaryOpProgram.',
    );
    kept.dispose();
  });

  test('a value from the host that changes', async () => {
    const kept = x();
    let step = 0;
    const reason = await reasonFor(() => tf.tidy(() => [kept.mul(tf.scalar(++step)).clone()]));
    expect(reason).toMatch(/\(dispatch 1\) gets a value from the host that changes\.$/);
    kept.dispose();
  });

  test('an upload inside the step', async () => {
    const live = new LiveTensor(Float32Array.of(1));
    const kept = x();
    const reason = await reasonFor(() => {
      live.set(Float32Array.of(2));
      return tf.tidy(() => [kept.mul(live.tensor)]);
    });
    expect(reason).toMatch(/it writes 4 bytes from the host into a buffer/);
    live.dispose();
    kept.dispose();
  });

  test('a variable that is set from the host', async () => {
    const variable = tf.variable(x());
    const reason = await reasonFor(() => {
      tf.tidy(() => variable.assign(x()));
      return [];
    });
    expect(reason).toMatch(/the variable .* was not computed on the GPU/);
    variable.dispose();
  });

  test('other work every time', async () => {
    const kept = x();
    let step = 0;
    const reason = await reasonFor(() => tf.tidy(() => [step++ % 2 ? kept.square() : kept.add(kept)]));
    expect(reason).toMatch(/dispatch 1 was .*, then /);
    kept.dispose();
  });
});

test('replays twenty thousand steps without holding more, and gives everything back', async () => {
  const before = held();
  const weight = tf.tidy(() => tf.variable(noiseTensor<tf.Rank.R1>([64], 5)));
  const work = () => {
    tf.tidy(() => weight.assign(weight.mul(tf.sub(1.1, weight.abs()))));
    return [];
  };
  const capture = new Capture(backend, arena, work);
  capture.record();
  replay(capture);
  await backend.queue.onSubmittedWorkDone();
  const [tensors, allocated, working] = [held(), backend.bufferManager.numBytesAllocated, arena.bytes];
  for (let i = 0; i < 100; i++) {
    const encoder = backend.device.createCommandEncoder();
    for (let k = 0; k < 200; k++) capture.plan?.encode(encoder);
    backend.queue.submit([encoder.finish()]);
    await backend.queue.onSubmittedWorkDone();
  }
  expect(held()).toEqual(tensors);
  expect(backend.bufferManager.numBytesAllocated).toBe(allocated);
  expect(arena.bytes).toBe(working);
  // |w| goes to 0.1, where w times 1.1 − |w| is w.
  for (const value of await weight.data()) expect(Math.abs(value)).toBeCloseTo(0.1, 3);
  capture.forget();
  weight.dispose();
  expect(held()).toEqual(before);
});
