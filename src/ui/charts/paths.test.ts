/** Paths of regions and signs, and what is drawn where there are very many lines. */
import { describe, expect, it } from 'vitest';
import type { Axis, ChartSpec, Curve } from './chart-data.ts';
import { layOut } from './layout.ts';
import { areaOf, signsOf } from './paths.ts';
import { scaleOf } from './scale.ts';

const x = scaleOf(0, 10, 0, 100, false);
const y = scaleOf(0, 10, 100, 0, false);
const line = (values: readonly number[]) => ({
  x: Float64Array.from(values, (_, i) => i),
  y: Float64Array.from(values),
});

describe('the region between two lines', () => {
  it('goes along the upper one and back along the lower one', () => {
    expect(areaOf(line([1, 2]), line([3, 4]), x, y)).toBe('M0,70L10,60L10,80L0,90Z');
  });

  it('is a shape for each part without gaps', () => {
    const area = areaOf(line([1, Number.NaN, 1, 1]), line([3, Number.NaN, 3, 3]), x, y);
    expect(area.match(/M[^Z]*Z/g)).toEqual(['M0,70L0,90Z', 'M20,70L30,70L30,90L20,90Z']);
  });

  it('ends at the foot of a log axis where its lower line is not above zero', () => {
    const log = scaleOf(1, 100, 100, 0, true);
    expect(areaOf(line([-5]), line([10]), x, log)).toBe('M0,50L0,100Z');
  });
});

describe('signs', () => {
  it('stand apart on points of the line, at least one of them', () => {
    const dense = {
      x: Float64Array.from({ length: 101 }, (_, i) => i / 10),
      y: new Float64Array(101).fill(5),
    };
    const places = [...signsOf('square', dense, x, y).matchAll(/M([\d.]+),50/g)].map(([, at]) => Number(at));
    expect(places).toEqual([18, 82]);
    expect(signsOf('cross', line([5]), x, y)).toMatch(/^M0,50m/);
    expect(signsOf('cross', line([Number.NaN]), x, y)).toBe('');
  });
});

describe('very many lines', () => {
  const spec: ChartSpec = { id: 'loss', title: 'Loss', subtitle: '', unit: 'value', canLog: true };
  const axis: Axis = { name: 'flops', per: 1, from: 0, to: 4e12, log: false };
  const curve = (id: number): Curve => ({
    id: `${id}`,
    name: `${id}`,
    role: 'train',
    colour: 'red',
    dashed: false,
    step: Float64Array.of(1, 2, 3),
    seconds: Float64Array.of(1, 2, 3),
    x: Float64Array.of(1e12, 2e12, 3e12),
    values: Float64Array.of(id, id + 1, id + 2),
    smoothed: Float64Array.of(id, id, id),
  });
  const draw = (count: number, isRawHidden = false) =>
    layOut(
      spec,
      {
        data: { curves: Array.from({ length: count }, (_, id) => curve(id)), marks: [] },
        axis,
        logY: false,
        isRawHidden,
      },
      { width: 400, height: 180 },
    );

  it('go to a canvas, with the same axes', () => {
    const [few, many] = [draw(40), draw(200)];
    expect([few.lines.length, few.onCanvas.length]).toEqual([40, 0]);
    expect([many.lines.length, many.onCanvas.length]).toEqual([0, 200]);
    expect([many.y.from, many.y.to]).toEqual([0, 250]);
    expect(many.xTicks.map(({ text }) => text)).toEqual(['0', '1T', '2T', '3T', '4T']);
  });

  it('are drawn at positions of their own, and without the measured ones behind them where that is asked', () => {
    const [first] = draw(200, true).onCanvas;
    expect([...(first?.main.x ?? [])]).toEqual([1e12, 2e12, 3e12]);
    expect([first?.raw, draw(200).onCanvas[0]?.raw?.y[2]]).toEqual([null, 2]);
    expect(draw(3, true).lines[0]).not.toHaveProperty('raw');
  });
});
