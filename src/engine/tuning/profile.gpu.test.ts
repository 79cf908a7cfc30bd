import { expect, test } from 'vitest';
import { Arena } from '../capture/arena.ts';
import { Capture } from '../capture/capture.ts';
import { openDevice } from '../device.ts';
import { noiseTensor } from '../kernels/testing.ts';
import * as tf from '../tf.ts';
import { webgpuBackend } from '../webgpu/dispatch.ts';
import { replaceNumbers } from '../webgpu/host-copy.ts';
import { Profile } from './profile.ts';

test('times each dispatch of a run that does the same as any other', async () => {
  await openDevice();
  const backend = webgpuBackend();
  if (!backend) throw new Error('needs WebGPU');
  const { device } = backend;
  const arena = new Arena(device);
  const weight = tf.variable(noiseTensor<tf.Rank.R2>([192, 192], 1));
  const capture = new Capture(backend, arena, () => {
    tf.tidy(() => weight.assign(weight.matMul(weight).clipByValue(-1, 1).as2D(192, 192)));
    return [];
  });
  capture.record();
  const { plan } = capture;
  if (!plan) throw new Error(capture.reason);
  const start = await weight.data();
  const profile = new Profile(device);
  const run = async () => {
    const encoder = device.createCommandEncoder();
    const timed = profile.encode(plan, encoder);
    if (!timed) plan.encode(encoder);
    device.queue.submit([encoder.finish()]);
    timed?.();
    await device.queue.onSubmittedWorkDone();
    return weight.data();
  };
  const plain = await run();
  expect(profile.of(plan)).toBeUndefined();
  expect(plain).not.toEqual(start);

  replaceNumbers(weight, Float32Array.from(start));
  profile.want();
  expect(await run()).toEqual(plain);
  await expect.poll(() => profile.of(plan)).toHaveLength(plan.kernels.length);
  const times = profile.of(plan) ?? [];
  expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...times)).toBeGreaterThan(0);
  expect(profile.of(undefined)).toBeUndefined();
  replaceNumbers(weight, Float32Array.from(start));
  expect(await run()).toEqual(plain);

  capture.forget();
  weight.dispose();
  arena.dispose();
});
