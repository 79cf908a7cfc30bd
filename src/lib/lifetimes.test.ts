import { expect, test } from 'vitest';
import { Random } from './random.ts';
import { assignBuffers, type Lifetime } from './lifetimes.ts';

function overlaps(one: Lifetime, other: Lifetime): boolean {
  return one.first <= other.last && other.first <= one.last;
}

test('gives results that are needed one after the other one buffer', () => {
  const chain = [10, 30, 20].map((size, i) => ({ size, first: 2 * i, last: 2 * i + 1 }));
  expect(assignBuffers(chain)).toEqual({ sizes: [30], places: [0, 0, 0] });
});

test('gives results that meet in one dispatch different buffers', () => {
  const chain = [10, 30, 20].map((size, i) => ({ size, first: i, last: i + 1 }));
  const { sizes, places } = assignBuffers(chain);
  expect(sizes).toEqual([30, 20]);
  expect(places[0]).toBe(places[2]);
  expect(places[1]).not.toBe(places[0]);
});

test('never shares a buffer that is too small or in use, and stays near the least that is possible', () => {
  const random = new Random(3);
  const whole = (below: number) => Math.floor(random.uniform(0, below));
  for (let round = 0; round < 50; round++) {
    const lifetimes = Array.from({ length: 40 }, () => {
      const first = whole(60);
      return { size: 4 * (1 + whole(1000)), first, last: first + whole(12) };
    });
    const { sizes, places } = assignBuffers(lifetimes);
    for (const [i, lifetime] of lifetimes.entries()) {
      expect(sizes[places[i] ?? -1]).toBeGreaterThanOrEqual(lifetime.size);
      for (const [j, other] of lifetimes.entries())
        if (j < i && places[j] === places[i]) expect(overlaps(lifetime, other)).toBe(false);
    }
    const needed = Array.from({ length: 72 }, (_, at) =>
      lifetimes.reduce((sum, { size, first, last }) => sum + (first <= at && at <= last ? size : 0), 0),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeLessThanOrEqual(1.4 * Math.max(...needed));
  }
});
