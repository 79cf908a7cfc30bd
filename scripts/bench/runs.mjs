// @ts-check
/**
 * `npm run bench -- runs [COUNT]`: the built page over a storage with hundreds of kept runs of 20 series × 10,000 points:
 * how long its list takes to open and to be filtered, what reading curves takes, and whether the page is ever held up.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { launchOptions, prepareBrowser } from '../chromium.mjs';
import { root } from '../setup.mjs';

const points = 10_000;
const series = 20;
const rounds = 3;

/**
 * Runs in the page: makes many runs of the one that is kept, in the form that the page keeps them in.
 * @param {{ count: number, points: number, series: number }} size
 */
async function fill({ count, points: rows, series: width }) {
  /** @type {IDBDatabase} */
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open('trunkline-runs');
    opening.addEventListener('error', () => reject(opening.error));
    opening.addEventListener('success', () => resolve(opening.result));
  });
  /** @param {IDBTransaction} transaction */
  const done = (transaction) =>
    new Promise((resolve, reject) => {
      transaction.addEventListener('complete', resolve);
      transaction.addEventListener('abort', () => reject(transaction.error));
    });
  /** @param {IDBRequest} request @returns {Promise<any>} */
  const read = (request) =>
    new Promise((resolve) => request.addEventListener('success', () => resolve(request.result)));
  const reading = database.transaction(['records', 'chunks']);
  const [first] = await read(reading.objectStore('records').getAll());
  const [chunk] = await read(reading.objectStore('chunks').getAll());
  const named = [...chunk.columns];
  const columns = Array.from({ length: Math.max(width, named.length) }, (_, i) => named[i] ?? `further/${i}`);
  for (let run = 0; run < count; run++) {
    const values = new Float32Array(rows * columns.length);
    for (let i = 0; i < values.length; i++) {
      const row = Math.floor(i / columns.length);
      values[i] =
        i % columns.length === 0 ? row + 1 : Math.exp(-row / 3000) + 0.1 * Math.sin(i * 12.9898 + run);
    }
    const id = `bench-${run}`;
    const transaction = database.transaction(['records', 'chunks'], 'readwrite');
    transaction.objectStore('chunks').put({ start: 0, columns, rows: values }, [id, 'metrics', 0]);
    transaction.objectStore('records').put(
      {
        ...first,
        id,
        difference: `learning rate 1e-3 → ${run + 1}e-5, variant v${run}x`,
        colour: run,
        createdAt: first.createdAt + run,
        status: 'finished',
        step: rows,
        totalSteps: rows,
        rows,
        note: run % 3 === 0 ? 'Looked at twice; the second task is the harder one.' : '',
        checkpoints: [],
        curveBytes: values.byteLength,
        bytes: values.byteLength,
      },
      id,
    );
    await done(transaction);
  }
  database.close();
}

/**
 * Runs in the page: reads the curves of so many runs, as the page does. Returns milliseconds.
 * @param {number} count
 */
async function readCurves(count) {
  const start = performance.now();
  /** @type {IDBDatabase} */
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open('trunkline-runs');
    opening.addEventListener('success', () => resolve(opening.result));
  });
  let sum = 0;
  for (let run = 0; run < count; run++) {
    const range = IDBKeyRange.bound([`bench-${run}`, 'metrics'], [`bench-${run}`, 'metrics', []]);
    const request = database.transaction('chunks').objectStore('chunks').getAll(range);
    await new Promise((resolve) => request.addEventListener('success', resolve));
    for (const { rows } of request.result) sum += rows.length;
  }
  database.close();
  if (sum < count * 1000) throw new Error('The curves are not there.');
  return performance.now() - start;
}

const middle = (/** @type {number[]} */ values) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/**
 * The most time that a task of the page took of a processor while something went on, in milliseconds: by the clock, a busy
 * machine would count, too. Tasks of the tool that asks the page are left out.
 * @param {import('playwright').Page} tab
 * @param {() => Promise<void>} work
 */
async function longestTask(tab, work) {
  const browser = tab.context().browser();
  await browser?.startTracing(tab, { categories: ['toplevel'] });
  await work();
  await tab.waitForTimeout(300);
  const { traceEvents } = JSON.parse(String(await browser?.stopTracing()));
  const isMain = (/** @type {any} */ { name, args }) =>
    name === 'thread_name' && args.name === 'CrRendererMain';
  const threads = new Set(
    traceEvents.filter(isMain).map((/** @type {any} */ { pid, tid }) => `${pid} ${tid}`),
  );
  const times = traceEvents
    .filter(
      (/** @type {any} */ { pid, tid, name }) => threads.has(`${pid} ${tid}`) && name.endsWith('RunTask'),
    )
    .filter((/** @type {any} */ { args }) => args.src_func !== 'Accept') // what the tool asks comes in there
    .map((/** @type {any} */ { tdur = 0 }) => tdur / 1000);
  return Math.max(0, ...times);
}

