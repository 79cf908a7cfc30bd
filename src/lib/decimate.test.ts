/** What decimation must keep: extremes, order, gaps, edges; and how few points it may give. */
import { describe, expect, it } from 'vitest';
import { decimate, lowerBound, type Window } from './decimate.ts';

const steps = (count: number) => Float64Array.from({ length: count }, (_, i) => i + 1);
const wave = (count: number) =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(i / 1000) + Math.sin(i * 78.233) / 4);
const finite = (values: Float64Array) => values.filter(Number.isFinite);

/** The pixel column of a position. */
function columnOf(position: number, { from, to, columns, log }: Window): number {
  const share = log ? Math.log(position / from) / Math.log(to / from) : (position - from) / (to - from);
  return Math.floor(share * columns);
}

describe('decimate', () => {
  const x = steps(100_000);
  const y = wave(100_000);

  for (const log of [false, true]) {
    const window: Window = { from: 1, to: 100_001, columns: 400, log };

    it(`keeps lowest and highest of every pixel column (${log ? 'log' : 'linear'} x)`, () => {
      const thin = decimate(x, y, window);
      const extremes = (px: Float64Array, py: Float64Array) => {
        const found = new Map<number, [low: number, high: number]>();
        for (const [i, position] of px.entries()) {
          const column = columnOf(position, window);
          const [low, high] = found.get(column) ?? [Infinity, -Infinity];
          const value = py[i] ?? Number.NaN;
          found.set(column, [Math.min(low, value), Math.max(high, value)]);
        }
        return found;
      };
      const whole = extremes(x, y);
      const kept = extremes(thin.x, thin.y);
      let alike = 0;
      for (const [column, pair] of whole) {
        const other = kept.get(column);
        if (other && other[0] === pair[0] && other[1] === pair[1]) alike++;
      }
      // Rounding may put a point of a boundary into the neighbouring column.
      expect(alike).toBeGreaterThanOrEqual(whole.size - 2);
      expect(kept.size).toBe(whole.size);
    });

    it(`gives at most two points per column, in order (${log ? 'log' : 'linear'} x)`, () => {
      const thin = decimate(x, y, window);
      expect(thin.x.length).toBeLessThanOrEqual(2 * window.columns + 4);
      for (let i = 1; i < thin.x.length; i++) expect(thin.x[i]).toBeGreaterThan(thin.x[i - 1] ?? 0);
    });
  }

  it('does not lose a single spike among 100,000 points', () => {
    const spiked = y.slice();
    spiked[54_321] = 99;
    const thin = decimate(x, spiked, { from: 1, to: 100_000, columns: 300, log: false });
    expect(thin.x[thin.y.indexOf(99)]).toBe(54_322);
  });

  it('marks a gap once and keeps the points beside it', () => {
    const gapped = y.slice().fill(Number.NaN, 40_000, 60_000);
    gapped[50_000] = Infinity;
    const thin = decimate(x, gapped, { from: 1, to: 100_000, columns: 200, log: false });
    const inside = thin.x.filter((position) => position > 40_000 && position <= 60_000);
    expect(inside.length).toBeGreaterThan(0);
    expect(thin.y.filter((value) => value === Infinity)).toHaveLength(0);
    for (const position of inside) expect(thin.y[thin.x.indexOf(position)]).toBeNaN();
    expect(thin.x.length).toBeLessThanOrEqual(3 * 202);
  });

  it('interrupts the line where a gap is narrower than a pixel', () => {
    const gapped = y.slice();
    gapped[70_000] = Number.NaN;
    const thin = decimate(x, gapped, { from: 1, to: 100_000, columns: 200, log: false });
    expect(thin.y.filter(Number.isNaN)).toHaveLength(1);
    expect(finite(thin.y).length).toBe(thin.y.length - 1);
  });

  it('keeps one point beyond either edge', () => {
    const thin = decimate(x, y, { from: 20_000.5, to: 80_000.5, columns: 100, log: false });
    expect(thin.x[0]).toBe(20_000);
    expect(thin.x.at(-1)).toBeGreaterThan(80_000.5);
    expect(thin.x.at(-1)).toBeLessThanOrEqual(80_002);
  });

  it('leaves short curves as they are, and knows none', () => {
    const short = decimate(steps(50), wave(50), { from: 0, to: 60, columns: 100, log: false });
    expect([short.x.length, short.y]).toEqual([50, wave(50)]);
    const none = decimate(new Float64Array(), new Float64Array(), { from: 0, to: 1, columns: 9, log: false });
    expect(none.x).toHaveLength(0);
  });

  it('shows nothing at or below zero on a log axis', () => {
    const from0 = Float64Array.of(0, 1, 2, 3);
    const thin = decimate(from0, from0, { from: 1, to: 3, columns: 100, log: true });
    expect([...thin.x]).toEqual([1, 2, 3]);
  });
});

describe('lowerBound', () => {
  it('is the first index that is not below', () => {
    expect([0, 1, 1.5, 4, 9].map((bound) => lowerBound([1, 2, 4, 4], bound))).toEqual([0, 0, 1, 2, 4]);
  });
});
