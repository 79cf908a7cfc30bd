/** Spread, Pareto front, median rule and Δm: against numpy where there is something to compute, else by hand. */
import { describe, expect, it, test } from 'vitest';
import { taskFor } from '#experiment/tasks/index.ts';
import { shapesInfo } from '#experiment/testing.ts';
import { deltaM, parameterSaving, relativeChange } from './delta-m.ts';
import fixture from './fixtures/studies.json' with { type: 'json' };
import { isHopeless, medianOf } from './median-rule.ts';
import { paretoFront, type Direction } from './pareto.ts';
import { spreadOf, spreadOfCurves } from './spread.ts';

const numbers = (values: readonly (number | null)[]) => values.map((value) => value ?? Number.NaN);

function expectClose(ours: ArrayLike<number>, theirs: readonly (number | null)[]): void {
  expect(ours.length).toBe(theirs.length);
  for (const [i, value] of theirs.entries())
    if (value === null) expect(ours[i]).toBeNaN();
    else expect(ours[i]).toBeCloseTo(value, 12);
}

describe('spread', () => {
  it('is the mean and the deviation of a sample, without what is not defined', () => {
    const { of, mean, deviation } = fixture.spread.values;
    const spread = spreadOf(numbers(of));
    expect(spread.mean).toBeCloseTo(mean, 12);
    expect(spread.deviation).toBeCloseTo(deviation, 12);
    expect(spread.count).toBe(4);
    expect(spreadOf([3])).toEqual({ mean: 3, deviation: Number.NaN, count: 1 });
    expect(spreadOf([Number.NaN])).toEqual({ mean: Number.NaN, deviation: Number.NaN, count: 0 });
  });

  it('is taken of curves at equal steps', () => {
    const { curves, steps, mean, deviation, count } = fixture.spread;
    const ours = spreadOfCurves(curves.map((curve) => ({ ...curve, values: numbers(curve.values) })));
    expect([...ours.steps]).toEqual(steps);
    expectClose(ours.mean, mean);
    expectClose(ours.deviation, deviation);
    expect([...ours.count]).toEqual(count);
    expect(spreadOfCurves([]).steps).toHaveLength(0);
  });
});

describe('the Pareto front', () => {
  const points = fixture.pareto.points.map(([x, y]) => ({ x: x ?? Number.NaN, y: y ?? Number.NaN }));
  test.each(Object.entries(fixture.pareto.fronts))('of %s is what its definition says', (name, expected) => {
    const [x, y] = name.split(' ') as [Direction, Direction];
    const front = paretoFront(points, { x, y });
    expect(front.toSorted((a, b) => a - b)).toEqual(expected);
    const along = front.map((index) => points[index]?.x ?? Number.NaN);
    expect(along).toEqual(along.toSorted((a, b) => (x === 'higher' ? b - a : a - b)));
  });

  it('holds all of several equal points', () => {
    const twins = [
      { x: 1, y: 1 },
      { x: 1, y: 1 },
      { x: 0, y: 1 },
    ];
    expect(paretoFront(twins, { x: 'higher', y: 'higher' })).toEqual([0, 1]);
    expect(paretoFront([], { x: 'higher', y: 'lower' })).toEqual([]);
  });
});