/**
 * Measures some times, and the longest task meanwhile.
 * @param {import('playwright').Page} tab
 * @param {string} name
 * @param {() => Promise<number | void>} work resolves to milliseconds where it measured itself
 * @param {() => Promise<void>} [after]
 */
export async function measured(tab, name, work, after = async () => {}) {
  /** @type {number[]} */
  const times = [];
  let longest = 0;
  for (let round = 0; round < rounds; round++) {
    const task = await longestTask(tab, async () => {
      const start = await tab.evaluate(() => performance.now());
      const own = await work();
      times.push(own ?? (await tab.evaluate(() => performance.now())) - start);
    });
    longest = Math.max(longest, task);
    await after();
  }
  return { name, milliseconds: Math.round(middle(times)), longest: Math.round(longest) };
}

/** @param {import('playwright').Page} tab @param {number} count */
async function measureAll(tab, count) {
  const dialog = tab.getByRole('dialog', { name: 'Runs' });
  /** Waits until the window has so many rows, or at least the thirty that it draws before anyone scrolls. */
  const rows = (/** @type {number} */ wanted) =>
    tab.waitForFunction(
      (n) => {
        const { length } = document.querySelectorAll('[role=dialog] tbody th input');
        return n < 30 ? length === n : length >= 30;
      },
      wanted,
      { polling: 'raf' },
    );
  const close = async () => {
    await tab.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  };
  const open = async () => {
    await tab.getByRole('button', { name: /^Runs/ }).click();
    await rows(count + 1);
  };
  const found = [
    await measured(tab, `opening the list of ${count + 1}, until its first 30 rows are there`, open, close),
  ];
  await open();
  const filter = dialog.getByRole('textbox', { name: 'Filter runs' });
  const clear = async () => {
    await filter.fill('');
    await rows(count + 1);
  };
  const typing = async () => {
    await filter.pressSequentially(`v${count - 1}x`);
    await rows(1);
  };
  found.push(await measured(tab, `typing “v${count - 1}x”, until one row is left`, typing, clear));
  found.push(
    await measured(tab, 'clearing the filter, until 30 rows are there', clear, async () =>
      filter.fill('v7x'),
    ),
  );
  await close();
  for (const many of [1, 10, count])
    found.push(
      await measured(
        tab,
        `reading the curves of ${many} ${many === 1 ? 'run' : 'runs'} (${((many * points * series * 4) / 1e6).toFixed(1)} MB)`,
        () => tab.evaluate(readCurves, many),
      ),
    );
  return found;
}

/**
 * Builds the site, fills its storage, measures, and prints a table.
 * @param {number} count
 * @param {(tab: import('playwright').Page, count: number) => Promise<{ name: string, milliseconds: number, longest: number }[]>} [measureThem]
 */
export async function measureRuns(count, measureThem = measureAll) {
  const { build, preview } = await import('vite');
  const { chromium } = await import('playwright');
  await prepareBrowser();
  if (!process.env['TRUNKLINE_BUILT']) await build({ root, logLevel: 'warn' });
  const server = await preview({ root, preview: { port: 4711 }, logLevel: 'warn' });
  const profile = mkdtempSync(path.join(tmpdir(), 'trunkline-runs-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...launchOptions(),
    viewport: { width: 1440, height: 900 },
  });
  try {
    const tab = await context.newPage();
    await tab.goto(server.resolvedUrls?.local[0] ?? 'http://localhost:4711/');
    await tab.getByRole('list', { name: 'Sample images' }).getByRole('listitem').first().waitFor();
    await tab.getByRole('button', { name: 'Step', exact: true }).click();
    await tab.getByRole('button', { name: 'Resume' }).waitFor({ timeout: 60_000 });
    await tab.waitForTimeout(3000); // it is written by then
    await tab.evaluate(fill, { count, points, series });
    await tab.reload();
    await tab.getByRole('button', { name: `Runs ${count + 1}` }).waitFor({ timeout: 60_000 });
    await tab.waitForTimeout(3000);
    const found = await measureThem(tab, count);
    console.log(`${count} kept runs of ${series} series × ${points} points, median of ${rounds}\n`);
    for (const { name, milliseconds, longest } of found)
      console.log(`| ${name} | ${milliseconds} ms | ${longest} ms |`);
  } finally {
    await context.close();
    await server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
