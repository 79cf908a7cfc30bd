/** The range test on curves whose answers are known. */
import { expect, it } from 'vitest';
import {
  hasDiverged,
  rateInRange,
  rateRangeSchema,
  smoothedLosses,
  suggestRates,
  usualRange,
  type RangePoint,
} from './rate-range.ts';

const range = { low: 1e-6, high: 1, steps: 121 };

/** Points of a curve over the decimal logarithm of the rate. */
function pointsOf(loss: (log: number, i: number) => number, { low, high, steps } = range): RangePoint[] {
  return Array.from({ length: steps }, (_, i) => {
    const rate = rateInRange({ low, high, steps }, i);
    return { rate, losses: [loss(Math.log10(rate), i)] };
  });
}

/** Falls from 2.3 to 0.3 as a logistic curve that is steepest at 10^centre. */
const fall = (log: number, centre: number) => 0.3 + 2 / (1 + Math.exp(4 * (log - centre)));
const decadesApart = (one: number | null, other: number) => Math.abs(Math.log10((one ?? 0) / other));

it('raises the rate by the same factor at each step, from the first to the last exactly', () => {
  expect(rateInRange(range, 0)).toBe(1e-6);
  expect(rateInRange(range, 120)).toBeCloseTo(1, 12);
  expect(rateInRange(range, 60)).toBeCloseTo(1e-3, 12);
  const factor = rateInRange(range, 8) / rateInRange(range, 7);
  expect(rateInRange(range, 101) / rateInRange(range, 100)).toBeCloseTo(factor, 10);
});

it('has a range for each optimiser, and refuses one that does not rise', () => {
  expect(usualRange({ kind: 'adam' })).toEqual({ low: 1e-6, high: 1, steps: 100 });
  expect(usualRange({ kind: 'sgd' })).toEqual({ low: 1e-5, high: 10, steps: 100 });
  expect(rateRangeSchema.safeParse({ low: 0.1, high: 0.1 }).success).toBe(false);
});

it('finds the steepest fall of a logistic curve where it is', () => {
  for (const centre of [-4, -3.2, -2]) {
    const { steepest } = suggestRates(pointsOf((log) => fall(log, centre)));
    expect(decadesApart(steepest, 10 ** centre)).toBeLessThan(0.1);
  }
});

it('takes a tenth of the rate of the lowest loss', () => {
  const { tenthOfLowest, reason } = suggestRates(pointsOf((log) => 0.5 + (log + 2) ** 2 / 10));
  expect(decadesApart(tenthOfLowest, 1e-3)).toBeLessThan(0.1);
  expect(reason).toBeNull();
});

it('is not led astray by scatter, nor by what comes after divergence', () => {
  const scatter = (i: number) => 0.05 * Math.sin(i * 12.9898);
  const points = pointsOf((log, i) => fall(log, -3) + scatter(i) + (log > -1 ? 10 ** (8 * (log + 1)) : 0));
  const { steepest, tenthOfLowest } = suggestRates(points);
  expect(decadesApart(steepest, 1e-3)).toBeLessThan(0.3);
  expect(tenthOfLowest).toBeGreaterThan(1e-3);
  expect(tenthOfLowest).toBeLessThan(1e-2);
});

it('judges by the mean over the tasks that had labels', () => {
  const points = pointsOf((log) => fall(log, -3)).map(({ rate, losses: [loss = 0] }, i) => ({
    rate,
    losses: [loss, i % 3 === 0 ? Number.NaN : loss],
  }));
  expect(suggestRates(points)).toEqual(suggestRates(pointsOf((log) => fall(log, -3))));
});

it('suggests nothing where the loss does not fall, and says so', () => {
  for (const loss of [
    () => 2.3,
    (log: number) => 3 + log / 10 + 1,
    (_: number, i: number) => 2 + (i % 2) / 10,
  ])
    expect(suggestRates(pointsOf(loss))).toMatchObject({ steepest: null, tenthOfLowest: null });
  expect(suggestRates(pointsOf(() => 2.3)).reason).toContain('did not fall');
  expect(suggestRates(pointsOf((_, i) => (i < 5 ? 2 : Number.NaN))).reason).toContain('lower rate');
});

it('says where the loss was still falling at the end', () => {
  const { steepest, tenthOfLowest, reason } = suggestRates(pointsOf((log) => 2 - (log + 6) ** 2 / 30));
  expect(steepest).toBeGreaterThan(0.01);
  expect(tenthOfLowest).toBeNull();
  expect(reason).toContain('still falling');
});

/** Points a twentieth of a decade apart. */
const at = (...losses: number[]) => losses.map((loss, i) => ({ rate: 10 ** (i / 20 - 5), losses: [loss] }));

it('ends at four times the best running mean, or at the first that is no number', () => {
  const steady = Array.from({ length: 30 }, () => 1);
  expect(hasDiverged(at(...steady))).toBe(false);
  expect(hasDiverged(at(...steady, 10))).toBe(false); // the running mean is at 3
  expect(hasDiverged(at(...steady, 20))).toBe(true); // at 5.2
  expect(hasDiverged(at(...steady, Number.NaN))).toBe(true);
  expect(hasDiverged(at(...steady, Infinity))).toBe(true);
  expect(hasDiverged([])).toBe(false);
});

it('smooths to both sides alike, around what is missing, and caps what diverged', () => {
  const smoothed = (...losses: number[]) => smoothedLosses(at(...losses), losses);
  const smooth = smoothed(...Array.from({ length: 41 }, (_, i) => (i === 20 ? 3 : 1)));
  for (let i = 1; i < 15; i++) expect(smooth[20 + i]).toBeCloseTo(smooth[20 - i] ?? 0, 3);
  expect(smooth.indexOf(Math.max(...smooth))).toBe(20);
  expect(smoothed(2, Number.NaN, 2)).toEqual([2, 2, 2]);
  expect(Math.max(...smoothed(1, 1, 1, 1e12))).toBeLessThan(4);
});

it('smooths by the rate, not by the step: fewer steps over the same range give nearly the same curve', () => {
  const few = suggestRates(pointsOf((log) => fall(log, -3), { ...range, steps: 41 }));
  const many = suggestRates(pointsOf((log) => fall(log, -3), { ...range, steps: 401 }));
  expect(decadesApart(few.steepest, many.steepest ?? 0)).toBeLessThan(0.1);
});
