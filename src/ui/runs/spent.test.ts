/** What a kept run took. */
import { expect, it } from 'vitest';
import { formatFlops } from '#lib/format.ts';
import { costOf } from '#stores/run-cost.ts';
import { spentFacts } from './spent.ts';
import { experiment, record } from './testing.ts';

it('counts the arithmetic of its steps, and how fast that went', () => {
  // LeNet: 2.0 MFLOP an image forward, three times that with its backward pass, 256 images, 400 steps.
  const flops = (costOf(experiment)?.flops ?? 0) * 400;
  expect(flops / (3 * 256 * 400 * 2.05e6)).toBeCloseTo(1, 1);
  expect(spentFacts(record('1', { heldBytes: 85_341_184 }))).toEqual([
    ['Arithmetic', `${formatFlops(flops)}, at ${formatFlops(flops / 40)}/s`],
    ['Memory held', '85 MB'],
  ]);
});

it('says nothing of what is not known', () => {
  const foreign = { ...experiment, data: { source: 'elsewhere', settings: {} } };
  expect(spentFacts(record('1', { experiment: foreign }))).toEqual([
    ['Arithmetic', undefined],
    ['Memory held', undefined],
  ]);
});
