/** The engine on a device as every browser has to give it: no optional features, WebGPU's default limits. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withPreset } from '#experiment/presets/index.ts';
import type { Experiment } from '#experiment/schema.ts';
import { intercept } from './capture/intercept.ts';
import { closeDevice, openDevice } from './device.ts';
import { Run } from './run.ts';
import { relativeError, smallDataset, smallExperiment } from './testing.ts';
import type { RunEvent } from './types.ts';
import { webgpuBackend } from './webgpu/dispatch.ts';

const dataset = smallDataset();

async function trained(experiment: Experiment) {
  const events: RunEvent[] = [];
  const run = new Run({ experiment, dataset, onEvent: (event) => events.push(event) });
  await run.resume();
  const { tensors } = await run.weights('last');
  const { mode } = run.details();
  await run.dispose();
  const failures = events.flatMap((event) => (event.type === 'failed' ? [event.message] : []));
  return { values: tensors.flatMap(({ values }) => [...values]), mode, failures };
}

const experiments = {
  'conv-bn-act, pooling and dropout': smallExperiment(),
  'dense layers on feature maps': smallExperiment(
    {},
    {
      trunk: [
        { kind: 'conv2d', filters: 6, kernel: 3 },
        { kind: 'dense', units: 8 },
      ],
    },
  ),
  MobileNet: withPreset(smallExperiment(), 'mobile-net'),
};
const names = Object.keys(experiments) as (keyof typeof experiments)[];
const expected = new Map<string, Awaited<ReturnType<typeof trained>>>();
let restore: () => void = () => {};

beforeAll(async () => {
  await openDevice('webgpu');
  for (const name of names) expected.set(name, await trained(experiments[name]));
  closeDevice();
  restore = intercept(navigator.gpu, 'requestAdapter', (request) => async (options) => {
    const adapter = await request(options);
    if (adapter) intercept(adapter, 'requestDevice', (create) => () => create());
    return adapter;
  });
  await openDevice('webgpu');
});

afterAll(async () => {
  restore();
  closeDevice();
  await openDevice('webgpu');
});

test('has neither subgroups nor timestamps nor more than the default limits', () => {
  const device = webgpuBackend()?.device;
  expect([...(device?.features ?? [])].filter((name) => name !== 'core-features-and-limits')).toEqual([]);
  expect(device?.limits.maxStorageBuffersPerShaderStage).toBe(8);
  expect(device?.limits.maxComputeInvocationsPerWorkgroup).toBe(256);
});

test.each(names)('trains %s, replayed, to the same weights', async (name) => {
  const { values, mode, failures } = await trained(experiments[name]);
  expect(failures).toEqual([]);
  expect(mode).toBe('replayed');
  expect(relativeError(values, expected.get(name)?.values ?? [])).toBeLessThan(1e-3);
});
