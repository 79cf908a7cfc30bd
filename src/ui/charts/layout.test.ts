/** Geometry of charts: what is drawn is inside the plot, is a number, and is no more than the eye can see. */
import { describe, expect, it } from 'vitest';
import type { Axis, ChartSpec, Curve } from './chart-data.ts';
import { layOut } from './layout.ts';

const spec: ChartSpec = { id: 'loss', title: 'Loss', subtitle: '', unit: 'value', canLog: true };
const size = { width: 400, height: 180 };

function curve(values: number[], dashed = false): Curve {
  const step = Float64Array.from(values, (_, i) => i + 1);
  return {
    id: dashed ? 'validation/a' : 'train/a',
    name: 'a',
    role: dashed ? 'validation' : 'train',
    colour: 'red',
    dashed,
    step,
    seconds: step,
    values: Float64Array.from(values),
  };
}

const axisTo = (to: number, log = false): Axis => ({ name: 'step', per: 1, from: log ? 1 : 0, to, log });
const draw = (curves: Curve[], axis: Axis, logY = false) =>
  layOut(spec, { data: { curves, marks: [] }, axis, logY }, size);

/** Points of a path as pairs of pixels. */
const pointsOf = (path: string) =>
  path
    .split(/[ML]/)
    .filter(Boolean)
    .map((pair) => pair.split(',').map(Number));

describe('layOut', () => {
  it('draws every point of a short curve inside the plot', () => {
    const layout = draw([curve([2, 1, 3])], axisTo(4));
    const points = pointsOf(layout.lines[0]?.path ?? '');
    expect(points).toHaveLength(3);
    for (const [x = -1, y = -1] of points) {
      expect([x >= layout.left, x <= layout.right, y >= layout.top, y <= layout.bottom]).not.toContain(false);
    }
  });

  it('has room for lines that only cross the view', () => {
    const { y } = draw([curve([0, 10, 100])], { ...axisTo(0), from: 2.4, to: 2.6 });
    expect([y.from <= 46, y.to >= 64, y.to < 100]).toEqual([true, true, true]);
  });

  it('keeps zeros and negative values off a log axis, and says when nothing is left', () => {
    const layout = draw([curve([0, -3, 1, 10, 0, 100])], axisTo(6), true);
    expect(
      pointsOf(layout.lines[0]?.path ?? '')
        .flat()
        .every(Number.isFinite),
    ).toBe(true);
    expect(layout.lines[0]?.path.match(/M/g)).toHaveLength(2);
    expect([layout.y.from > 0, layout.y.to >= 100, layout.note]).toEqual([true, true, null]);
    expect(draw([curve([0, -1])], axisTo(2), true).note).toContain('above zero');
    expect(draw([curve([0, -1])], axisTo(2), false).note).toBeNull();
  });

  it('breaks the line at NaN, keeps the point between two gaps, and says since when it is broken', () => {
    const layout = draw([curve([1, Number.NaN, 2, Number.NaN, Infinity])], axisTo(5));
    expect(layout.lines[0]?.path).toMatch(/^M[\d.,]+L[\d.,]+M[\d.,]+L[\d.,]+$/);
    expect(layout.note).toBe('a: not a number since step 4');
    expect(draw([curve([])], axisTo(5)).note).toBe('No values yet');
  });

  it('draws no more of 100,000 points than two per pixel', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => Math.sin(i * 12.9898) + 2);
    for (const log of [false, true]) {
      const path = draw([curve(values)], axisTo(100_000, log)).lines[0]?.path ?? '';
      expect(pointsOf(path).length).toBeLessThanOrEqual(2 * size.width);
      expect(path.length).toBeLessThan(12 * 2 * size.width);
    }
  });

  it('marks the points of a short validation curve, not those of a long one', () => {
    const dots = (count: number) =>
      draw(
        [
          curve(
            Array.from({ length: count }, (_, i) => i),
            true,
          ),
        ],
        axisTo(count),
      ).lines[0]?.dots.length;
    expect([dots(8), dots(500)]).toEqual([8, 0]);
  });
});
