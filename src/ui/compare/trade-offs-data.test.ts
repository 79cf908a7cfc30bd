import { expect, test } from 'vitest';
import type { Experiment } from '#experiment/schema.ts';
import type { RunRecord } from '#stores/library.ts';
import { experiment, record } from '../runs/testing.ts';
import { firstParallel, linesOf, moved, parallelAxis, passes, quantitiesCsv } from './parallel-data.ts';
import { headsOf } from './table-data.ts';
import { axisOf, firstAxes, plotOf, type Quantity, quantitiesOf, stepsOf, tell } from './trade-offs-data.ts';

const [first = '', second = ''] = experiment.tasks.map(({ id }) => id);

/** A run whose two tasks have these accuracies. */
function run(
  id: string,
  accuracies: readonly [number, number] | null,
  change: Partial<RunRecord> = {},
): RunRecord {
  if (!accuracies) return record(id, { validations: [], best: {}, ...change });
  const [one, other] = accuracies.map((accuracy) => ({ loss: 1 - accuracy, metrics: { accuracy } }));
  const [validation] = record(id).validations;
  if (!one || !other || !validation) throw new Error('two tasks and a validation');
  const validations = [{ ...validation, tasks: { [first]: one, [second]: other } }];
  return record(id, { validations, ...change });
}

const rate = (learningRate: number): Partial<RunRecord> => ({
  experiment: { ...experiment, training: { ...experiment.training, learningRate } } satisfies Experiment,
});

function laid(runs: readonly RunRecord[], folded = false) {
  const heads = headsOf(runs, folded);
  const quantities = quantitiesOf(heads, runs, 'best');
  const of = (id: string): Quantity => {
    const found = quantities.find((each) => each.id === id);
    if (!found) throw new Error(`no ${id} among ${quantities.map((each) => each.id).join(', ')}`);
    return found;
  };
  return { heads, quantities, of };
}

const names = (heads: readonly { readonly first: RunRecord }[]) => heads.map((head) => head.first.id);

test('begins with two tasks against each other, with one task with what it cost', () => {
  const [task] = experiment.tasks;
  if (!task) throw new Error('a task');
  expect(firstAxes([record('a')])).toEqual({ x: `metric/${first}/accuracy`, y: `metric/${second}/accuracy` });
  const alone = record('a', { experiment: { ...experiment, tasks: [task] } });
  expect(firstAxes([alone])).toEqual({ x: 'cost/flops', y: `metric/${first}/accuracy` });
});

test('the front has every run that no other beats in both, by the direction of each quantity', () => {
  const { heads, of } = laid([
    run('a', [0.9, 0.5]),
    run('b', [0.5, 0.9]),
    run('c', [0.4, 0.8]),
    run('d', [0.7, 0.7]),
  ]);
  const linear = { x: false, y: false };
  const higher = plotOf(heads, of(`metric/${first}/accuracy`), of(`metric/${second}/accuracy`), linear);
  expect(names(higher.front.map(({ head }) => head))).toEqual(['a', 'd', 'b']);
  const lower = plotOf(
    heads,
    of(`loss/${first}/classification`),
    of(`loss/${second}/classification`),
    linear,
  );
  expect(names(lower.front.map(({ head }) => head))).toEqual(['a', 'd', 'b']);
  const mixed = plotOf(heads, of(`metric/${first}/accuracy`), of(`loss/${second}/classification`), linear);
  expect(mixed.points.map(({ onFront }) => onFront)).toEqual([true, true, false, true]);
  const same = plotOf(heads, of('mean/loss'), of('mean/loss'), linear);
  expect(same.points.every(({ onFront }) => onFront === null)).toBe(true);
});

test('runs without numbers are told apart, as are those that a logarithm cannot show', () => {
  const { heads, of } = laid([
    run('a', [0.9, 0.5]),
    run('b', null),
    run('c', [0, Number.NaN]),
    run('d', [0, 0.3]),
  ]);
  const [x, y] = [of(`metric/${first}/accuracy`), of(`metric/${second}/accuracy`)];
  expect(names(plotOf(heads, x, y, { x: false, y: false }).missing)).toEqual(['b', 'c']);
  expect(names(plotOf(heads, x, y, { x: true, y: false }).missing)).toEqual(['b', 'c', 'd']);
  const neutral = laid([run('a', [0.9, 0.5], rate(1e-3)), run('b', [0.8, 0.6], rate(1e-2))]);
  const plot = plotOf(neutral.heads, neutral.of('field/training.learningRate'), neutral.of('mean/loss'), {
    x: true,
    y: false,
  });
  expect(plot.front).toEqual([]);
  expect(plot.points.map((point) => point.x)).toEqual([1e-3, 1e-2]);
});

