// @ts-check
/**
 * `npm run bench`: measurements, as ratios in one run wherever two things are compared. `npm run bench -- step` times the
 * training step against stock tfjs in Node; `npm run bench -- page` trains for 30 s in Chromium (on the software GPU, or on
 * the machine's own with TRUNKLINE_GPU=hardware) and reports step time and main-thread tasks over 50 ms.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { bundle } from './bundle.mjs';
import { launchOptions, prepareBrowser } from './chromium.mjs';
import { prepare, root } from './setup.mjs';
import { vulkanEnvironment } from './vulkan.mjs';

async function step() {
  const program = await bundle('src/cli/bench.ts');
  const env = { ...process.env, ...vulkanEnvironment(), TRUNKLINE_ROOT: root };
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', program], {
    stdio: 'inherit',
    env,
  });
  if (status) process.exitCode = status;
}

/** Runs in the page before anything else: notes every long task, and which scripts took part in it. */
function watchLongTasks() {
  const found = /** @type {any} */ (globalThis);
  found.longTasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { duration, scripts = [] } = /** @type {any} */ (entry);
      const ours = scripts.reduce(
        (/** @type {number} */ sum, /** @type {any} */ each) => sum + each.duration,
        0,
      );
      found.longTasks.push({ at: Math.round(entry.startTime), duration, ours });
    }
  }).observe({ type: 'long-animation-frame', buffered: true });
}

async function page() {
  await prepareBrowser();
  const { build, preview } = await import('vite');
  const { chromium } = await import('playwright');
  await build({ root, logLevel: 'warn' });
  const server = await preview({ root, preview: { port: 4690 }, logLevel: 'warn' });
  const browser = await chromium.launch(launchOptions());
  try {
    const tab = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await tab.addInitScript(watchLongTasks);
    await tab.goto(server.resolvedUrls?.local[0] ?? 'http://localhost:4690/');
    await tab.getByRole('list', { name: 'Sample images' }).getByRole('button').first().waitFor();
    await tab.waitForTimeout(2000);
    const start = await tab.evaluate(() => performance.now());
    await tab.getByRole('button', { name: 'Train', exact: true }).click();
    await tab.waitForTimeout(30_000);
    const frames = await tab.evaluate(() => /** @type {any} */ (globalThis).longTasks);
    const during = frames.filter((/** @type {any} */ { at }) => at >= start);
    const figures = await tab.getByRole('region', { name: 'This run' }).innerText();
    console.log(figures.replaceAll('\n', ' '));
    const long = during.filter((/** @type {any} */ { ours }) => ours > 50);
    const longest = Math.max(0, ...during.map((/** @type {any} */ { ours }) => ours));
    console.log(
      `Frames over 50 ms in 30 s: ${during.length}; with more than 50 ms of script: ${long.length}; most script in one: ${Math.round(longest)} ms`,
    );
  } finally {
    await browser.close();
    await server.close();
  }
}

const parts = { step, page };
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
if (unknown) throw new Error(`No bench "${unknown}". There are: ${Object.keys(parts).join(', ')}.`);
prepare();
for (const [name, run] of Object.entries(parts))
  if (chosen.length === 0 || chosen.includes(name)) await run();
