// @ts-check
/**
 * The bench's host in a browser: contenders in web workers of a blank page, on the machine's Chromium; and what only a
 * browser has, the page while it trains and the sizes of bundles.
 */
import { readFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { launchOptions, prepareBrowser } from '../chromium.mjs';
import { root } from '../setup.mjs';
import { watchPage } from './page.mjs';
import { sizesOf } from './sizes.mjs';

/** @typedef {import('../../src/bench/bench.ts').OpenHost} OpenHost */
/** @typedef {import('../../src/bench/bench.ts').Supplement} Supplement */
/** @typedef {import('../../src/bench/protocol.ts').Endpoint} Endpoint */

const workerFolder = path.join(root, 'node_modules/.cache/trunkline/bench-worker');

/** Builds the worker, one chunk and more for each contender; the names of its modules by chunk. */
async function buildWorker() {
  const { build } = await import('vite');
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: workerFolder,
      emptyOutDir: true,
      copyPublicDir: false,
      modulePreload: false,
      chunkSizeWarningLimit: 3000,
      rolldownOptions: {
        input: path.join(root, 'src/bench/worker.ts'),
        output: { entryFileNames: 'worker.js' },
      },
    },
  });
}

/** A page that holds workers, by number. Its headers give it timers of 5 µs. */
const page = `<!doctype html><title>Bench</title><script type="module">
  const workers = new Map();
  globalThis.bench = {
    ask(id, request) {
      if (!workers.has(id)) workers.set(id, new Worker('./worker.js', { type: 'module' }));
      const worker = workers.get(id);
      return new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => resolve({ error: message || 'The worker did not load.' });
        worker.postMessage(request);
      });
    },
    close(id) {
      workers.get(id)?.terminate();
      workers.delete(id);
    },
  };
</script>`;
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Serves the page and the worker's files; resolves to the address. */
async function serve() {
  const server = createServer(({ url = '/' }, response) => {
    if (url === '/') {
      response.writeHead(200, { ...headers, 'Content-Type': 'text/html' }).end(page);
      return;
    }
    readFile(path.join(workerFolder, path.normalize(url))).then(
      (text) => response.writeHead(200, { ...headers, 'Content-Type': 'text/javascript' }).end(text),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { server, url: `http://127.0.0.1:${port}/` };
}

/**
 * Prepares the host; nothing starts before it is asked for.
 * @param {Record<string, string>} versions
 */
export function openChromium(versions) {
  const profiles = mkdtempSync(path.join(tmpdir(), 'trunkline-bench-'));
  /** @type {(() => Promise<unknown>)[]} */
  const closers = [];

  /** @param {string} profile */
  const launch = async (profile) => {
    const { chromium } = await import('playwright');
    return chromium.launchPersistentContext(path.join(profiles, profile), {
      ...launchOptions(),
      viewport: { width: 1440, height: 900 },
    });
  };

  /** @type {OpenHost} */
  async function host({ adapter, patience }) {
    if (adapter === 'lavapipe')
      throw new Error('Chromium has SwiftShader or the hardware: use --node for lavapipe.');
    if (adapter === 'hardware') process.env['TRUNKLINE_GPU'] = 'hardware';
    await prepareBrowser();
    await buildWorker();
    const { server, url } = await serve();
    closers.push(() => new Promise((resolve) => void server.close(resolve)));
    const context = await launch('shared');
    closers.push(() => context.close());
    const tab = await context.newPage();
    await tab.goto(url);
    let count = 0;
    const chromium = context.browser()?.version() ?? (await tab.evaluate(() => navigator.userAgent));
    return {
      name: 'Chromium',
      versions: { chromium, ...versions },
      async open(cache) {
        if (cache === undefined) return workerIn(tab, ++count, patience);
        const own = await launch(cache);
        const ownTab = await own.newPage();
        await ownTab.goto(url);
        return workerIn(ownTab, 1, patience, () => own.close());
      },
    };
  }

  /** @type {Supplement} */
  async function supplement(report, { parts }) {
    const watched = parts.includes('page') ? { page: await watchPage(launch) } : {};
    const sizes = parts.includes('sizes') ? { bundleBytes: await sizesOf() } : {};
    return { ...report, ...watched, ...sizes };
  }

  async function close() {
    for (const each of closers.toReversed()) await each();
    rmSync(profiles, { recursive: true, force: true });
  }

  return { host, supplement, close };
}

/**
 * A worker of a page as the other end of the bench.
 * @param {import('playwright').Page} tab
 * @param {number} id
 * @param {number} patience seconds that an answer may take
 * @param {() => Promise<void>} [after] awaited once it is closed
 * @returns {Endpoint}
 */
function workerIn(tab, id, patience, after) {
  return {
    async ask(request) {
      const reply = tab.evaluate(
        ([to, question]) => /** @type {any} */ (globalThis).bench.ask(to, question),
        /** @type {const} */ ([id, request]),
      );
      /** @type {NodeJS.Timeout | undefined} */
      let timer;
      const tooLong = new Promise((resolve) => {
        timer = setTimeout(resolve, 1000 * patience, { error: `No answer within ${patience} s.` });
      });
      const { answer, error } = await Promise.race([reply, tooLong]).finally(() => clearTimeout(timer));
      if (error !== undefined) throw new Error(error);
      return answer;
    },
    async close() {
      await tab.evaluate((which) => /** @type {any} */ (globalThis).bench.close(which), id);
      await after?.();
    },
  };
}