test('seeds share a point at their mean, with their deviation', () => {
  const seeded = (id: string, seed: number, accuracy: number) =>
    run(id, [accuracy, 0.5], { experiment: { ...experiment, seed } });
  const { heads, of } = laid([seeded('a', 0, 0.7), seeded('b', 1, 0.72), seeded('c', 2, 0.74)], true);
  const [point, ...others] = of(`metric/${first}/accuracy`).values;
  expect(others).toEqual([]);
  expect(point?.mean).toBeCloseTo(0.72);
  expect(point?.deviation).toBeCloseTo(0.02);
  expect(quantitiesCsv(heads, [of('mean/loss')])).toMatch(/^run,mean loss,"mean loss, std"\n/);
});

test('the steps go round what the front dominates', () => {
  const front = [
    { x: 90, y: 50 },
    { x: 50, y: 10 },
  ];
  expect(stepsOf(front, { x: 0, y: 100 })).toBe('M90,100H90V50H50V10H0');
  expect(stepsOf([], { x: 0, y: 100 })).toBe('');
});

test('axes are round about their values, and stay possible', () => {
  const place = { start: 0, end: 100, count: 5 };
  const near = axisOf([0.71, 0.79], 'share', false, place).scale;
  expect(near.from).toBeGreaterThan(0.6);
  expect(near.to).toBeLessThanOrEqual(0.82);
  expect(axisOf([0.99, 1], 'share', false, place).scale.to).toBe(1);
  expect(axisOf([0, 3], 'value', false, place).scale.from).toBe(0);
  expect(axisOf([], 'value', false, place).scale).toMatchObject({ from: 0, to: 1 });
  const flat = axisOf([5, 5], 'value', false, place).scale;
  expect(flat.at(5)).toBeGreaterThan(0);
  expect(flat.at(5)).toBeLessThan(100);
  const log = axisOf([1e-4, 1e-2, -1, Number.NaN], 'value', true, place);
  expect(log.scale.at(1e-3)).toBeCloseTo(50);
  expect(log.ticks.length).toBeGreaterThan(1);
});

test('parallel axes have their better end up, and settings that span much a logarithm', () => {
  const { quantities, of } = laid([run('a', [0.9, 0.5], rate(1e-3)), run('b', [0.8, 0.6], rate(1e-1))]);
  const loss = parallelAxis(of(`loss/${first}/classification`));
  expect(loss.isFlipped).toBe(true);
  expect(loss.shares[0]).toBeGreaterThan(loss.shares[1] ?? 1); // the lower loss is up
  const metric = parallelAxis(of(`metric/${first}/accuracy`));
  expect(metric.shares[0]).toBeGreaterThan(metric.shares[1] ?? 1);
  expect(parallelAxis(of('field/training.learningRate')).scale.log).toBe(true);
  expect(firstParallel([record('a')], quantities)[0]).toBe('field/training.learningRate');
});

test('chosen parts let through what lies in all of them; a run without a number lies in none', () => {
  const { of } = laid([run('a', [0.9, 0.5]), run('b', [0.5, 0.9]), run('c', null)]);
  const axes = [parallelAxis(of(`metric/${first}/accuracy`)), parallelAxis(of(`metric/${second}/accuracy`))];
  const [one, other] = axes.map(({ quantity }) => quantity.id);
  const through = (brushes: Record<string, { low: number; high: number }>) =>
    [0, 1, 2].filter((head) => passes(axes, brushes, head));
  expect(through({})).toEqual([0, 1, 2]);
  expect(through({ [one ?? '']: { low: 0.5, high: 1 } })).toEqual([0]);
  expect(through({ [one ?? '']: { low: 0.5, high: 1 }, [other ?? '']: { low: 0.5, high: 1 } })).toEqual([]);
  expect(through({ [one ?? '']: { low: 0, high: 1 } })).toEqual([0, 1, 2]);
});

test('ends of a part move within the axis and not past each other; the whole axis is no part', () => {
  expect(moved({ low: 0, high: 1 }, 'high', 0.95)).toEqual({ low: 0, high: 0.95 });
  expect(moved({ low: 0.4, high: 0.6 }, 'low', 0.9)).toEqual({ low: 0.6, high: 0.6 });
  expect(moved({ low: 0.4, high: 0.6 }, 'high', -3)).toEqual({ low: 0.4, high: 0.4 });
  expect(moved({ low: 0, high: 0.95 }, 'high', 2)).toBeNull();
});

test('a line breaks where a run has no number', () => {
  const { of } = laid([run('a', [0.9, Number.NaN]), run('b', [0.5, 0.9])]);
  const axes = [`metric/${first}/accuracy`, `metric/${second}/accuracy`, 'cost/seconds', 'cost/steps'].map(
    (id) => parallelAxis(of(id)),
  );
  const path = linesOf(axes, 0, { x: (i) => i * 10, y: () => 5 });
  expect(path).toBe('M0,5M20,5L30,5');
});

test('settings are told as short as people write them', () => {
  expect(tell({ id: 'field/training.learningRate', unit: 'value' }, 3e-4)).toBe('3e-4');
  expect(tell({ id: 'field/training.batchSize', unit: 'value' }, 256)).toBe('256');
  expect(tell({ id: `metric/${first}/accuracy`, unit: 'share' }, 0.8)).toBe('80.0 %');
});
