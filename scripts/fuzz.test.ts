import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Fault, fuzz, runCases } from './fuzz.mjs';
import { seeds } from './fuzz/seeds.mjs';

test('much of what is a little damaged is read', async () => {
  // a few mutations leave most of them readable; none at all would be a harness that tests nothing
  const { cases, read } = await fuzz({ count: 4 });
  expect(cases).toBe(4 * (await seeds()).length);
  expect(read).toBeGreaterThan(cases / 4);
}, 120_000);

test('a crash, a hang and a flood of memory are seen, and the cases after them run', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'trunkline-fuzz-'));
  const program = path.join(folder, 'faulty.mjs');
  const faulty = `
    import { parentPort, workerData } from 'node:worker_threads';
    const at = new Int32Array(workerData.at);
    for (let index = workerData.from; index < workerData.end; index++) {
      Atomics.store(at, 0, index + 1);
      if (index === 1) parentPort.postMessage({ kind: 'crash', index, name: 'drop', message: 'planted' });
      if (index === 2) for (;;);
      if (index === 3) for (const all = []; ;) all.push(new Array(1e6).fill(index));
    }
    parentPort.postMessage({ kind: 'done', counts: { read: 1, refused: 0 } });
  `;
  try {
    await writeFile(program, faulty);
    const faults: Fault[] = [];
    const counts = { read: 0, refused: 0 };
    const drops = [{ name: 'drop', files: {} }];
    await runCases(program, drops, { seed: 1, from: 0, end: 5, patience: 10_000 }, faults, counts);
    expect(faults.map(({ index, kind }) => `${index} ${kind}`)).toEqual(['1 crash', '2 hang', '3 memory']);
    expect(counts.read).toBe(1);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);

test('500 damaged drops of each format: no crash, no hang, no flood of memory', async () => {
  const { cases, formats, faults } = await fuzz({ count: 500, seed: 2 });
  expect(cases).toBe(500 * formats.length);
  expect(faults).toEqual([]);
}, 600_000);
