/** Smoothing against its definition, written the slow way. */
import { describe, expect, it } from 'vitest';
import { Smoother } from './smooth.ts';

/** Σ wᵏ·y₍ᵢ₋ₖ₎ / Σ wᵏ over the finite values up to i. */
function weightedMean(values: Float64Array, weight: number, upTo: number): number {
  const past = [...values.subarray(0, upTo + 1)].filter(Number.isFinite).toReversed();
  const total = past.reduce((sum, _, k) => sum + weight ** k, 0);
  return past.reduce((sum, value, k) => sum + weight ** k * value, 0) / total;
}

describe('Smoother', () => {
  const values = Float64Array.from({ length: 200 }, (_, i) => Math.exp(-i / 60) + Math.sin(i * 12.9898));

  it('is the weighted mean of the past at every point, from the first on', () => {
    const smoothed = new Smoother(0.9).extend(values);
    expect(smoothed[0]).toBeCloseTo(values[0] ?? 0, 12);
    for (const i of [0, 1, 2, 17, 199]) expect(smoothed[i]).toBeCloseTo(weightedMean(values, 0.9, i), 10);
  });

  it('is not pulled towards zero at the start of a flat curve', () => {
    for (const value of new Smoother(0.999).extend(new Float64Array(50).fill(3)))
      expect(value).toBeCloseTo(3, 9);
  });

  it('gives the values themselves for weight 0', () => {
    expect(new Smoother(0).extend(values)).toEqual(values);
  });

  it('leaves out what is not finite, and goes on behind it as if it had not been', () => {
    const gapped = Float64Array.of(1, Number.NaN, 2, Infinity, 3);
    const smoothed = new Smoother(0.5).extend(gapped);
    const dense = new Smoother(0.5).extend(Float64Array.of(1, 2, 3));
    expect([...smoothed]).toEqual([dense[0], Number.NaN, dense[1], Number.NaN, dense[2]]);
  });

  it('gives the same curve whether it grows or comes at once', () => {
    const long = Float64Array.from({ length: 5000 }, (_, i) => Math.cos(i) + i / 1000);
    const growing = new Smoother(0.97);
    for (const length of [1, 10, 1024, 1025, 4000]) growing.extend(long.subarray(0, length));
    expect(growing.extend(long)).toEqual(new Smoother(0.97).extend(long));
  });

  it('refuses a weight that would keep nothing of the present', () => {
    expect(() => new Smoother(1)).toThrow('weight 1');
    expect(() => new Smoother(Number.NaN)).toThrow(RangeError);
  });
});
