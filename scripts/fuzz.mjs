// @ts-check
/**
 * `npm run fuzz [-- count] [-- --seed N]`: damages a drop of every format so many times (10,000), imports it, and counts crashes
 * and hangs: whatever is no ImportError, takes longer than ten seconds, or more memory than a page has to spare.
 */
import os from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { bundle } from './bundle.mjs';
import { seeds } from './fuzz/seeds.mjs';

/** @typedef {{ index: number, name: string, kind: 'crash' | 'hang' | 'memory', message: string }} Fault */

const usualPatience = 10_000;
/** Of the worker's objects, and what the process may grow by, which bytes of files count towards. */
const mostHeap = 512;
const mostGrowth = 1.5e9;

/**
 * Runs cases `from` to before `end` in a worker, which is replaced by another after each hang.
 * @param {string} program
 * @param {import('./fuzz/seeds.mjs').Seed[]} drops
 * @param {{ seed: number, from: number, end: number, patience?: number }} cases milliseconds of patience with one case
 * @param {Fault[]} faults
 * @param {{ read: number, refused: number }} counts
 */
export async function runCases(program, drops, cases, faults, counts) {
  const { seed, from, end, patience = usualPatience } = cases;
  for (let next = from; next < end;) {
    const at = new SharedArrayBuffer(4);
    const place = new Int32Array(at);
    const worker = new Worker(program, {
      workerData: { seeds: drops, seed, from: next, end, at },
      resourceLimits: { maxOldGenerationSizeMb: mostHeap },
    });
    const start = process.memoryUsage.rss();
    next = await new Promise((resolve) => {
      let [seen, since] = [0, Date.now()];
      /** @param {Fault['kind']} kind @param {string} message */
      const give = (kind, message) => {
        const index = Math.max(from, Atomics.load(place, 0) - 1);
        faults.push({ index, name: drops[index % drops.length]?.name ?? '', kind, message });
        clearInterval(watch);
        void worker.terminate();
        resolve(index + 1);
      };
      const watch = setInterval(() => {
        const now = Atomics.load(place, 0);
        if (now !== seen) [seen, since] = [now, Date.now()];
        else if (Date.now() - since > patience) give('hang', `longer than ${patience / 1000} s`);
        if (process.memoryUsage.rss() - start > mostGrowth)
          give('memory', `more than ${mostGrowth / 1e6} MB`);
      }, 50);
      worker.on('error', (error) => give('memory', String(error)));
      worker.on('message', (message) => {
        if (message.kind === 'crash') faults.push(message);
        else {
          counts.read += message.counts.read;
          counts.refused += message.counts.refused;
          clearInterval(watch);
          resolve(end);
        }
      });
    });
  }
}

/**
 * Fuzzes every format.
 * @param {{ count: number, seed?: number, only?: string }} options mutations of each format
 * @returns {Promise<{ cases: number, formats: string[], read: number, refused: number, faults: Fault[] }>}
 */
export async function fuzz({ count, seed = 1, only }) {
  const program = await bundle('scripts/fuzz/fuzz-worker.ts');
  const drops = (await seeds()).filter(({ name }) => only === undefined || name === only);
  const cases = count * drops.length;
  const counts = { read: 0, refused: 0 };
  /** @type {Fault[]} */
  const faults = [];
  const workers = Math.min(2, os.availableParallelism());
  const share = Math.ceil(cases / workers);
  await Promise.all(
    Array.from({ length: workers }, (_, w) => {
      const part = { seed, from: w * share, end: Math.min(cases, (w + 1) * share) };
      return runCases(program, drops, part, faults, counts);
    }),
  );
  return { cases, formats: drops.map(({ name }) => name), ...counts, faults };
}

if (process.argv[1] === import.meta.filename) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string' }, only: { type: 'string' } },
  });
  const start = Date.now();
  const { cases, formats, read, refused, faults } = await fuzz({
    count: Number(positionals[0] ?? 10_000),
    seed: Number(values.seed ?? 1),
    ...(values.only === undefined ? {} : { only: values.only }),
  });
  for (const { kind, name, index, message } of faults)
    console.log(`${kind} of ${name}, case ${index}: ${message}\n`);
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(
    `${cases} drops of ${formats.length} formats in ${seconds} s: ${read} were read, ${refused} refused; ${faults.length} crashes and hangs.`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}
