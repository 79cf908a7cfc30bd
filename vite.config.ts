/** How the page is served, built and tested. */
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { launchOptions } from './scripts/chromium.mjs';
import { goldenText } from './src/strategies/golden/testing.ts';

/** Nothing from elsewhere, no eval. Inline styles: Mantine and React Flow set them. `blob:`: images of dropped files. */
const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The policy as a meta tag in the built page only: the development server needs inline scripts and eval. */
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
      injectTo: 'head-prepend',
    },
  ],
};

const inBrowser = ['src/**/*.gpu.test.ts', 'src/ui/**/*.test.tsx'];
/** Tests that start programs of their own, which takes longer than `npm run check` may. */
const ofPrograms = [
  'src/cli/train.test.ts',
  'src/cli/studies.test.ts',
  'src/cli/find-rate.test.ts',
  'src/cli/own-data.test.ts',
  'scripts/bundle.test.ts',
  'scripts/bench.test.ts',
  'scripts/fuzz.test.ts',
  'scripts/sets/sets.test.ts',
];

/**
 * Packages of tfjs that register things merely by being imported, things that nothing here uses; without their side effects
 * they leave the bundle, a quarter of the worker.
 */
const shakeable = {
  treeshake: { moduleSideEffects: [{ test: /tfjs-(layers|converter|data)/, sideEffects: false }] },
};

export default defineConfig({
  base: './',
  plugins: [react(), contentSecurityPolicy],
  worker: { format: 'es', rolldownOptions: shakeable },
  build: {
    assetsInlineLimit: 0, // a small font put inline as a data: address would be refused by the policy
    manifest: true, // for .size-limit.mjs
    chunkSizeWarningLimit: 3000, // size-limit judges sizes
    // Chunks must not change what runs first: ui/no-eval.ts, before anything that has a schema.
    rolldownOptions: { output: { strictExecutionOrder: true } },
  },
  // As a header it also holds for the worker, which a meta tag does not reach: the end-to-end tests run under both.
  preview: { headers: { 'Content-Security-Policy': policy } },
  // The worker's packages are found at start, not when it first runs: a late find would reload the page.
  optimizeDeps: { entries: ['index.html', 'src/{worker,data/*}/entry*.ts'] },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [...inBrowser, ...ofPrograms],
          testTimeout: 30_000, // a busy machine is slow, not wrong
        },
      },
      { extends: true, test: { name: 'programs', include: ofPrograms, testTimeout: 60_000 } },
      {
        extends: true,
        optimizeDeps: { entries: [...inBrowser, 'src/data/*/entry*.ts'] },
        test: {
          name: 'browser',
          include: inBrowser,
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            commands: { goldenText }, // a page cannot read the file that an environment variable names
            provider: playwright({ launchOptions: launchOptions() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
