/** Round numbers on axes, in both spacings, at the edges where rounding goes wrong. */
import { describe, expect, it } from 'vitest';
import {
  compactNumber,
  formatReading,
  growingEnd,
  linearTicks,
  logTicks,
  logValueTicks,
  roundDomain,
  roundLogDomain,
  roundUp,
  scaleOf,
  symmetricDomain,
  valueTicks,
} from './scale.ts';

describe('scaleOf', () => {
  it('maps ends to ends and back, linear and logarithmic', () => {
    for (const log of [false, true]) {
      const scale = scaleOf(1, 1000, 40, 340, log);
      expect([scale.at(1), scale.at(1000)].map(Math.round)).toEqual([40, 340]);
      expect(scale.invert(scale.at(37))).toBeCloseTo(37, 9);
    }
    expect(scaleOf(1, 1000, 0, 300, true).at(10)).toBeCloseTo(100, 9);
  });
});

describe('ticks', () => {
  it('are round multiples inside the domain', () => {
    expect(linearTicks(0, 2.4, 4)).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(linearTicks(0, 3, 3)).toEqual([0, 1, 2, 3]);
    expect(linearTicks(0, 0.3, 3)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(linearTicks(0, 780, 4)).toEqual([0, 200, 400, 600]);
    expect(linearTicks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
  });

  it('are powers of ten on a log axis, finer or coarser as there is room', () => {
    expect(logTicks(1, 1000, 4)).toEqual([1, 10, 100, 1000]);
    expect(logTicks(1, 100, 6)).toEqual([1, 2, 5, 10, 20, 50, 100]);
    expect(logTicks(1e-8, 1, 4)).toEqual([1e-8, 1e-6, 1e-4, 1e-2, 1]);
    expect(logTicks(0.5, 0.9, 4)).toEqual([0.5, 0.6, 0.7, 0.8, 0.9]);
  });

  it('are written alike', () => {
    const texts = (values: number[], share = false) => valueTicks(values, share).map(({ text }) => text);
    expect(texts([0, 0.5, 1])).toEqual(['0.0', '0.5', '1.0']);
    expect(texts([0, 0.25, 0.5, 0.75, 1], true)).toEqual(['0', '25', '50', '75', '100']);
    expect(texts([-1, 0, 1])).toEqual(['−1', '0', '1']);
    expect(texts([0, 0.0005, 0.001])).toEqual(['0', '5e-4', '1e-3']);
    expect(texts([0, 20_000])).toEqual(['0', '20k']);
    expect(logValueTicks([1e-4, 0.1, 10], false).map(({ text }) => text)).toEqual(['1e-4', '0.1', '10']);
    expect([780, 1000, 12_500, 2e6].map(compactNumber)).toEqual(['780', '1k', '12.5k', '2M']);
  });
});

describe('domains', () => {
  it('end on round numbers and hold all values', () => {
    expect(roundDomain(0.57, 2.31, false, 4)).toEqual([0, 2.5]);
    expect(roundDomain(0.8, 0.93, true, 4)).toEqual([0.8, 0.95]);
    expect(roundDomain(0.62, 0.99, true, 4)).toEqual([0.6, 1]);
  });

  it('are sane for one value, for zero, and for none', () => {
    expect(roundDomain(0.001, 0.001, false, 4)).toEqual([0, 0.00125]);
    const [from, to] = roundDomain(-2, -2, false, 4);
    expect([from <= -2, to > -2]).toEqual([true, true]);
    expect(roundDomain(0, 0, false, 4)[1]).toBeGreaterThan(0);
    expect(roundDomain(Infinity, -Infinity, false, 4)).toEqual([0, 1]);
    expect(roundLogDomain(Infinity, -Infinity)).toEqual([0.1, 1]);
  });

  it('may keep zero in the middle', () => {
    expect(symmetricDomain(-0.31, 0.12)).toEqual([-0.5, 0.5]);
    expect(symmetricDomain(-0.2, 0.93)).toEqual([-1, 1]);
    expect(symmetricDomain(0, 0)).toEqual([-1, 1]);
    expect(symmetricDomain(Infinity, -Infinity)).toEqual([-1, 1]);
  });

  it('hold all values on a log axis', () => {
    expect(roundLogDomain(0.03, 2.3)).toEqual([0.02, 5]);
    const [from, to] = roundLogDomain(0.001, 0.001);
    expect([from <= 0.001, to > from]).toEqual([true, true]);
  });
});

describe('growingEnd', () => {
  it('runs ahead of a run in round steps, up to its planned end', () => {
    expect([1, 60, 101, 480, 600, 780].map((step) => growingEnd(step, 780))).toEqual([
      10, 100, 200, 500, 780, 780,
    ]);
    expect(growingEnd(800, 780)).toBe(1000);
    expect(growingEnd(0, 0)).toBe(1);
  });
});

it('writes readings with their unit', () => {
  expect([0.8412, Number.NaN].map((value) => formatReading(value, true))).toEqual(['84.1 %', 'NaN']);
  expect([-0.25, 2.2, 0.001, 0, 123456].map((value) => formatReading(value, false))).toEqual([
    '−0.2500',
    '2.200',
    '0.001',
    '0',
    '123,456',
  ]);
  expect(roundUp(0.3)).toBe(0.5);
});
