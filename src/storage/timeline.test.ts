import { describe, expect, it } from 'vitest';
import { checkpointsKept, type Course } from './timeline.ts';

const course = (change: Partial<Course>): Course => ({
  steps: [],
  last: 0,
  best: undefined,
  totalSteps: 900,
  bytes: 2 ** 20,
  ...change,
});

/** What is left where one checkpoint comes after the other, and the rule is asked every time. */
function thinned(steps: readonly number[], change: Partial<Course> = {}): number[] {
  return steps.reduce<number[]>(
    (kept, last) => checkpointsKept(course({ ...change, steps: kept, last })),
    [],
  );
}

const every = (distance: number, to: number) =>
  Array.from({ length: Math.floor(to / distance) + 1 }, (_, i) => i * distance);

describe('checkpointsKept', () => {
  it('keeps the last one and eight in between, nearest to even distances', () => {
    expect(thinned(every(30, 900))).toEqual([90, 210, 300, 390, 510, 600, 690, 810, 900]);
    expect(thinned(every(100, 900))).toEqual(every(100, 900).slice(1));
  });

  it('comes to the same whether it is asked at each checkpoint or once at the end', () => {
    const steps = [0, 3, 17, 40, 41, 99, 180, 222, 301, 400, 423, 500, 555, 640, 700, 707, 800, 871, 900];
    expect(thinned(steps)).toEqual(checkpointsKept(course({ steps, last: 900 })));
  });

  it('keeps the best by the mean beside them, and both where they are the same once', () => {
    expect(checkpointsKept(course({ steps: [0, 37, 100], last: 105, best: 37, bytes: 2 ** 30 }))).toEqual([
      37, 105,
    ]);
    expect(checkpointsKept(course({ steps: [0], last: 105, best: 105, bytes: 2 ** 30 }))).toEqual([105]);
  });

  it('keeps fewer of a large network, and none of one that is larger than the budget', () => {
    expect(thinned(every(10, 900), { bytes: 20 * 2 ** 20 })).toHaveLength(4);
    expect(thinned(every(10, 900), { bytes: 64 * 2 ** 20 })).toEqual([450, 900]);
    expect(thinned(every(10, 900), { bytes: 160 * 2 ** 20 })).toEqual([900]);
  });

  it('lets go of those later than the step that a run went back to', () => {
    expect(checkpointsKept(course({ steps: [100, 300, 900], last: 200, best: 900 }))).toEqual([100, 200]);
    expect(checkpointsKept(course({ steps: [], last: 0 }))).toEqual([0]);
  });
});
