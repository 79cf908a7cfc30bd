// @ts-check
/** The built page while it trains: how soon the first point is drawn, and whether frames are ever held up by scripts. */
import { root } from '../setup.mjs';

const seconds = 30;

/** Runs in the page before anything else: notes every long frame, and how long scripts ran in it. */
function watchLongFrames() {
  const found = /** @type {any} */ (globalThis);
  found.longFrames = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { scripts = [] } = /** @type {any} */ (entry);
      const script = scripts.reduce(
        (/** @type {number} */ sum, /** @type {any} */ each) => sum + each.duration,
        0,
      );
      found.longFrames.push({ at: entry.startTime, script });
    }
  }).observe({ type: 'long-animation-frame', buffered: true });
}

/** Presses Train and resolves, in the page, to the milliseconds until a curve has its first point. */
function pressTrain() {
  const marks = '[data-chart] [data-drawing] :is(path, circle)';
  // A curve is there before it has points: a path that goes nowhere.
  const hasPoint = () =>
    Array.from(document.querySelectorAll(marks)).some(
      (mark) => mark.matches('circle') || mark.getAttribute('d'),
    );
  const train = Array.from(document.querySelectorAll('button')).find(
    (each) => each.textContent.trim() === 'Train',
  );
  return new Promise((resolve, reject) => {
    if (!train) return reject(new Error('The page has no button Train.'));
    const start = performance.now();
    const observer = new MutationObserver(() => {
      if (!hasPoint()) return;
      observer.disconnect();
      resolve(performance.now() - start);
    });
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['d'],
    });
    train.click();
  });
}

/**
 * Trains on the experiment that the page opens with, in a fresh profile, and again in the same one.
 * @param {(profile: string) => Promise<import('playwright').BrowserContext>} launch
 * @returns {Promise<import('../../src/bench/results.ts').PageFigures>}
 */
export async function watchPage(launch) {
  const { build, preview } = await import('vite');
  await build({ root, logLevel: 'warn' });
  const server = await preview({ root, preview: { port: 4710 }, logLevel: 'warn' });
  const url = server.resolvedUrls?.local[0] ?? 'http://localhost:4710/';
  try {
    const cold = await trainOnce(launch, url, false);
    const warm = await trainOnce(launch, url, true);
    return {
      coldFirstPointMs: cold.firstPoint,
      warmFirstPointMs: warm.firstPoint,
      seconds,
      longFrames: warm.scripts.filter((script) => script > 50).length,
      longestScriptMs: Math.max(0, ...warm.scripts),
    };
  } finally {
    await server.close();
  }
}

/**
 * @param {(profile: string) => Promise<import('playwright').BrowserContext>} launch
 * @param {string} url
 * @param {boolean} staysOn trains for a while, to watch frames
 * @returns {Promise<{ firstPoint: number, scripts: number[] }>} milliseconds; of scripts in each long frame since Train
 */
async function trainOnce(launch, url, staysOn) {
  const context = await launch('page');
  try {
    const tab = await context.newPage();
    await tab.addInitScript(watchLongFrames);
    await tab.goto(url);
    await tab.getByRole('list', { name: 'Sample images' }).getByRole('button').first().waitFor();
    await tab.waitForTimeout(2000);
    const start = await tab.evaluate(() => performance.now());
    const firstPoint = /** @type {number} */ (await tab.evaluate(pressTrain));
    if (staysOn) await tab.waitForTimeout(1000 * seconds);
    const frames = await tab.evaluate(() => /** @type {any} */ (globalThis).longFrames);
    const during = frames.filter((/** @type {any} */ { at }) => at >= start);
    return { firstPoint, scripts: during.map((/** @type {any} */ { script }) => script) };
  } finally {
    await context.close();
  }
}
