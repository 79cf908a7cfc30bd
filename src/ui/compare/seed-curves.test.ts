/** Seeds as one curve: mean and deviation at equal steps, of what is drawn. */
import { expect, it } from 'vitest';
import type { Curve } from '../charts/chart-data.ts';
import { seedCurve } from './seed-curves.ts';

function curve(id: string, values: number[], smoothed?: number[]): Curve {
  const step = Float64Array.from(values, (_, i) => i + 1);
  return {
    id: `${id}/train`,
    name: id,
    role: 'train',
    colour: 'red',
    dashed: false,
    row: id,
    step,
    seconds: step.map((each) => each / 10),
    x: step.map((each) => each * 1000),
    values: Float64Array.from(values),
    ...(smoothed ? { smoothed: Float64Array.from(smoothed) } : {}),
  };
}

const close = (values: Float64Array | undefined) =>
  [...(values ?? [])].map((each) => Number(each.toFixed(9)));

it('is their mean with a band of one sample standard deviation, in the look of the first', () => {
  const mean = seedCurve([curve('a', [1, 2]), curve('b', [3, 6]), curve('c', [5, 4])]);
  expect(mean).toMatchObject({ name: 'a (3 seeds)', role: 'train', colour: 'red' });
  expect(close(mean?.values)).toEqual([3, 4]);
  expect(mean?.smoothed).toBeUndefined();
  expect(close(mean?.band?.low)).toEqual([1, 2]);
  expect(close(mean?.band?.high)).toEqual([5, 6]);
  expect(close(mean?.x)).toEqual([1000, 2000]);
  expect(close(mean?.seconds)).toEqual([0.1, 0.2]);
});

it('takes the band of the smoothed curves, and the faint line of the measured ones', () => {
  const mean = seedCurve([curve('a', [0, 8], [2, 3]), curve('b', [4, 0], [4, 5])]);
  expect(close(mean?.values)).toEqual([2, 4]);
  expect(close(mean?.smoothed)).toEqual([3, 4]);
  expect(close(mean?.band?.high)).toEqual([3, 4].map((each) => Number((each + Math.SQRT2).toFixed(9))));
});

it('goes on with those that are left where a run is shorter, without a band for one alone', () => {
  const mean = seedCurve([curve('a', [1, 2, 9]), curve('b', [3, 4])]);
  expect(close(mean?.step)).toEqual([1, 2, 3]);
  expect(close(mean?.values)).toEqual([2, 3, 9]);
  expect(mean?.band?.low[2]).toBeNaN();
});
