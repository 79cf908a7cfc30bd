/** The geometry of the range test's chart. */
import { expect, it } from 'vitest';
import { rateInRange } from '#experiment/rate-range.ts';
import { layOutRates, nearestPoint } from './rate-layout.ts';

const range = { low: 1e-4, high: 1, steps: 41 };
const points = Array.from({ length: 41 }, (_, i) => ({
  rate: rateInRange(range, i),
  losses: [2 - i / 40, 3 - i / 40],
}));

it('puts decades at equal distances, and the mean on top of the tasks', () => {
  const layout = layOutRates(points, ['a', 'b'], range, 600, 240);
  expect(layout.lines.map(({ id }) => id)).toEqual(['a', 'b', '']);
  const places = layout.xTicks.map(({ value }) => layout.x.at(value));
  expect(layout.xTicks.map(({ text }) => text)).toEqual(['1e-4', '1e-3', '0.01', '0.1', '1']);
  const gaps = places.slice(1).map((place, i) => place - (places[i] ?? 0));
  for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0] ?? 0, 6);
  expect(places[0]).toBeCloseTo(layout.left, 6);
  expect(places.at(-1)).toBeCloseTo(layout.right, 6);
});

it('leaves one task to its mean, breaks lines where there is no number, and is not pressed flat by a spike', () => {
  const one = points.map(({ rate }, i) => ({ rate, losses: [i === 20 ? Number.NaN : 1] }));
  const { lines, raw } = layOutRates(one, ['a'], range, 600, 240);
  expect(lines).toHaveLength(1);
  expect(raw.match(/M/g)).toHaveLength(2);
  const spiked = points.map(({ rate, losses }, i) => ({ rate, losses: i === 40 ? [1e9, 1e9] : losses }));
  expect(layOutRates(spiked, ['a', 'b'], range, 600, 240).y.to).toBeLessThan(10);
});

it('draws axes before there are points', () => {
  const { lines, yTicks } = layOutRates([], ['a', 'b'], range, 600, 240);
  expect(lines.every(({ path }) => path === '')).toBe(true);
  expect(yTicks.length).toBeGreaterThan(1);
});

it('finds the point nearest to a rate', () => {
  expect(nearestPoint(points, 1e-4)).toBe(0);
  expect(nearestPoint(points, 0.011)).toBe(20);
  expect(nearestPoint(points, 50)).toBe(40);
  expect(nearestPoint([], 1)).toBe(-1);
});

it('lets what diverged run out of the picture, so that the fall before it is seen', () => {
  const diverging = points.map(({ rate }, i) => ({ rate, losses: [i < 30 ? 2.3 - i / 60 : 2 + (i - 30)] }));
  const { y } = layOutRates(diverging, ['a'], range, 600, 240);
  expect(y.to).toBeLessThan(4);
  expect(y.to).toBeGreaterThan(2.3);
});
