/** Reading curves at a position: the nearest point of each, the highest first. */
import { describe, expect, it } from 'vitest';
import type { Axis, Curve } from './chart-data.ts';
import { describeReadings, formatPosition, nearest, neighbour, readAt, snap } from './readings.ts';

const axis: Axis = { name: 'step', per: 1, from: 0, to: 100, log: false };

function curve(name: string, step: number[], values: number[], smoothed?: number[]): Curve {
  return {
    id: name,
    name,
    role: 'train',
    colour: 'red',
    dashed: false,
    step: Float64Array.from(step),
    seconds: Float64Array.from(step, (at) => at / 10),
    values: Float64Array.from(values),
    ...(smoothed ? { smoothed: Float64Array.from(smoothed) } : {}),
  };
}

const data = {
  curves: [
    curve('low', [1, 2, 3, 4], [1, 1, 1, Number.NaN], [0.5, 0.5, 0.5, Number.NaN]),
    curve('high', [2, 4], [7, 3]),
    curve('empty', [], []),
  ],
  marks: [],
};

describe('readings', () => {
  it('take the nearest point of each curve and sort by what is drawn', () => {
    const at = readAt(data, axis, 2.9);
    expect(at.map(({ curve: { name }, step, value, smoothed }) => [name, step, value, smoothed])).toEqual([
      ['high', 2, 7, 7],
      ['low', 3, 1, 0.5],
    ]);
    expect(describeReadings(at, false)).toBe('high, train 7.000; low, train 0.5000');
  });

  it('put what is no number last', () => {
    expect(readAt(data, axis, 4).map(({ curve: { name } }) => name)).toEqual(['high', 'low']);
  });

  it('follow the axis', () => {
    expect(readAt(data, { ...axis, name: 'seconds' }, 0.21)[0]?.step).toBe(2);
    expect(snap(data, { ...axis, name: 'seconds' }, 0.29)).toBeCloseTo(0.3, 12);
    expect([formatPosition(axis, 1230), formatPosition({ ...axis, name: 'epoch', per: 78 }, 156)]).toEqual([
      'step 1,230',
      'epoch 2',
    ]);
  });

  it('move from point to point, and stop at the ends', () => {
    expect([neighbour(data, axis, 2, 1), neighbour(data, axis, 4, 5), neighbour(data, axis, 1, -1)]).toEqual([
      3, 4, 1,
    ]);
    expect([nearest(Float64Array.of(1, 4), 2.5), nearest(Float64Array.of(), 1)]).toEqual([0, -1]);
  });
});
