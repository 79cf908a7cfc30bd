/** Programs for Node: bundled once, run on the GPU where Vulkan is at hand. */
import { spawnSync } from 'node:child_process';
import { statSync, utimesSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundle } from './bundle.mjs';
import { vulkanEnvironment } from './vulkan.mjs';

const entry = 'scripts/fixtures/matrix-product.ts';

test('a bundle runs in Node with one tfjs, and on WebGPU where there is a driver', async () => {
  const vulkan = vulkanEnvironment();
  const { stdout, stderr } = spawnSync(process.execPath, [await bundle(entry)], {
    env: { ...process.env, ...vulkan },
    encoding: 'utf8',
  });
  const hasDriver = process.platform !== 'linux' || vulkan['TRUNKLINE_SOFTWARE_VULKAN'] !== '';
  expect(JSON.parse(stdout || `"${stderr}"`)).toEqual({
    backend: hasDriver ? 'webgpu' : 'cpu',
    oneEngine: true,
    product: [19, 22, 43, 50],
  });
}, 60_000);

test('a bundle is kept until a source changes', async () => {
  const first = statSync(await bundle(entry)).mtimeMs;
  expect(statSync(await bundle(entry)).mtimeMs).toBe(first);
  const now = new Date();
  utimesSync(entry, now, now);
  expect(statSync(await bundle(entry)).mtimeMs).toBeGreaterThan(first);
}, 60_000);
