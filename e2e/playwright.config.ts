/** End-to-end tests: the built site, served from a sub-path as any static host might. Tests go to `./`, never to `/`. */
import { createServer, type AddressInfo } from 'node:net';
import { defineConfig } from '@playwright/test';
import { launchOptions } from '../scripts/chromium.mjs';

/** A port that nobody uses. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

// Every process of the test run reads this file; the first one chooses for all.
const port = (process.env['TRUNKLINE_PORT'] ??= String(await freePort()));
const base = '/some/sub-path/';

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  workers: 1, // a software GPU uses every core by itself
  timeout: 240_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env['CI']),
  webServer: {
    cwd: '..',
    command: `node node_modules/vite/bin/vite.js preview --base ${base} --port ${port} --strictPort`,
    url: `http://localhost:${port}${base}`,
    reuseExistingServer: false,
  },
  use: {
    baseURL: `http://localhost:${port}${base}`,
    trace: 'retain-on-failure',
    launchOptions: launchOptions(),
  },
});