describe('the median rule', () => {
  const losses = (...values: number[]) => values.map((loss, n) => ({ step: 10 * (n + 1), loss }));
  const rule = { grace: 2, least: 3 };
  /** Running averages after two validations: 2, 3, 4; after three: 1.67, 2.67, 3.67. */
  const others = [losses(3, 1, 1), losses(4, 2, 2), losses(5, 3, 3)];

  it('compares the best so far with the median of the running averages', () => {
    expect(isHopeless(rule, losses(9, 3.1), others)).toBe(true);
    expect(isHopeless(rule, losses(9, 3), others)).toBe(false);
    expect(isHopeless(rule, losses(3, 9), others)).toBe(false);
    expect(isHopeless(rule, losses(9, 9, 2.7), others)).toBe(true);
    expect(isHopeless(rule, losses(9, 9, 2.6), others)).toBe(false);
  });

  it('waits for its validations and for enough others that have come as far', () => {
    expect(isHopeless(rule, losses(9), others)).toBe(false);
    expect(isHopeless(rule, [], others)).toBe(false);
    expect(isHopeless(rule, losses(9, 9), others.slice(1))).toBe(false);
    expect(isHopeless(rule, losses(9, 9, 9, 9), others)).toBe(false);
    expect(isHopeless({ grace: 1, least: 0 }, losses(9), [])).toBe(false);
  });

  it('stops one that is no number, and does not count those', () => {
    const { NaN: none } = Number;
    expect(isHopeless(rule, losses(none, none), others)).toBe(true);
    expect(isHopeless(rule, losses(none, 1), others)).toBe(false);
    expect(isHopeless(rule, losses(9, 9), [...others.slice(1), losses(none, none)])).toBe(false);
    expect(isHopeless(rule, losses(9, 3.1), [...others, losses(none, none)])).toBe(true);
  });

  it('takes the mean of the two in the middle', () => {
    expect(medianOf([5, 1, 2, 4])).toBe(3);
    expect(medianOf([5, 1, 2])).toBe(2);
    expect(medianOf([])).toBeNaN();
  });
});

describe('Δm', () => {
  const tasks = shapesInfo.columns.map(taskFor);
  const scores = (loss: number, metrics: Record<string, number>) => ({ loss, metrics });
  const multi = {
    shape: scores(0.5, { accuracy: 0.9, f1: 0.1 }),
    colours: scores(0.2, { map: 0.66, f1: 0, 'label-accuracy': 0 }),
    position: scores(0.04, { mae: 0.08, r2: 0.5 }),
    size: scores(0.1, { mae: 0.3, r2: -1 }),
  };
  const single = {
    shape: scores(0.4, { accuracy: 0.8, f1: 0.9 }),
    colours: scores(0.4, { map: 0.6, f1: 0, 'label-accuracy': 0 }),
    position: scores(0.05, { mae: 0.1, r2: 0.2 }),
    size: scores(0.1, { mae: 0.2, r2: -2 }),
  };

  it('has the sign of the metric: more accuracy is better, less error is better', () => {
    const { tasks: changes, mean, count } = deltaM(tasks, multi, single);
    expect(changes.map(({ task, quantity }) => `${task} ${quantity.id}`)).toEqual([
      'shape accuracy',
      'colours map',
      'position mae',
      'size mae',
    ]);
    expectClose(
      changes.map(({ change }) => change),
      [12.5, 10, 20, -50],
    );
    expect(mean).toBeCloseTo(-1.875, 12);
    expect(count).toBe(4);
  });

  it('goes by the losses, too', () => {
    const { tasks: changes } = deltaM(tasks, multi, single, 'loss');
    expectClose(
      changes.map(({ change }) => change),
      [-25, 50, 20, 0],
    );
    expect(changes[0]?.quantity).toMatchObject({ id: 'loss', name: 'cross-entropy', direction: 'lower' });
  });

  it('is 0 against itself, and turns its sign where better becomes worse', () => {
    expect(deltaM(tasks, multi, multi).mean).toBe(0);
    expect(relativeChange(0.7, 0.8, 'higher')).toBeCloseTo(-12.5, 12);
    expect(relativeChange(0.9, 0.8, 'higher')).toBeCloseTo(12.5, 12);
    expect(relativeChange(0.7, 0.8, 'lower')).toBeCloseTo(12.5, 12);
    expect(relativeChange(-1, -2, 'higher')).toBe(50);
    expect(relativeChange(1, 0, 'higher')).toBeNaN();
  });

  it('counts the tasks that are known while others train', () => {
    const { tasks: changes, mean, count } = deltaM(tasks, multi, { position: single.position });
    expectClose(
      changes.map(({ change }) => change),
      [null, null, 20, null],
    );
    expect({ mean, count }).toEqual({ mean: expect.closeTo(20, 12), count: 1 });
    expect(deltaM(tasks, multi, {})).toMatchObject({ mean: Number.NaN, count: 0 });
  });

  it('saves parameters', () => {
    expect(parameterSaving(60, [50, 50])).toEqual({ multi: 60, single: 100, saved: 0.4 });
  });
});
