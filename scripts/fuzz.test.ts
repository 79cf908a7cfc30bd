import { expect, test } from 'vitest';
import { fuzz } from './fuzz.mjs';
import { seeds } from './fuzz/seeds.mjs';

test('what is not damaged is read, format by format', async () => {
  // one mutation of the seed 1 leaves most of them readable; none at all would be a harness that tests nothing
  const { cases, read } = await fuzz({ count: 4 });
  expect(cases).toBe(4 * (await seeds()).length);
  expect(read).toBeGreaterThan(cases / 4);
}, 120_000);

test('500 damaged drops of each format: no crash, no hang, no flood of memory', async () => {
  const { cases, formats, faults } = await fuzz({ count: 500, seed: 2 });
  expect(cases).toBe(500 * formats.length);
  expect(faults).toEqual([]);
}, 600_000);
