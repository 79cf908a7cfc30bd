import { expect, test } from 'vitest';
import { onDeviceLost, openDevice } from './device.ts';
import * as tf from './tf.ts';
import type { BackendName, DeviceInfo } from './types.ts';

function inWorker(backend: BackendName): Promise<{ info: DeviceInfo; sum: number[] }> {
  const worker = new Worker(new URL('./fixtures/open-device-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<{ info: DeviceInfo; sum: number[] }>((resolve, reject) => {
    worker.addEventListener('message', ({ data }) =>
      data.info ? resolve(data) : reject(new Error(data.error)),
    );
    worker.addEventListener('error', () => reject(new Error('the worker did not start')));
    worker.postMessage(backend);
  }).finally(() => worker.terminate());
}

test('opens WebGPU with the full limits of the adapter and names it', async () => {
  const info = await openDevice();
  const adapter = await navigator.gpu.requestAdapter();
  expect(info.backend).toBe('webgpu');
  expect(info.adapter).toMatch(/swiftshader/i);
  expect(info.isSoftware).toBe(true);
  expect(info).not.toHaveProperty('fallbackReason');
  expect(info.limits.maxBindingBytes).toBe(adapter?.limits.maxStorageBufferBindingSize);
  expect(info.limits.maxBufferBytes).toBe(adapter?.limits.maxBufferSize);
  expect(info.features).toContain('subgroups');
  expect(tf.getBackend()).toBe('webgpu');
  expect(await openDevice()).toBe(info);
});

test.each(['webgpu', 'webgl', 'cpu'] as const)('opens %s in a module worker', async (backend) => {
  const { info, sum } = await inWorker(backend);
  expect(info.backend).toBe(backend);
  expect(info.isSoftware).toBe(true);
  expect(sum).toEqual([6]);
  expect(structuredClone(info)).toEqual(info);
});

test('tells the loss of the device once, then opens a new one', async () => {
  await openDevice();
  const reasons: string[] = [];
  const stop = onDeviceLost((reason) => reasons.push(reason));
  const backend = tf.backend();
  if (!(backend instanceof tf.WebGPUBackend)) throw new Error('not on WebGPU');
  backend.device.destroy();
  await backend.device.lost;
  await Promise.resolve();
  expect(reasons).toHaveLength(1);
  stop();
  await openDevice();
  expect(tf.backend()).not.toBe(backend);
  expect([...(await tf.tensor1d([1, 2]).square().data())]).toEqual([1, 4]);
});
