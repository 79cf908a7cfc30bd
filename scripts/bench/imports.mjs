// @ts-check
/**
 * `npm run bench -- imports [COUNT]`: PNG files of 64 px become a data set of the reader's own, against workers that do nothing but
 * `createImageBitmap` on the same files; and the memory that 50,000 of them take at most.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { launchOptions, prepareBrowser } from '../chromium.mjs';
import { root } from '../setup.mjs';

const side = 64;
const rounds = 3;
const large = 50_000;

/** @param {string} name @param {Buffer} data */
function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(data.length);
  bytes.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([bytes.subarray(0, 4), body, bytes.subarray(4)]);
}

/**
 * A picture with gradients, discs and a little noise, another one for each number, as a PNG.
 * @param {number} number
 */
function picture(number) {
  let state = number * 2_654_435_761 + 1;
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const rows = Buffer.alloc(side * (1 + 3 * side));
  const discs = Array.from({ length: 6 }, () => Array.from({ length: 6 }, random));
  for (let y = 0; y < side; y++) {
    const row = y * (1 + 3 * side);
    rows[row] = 1; // every byte less the pixel to the left
    let before = [0, 0, 0];
    for (let x = 0; x < side; x++) {
      const inside = discs.find(
        ([u = 0, v = 0, r = 0]) => (x / side - u) ** 2 + (y / side - v) ** 2 < r / 16,
      );
      const noise = Math.floor(random() * 4);
      const colour = inside
        ? [inside[3] ?? 0, inside[4] ?? 0, inside[5] ?? 0].map((part) => Math.floor(part * 250) + noise)
        : [x * 3 + noise, y * 3 + (number % 60), (x + y + number) & 255];
      for (let c = 0; c < 3; c++) rows[row + 1 + 3 * x + c] = ((colour[c] ?? 0) - (before[c] ?? 0)) & 255;
      before = colour;
    }
  }
  const header = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 2, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Builds the page into a folder. @param {string} folder */
async function buildPage(folder) {
  const { build } = await import('vite');
  await build({
    root,
    base: './',
    configFile: false,
    logLevel: 'warn',
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      copyPublicDir: false,
      rolldownOptions: { input: path.join(root, 'scripts/bench/imports.html') },
    },
  });
}

/** Megabytes that all processes of a browser take, shared ones counted once; NaN where the system does not say. @param {string} profile */
function memoryOf(profile) {
  if (!existsSync('/proc/self/smaps_rollup')) return NaN;
  const parents = new Map(
    execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 1e8 })
      .split('\n')
      .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
      .filter((found) => found !== null)
      .map(([, pid, parent, args]) => [String(pid), { parent: String(parent), args: String(args) }]),
  );
  /** @param {string} pid @returns {boolean} */
  const belongs = (pid) => {
    const found = parents.get(pid);
    return found !== undefined && (found.args.includes(profile) || belongs(found.parent));
  };
  let sum = 0;
  for (const pid of parents.keys())
    if (belongs(pid))
      try {
        const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
        sum +=
          Number(/^Pss_Anon:\s+(\d+)/m.exec(text)?.[1] ?? 0) +
          Number(/^Pss_Shmem:\s+(\d+)/m.exec(text)?.[1] ?? 0);
      } catch {
        // it has ended
      }
  return sum / 1000;
}

const middle = (/** @type {number[]} */ values) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** @typedef {(name: string, ...args: number[]) => Promise<number>} Run a measurement of the page, in milliseconds */

/**
 * @param {Run} run
 * @param {number} count
 * @param {number} workers
 */
async function measureRate(run, count, workers) {
  const kinds = /** @type {const} */ ([
    ['createImageBitmap, one after the other', 'bare', count, workers, 1],
    ['createImageBitmap, eight at a time', 'bare', count, workers, 8],
    ['decoded by the pool', 'decoded', count, workers],
    ['imported: decoded and written', 'imported', count, workers],
  ]);
  /** @type {number[][]} */
  const times = kinds.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, [, name, ...args]] of kinds.entries()) times[i]?.push(await run(name, ...args));
  const first = middle(times[0] ?? []);
  console.log(`${count} PNG files of ${side} px, ${workers} workers, median of ${rounds}\n`);
  for (const [i, [label]] of kinds.entries()) {
    const taken = middle(times[i] ?? []);
    console.log(
      `| ${label} | ${Math.round((1000 * count) / taken)} a second | ${(first / taken).toFixed(2)} |`,
    );
  }
}

/**
 * @param {Run} run
 * @param {string} profile
 * @param {number} workers
 */
async function measureMemory(run, profile, workers) {
  const before = memoryOf(profile);
  let peak = before;
  const watching = setInterval(() => (peak = Math.max(peak, memoryOf(profile))), 300);
  const taken = await run('imported', large, workers);
  clearInterval(watching);
  console.log(
    `\n${large} files imported in ${Math.round(taken / 1000)} s: ${Math.round(before)} MB before, at most ${Math.round(peak - before)} MB more`,
  );
}

/**
 * Makes the files, builds the page, measures, and prints what it found.
 * @param {number} count files of which the rate is measured
 */
export async function measureImports(count) {
  const { preview } = await import('vite');
  const { chromium } = await import('playwright');
  await prepareBrowser();
  const folder = mkdtempSync(path.join(tmpdir(), 'trunkline-imports-'));
  const site = path.join(folder, 'site');
  const profile = path.join(folder, 'profile');
  const pictures = path.join(folder, 'pictures');
  const workers = Math.min(8, availableParallelism());
  mkdirSync(pictures);
  for (let i = 0; i < count; i++)
    writeFileSync(path.join(pictures, `${String(i).padStart(5, '0')}.png`), picture(i));
  await buildPage(site);
  const server = await preview({
    root,
    build: { outDir: site },
    preview: { port: 4719 },
    configFile: false,
    logLevel: 'warn',
  });
  const context = await chromium.launchPersistentContext(profile, launchOptions());
  try {
    const tab = await context.newPage();
    await tab.goto(`${server.resolvedUrls?.local[0] ?? 'http://localhost:4719/'}scripts/bench/imports.html`);
    const files = readdirSync(pictures).map((name) => path.join(pictures, name));
    await tab.locator('input').setInputFiles(files, { timeout: 300_000 });
    /** @type {Run} */
    const run = (name, ...args) =>
      tab.evaluate(
        ([what, given]) => /** @type {any} */ (globalThis).bench[what](...given),
        /** @type {const} */ ([name, args]),
      );
    await measureMemory(run, profile, workers);
    await measureRate(run, count, workers);
  } finally {
    await context.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
