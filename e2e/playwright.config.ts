/** End-to-end tests: the built site, served from a sub-path as any static host might. Tests go to `./`, never to `/`. */
import { defineConfig } from '@playwright/test';
import { launchOptions } from '../scripts/chromium.mjs';

const port = Number(process.env['TRUNKLINE_PORT'] ?? 4680);
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
