import { expect, test } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { experimentFor } from '#experiment/defaults.ts';
import { gramianColumns, metricColumns } from '#experiment/metric-columns.ts';
import { SeriesTable } from '#lib/series.ts';
import { type Measurements, momentOf, overLayers } from './moment.ts';

const data = { source: 'multi-fashion', settings: {} };
const experiment = experimentFor(infoFor(data), data);
const tasks = experiment.tasks.map(({ id }) => id);

/** Rows of step, losses and weights of two tasks. */
function measurements(
  rows: readonly (readonly number[])[],
  change: Partial<Measurements> = {},
): Measurements {
  const series = new SeriesTable(metricColumns(tasks));
  for (const [step = 0, a = 0, b = 0, v = 0, w = 0] of rows)
    series.append([step, step / 10, 0.1 / step, 1, a, b, 0, 0, v, w]);
  return { experiment, series, gramians: new SeriesTable(gramianColumns(2)), layerGramians: [], ...change };
}

const layers = {
  step: 7,
  layers: ['trunk.0', 'trunk.2'],
  gramians: Float32Array.of(1, -2, 5, 10, 4, 20),
  losses: Float32Array.of(0.5, Number.NaN),
  milliseconds: 3,
};

test('there is none before something was measured, nor with one task', () => {
  expect(momentOf(measurements([[1, 2, 3, 1, 1]]))).toBeNull();
  const [first] = experiment.tasks;
  const alone = { ...experiment, tasks: first ? [first] : [] };
  expect(momentOf(measurements([], { experiment: alone, layerGramians: [layers] }))).toBeNull();
});

test('the last Gramian comes with the losses, weights and learning rate of its own step', () => {
  const gramians = new SeriesTable(gramianColumns(2));
  gramians.append([1, 0, 9, 9, 9]);
  gramians.append([2, 1, 4, -1, 16]);
  const rows = [
    [1, 2, 3, 1, 1],
    [2, 1.5, 2.5, 0.25, 0.75],
    [3, 1, 2, 5, 5],
  ];
  const moment = momentOf(measurements(rows, { gramians, layerGramians: [layers] }));
  expect(moment).toMatchObject({ step: 2, by: 'parameters', learningRate: 0.05, unlabelled: [] });
  expect([...(moment?.gramian ?? [])]).toEqual([4, -1, -1, 16]);
  expect([...(moment?.losses ?? [])]).toEqual([1.5, 2.5]);
  expect([...(moment?.live ?? [])]).toEqual([0.25, 0.75]);
});

test('without one the layers are added up, and a task without labels has no loss', () => {
  expect([...overLayers(layers)]).toEqual([11, 2, 25]);
  const moment = momentOf(measurements([[5, 2, 3, 1, 1]], { layerGramians: [layers] }));
  expect(moment).toMatchObject({ step: 7, by: 'parameters', learningRate: 0.02, unlabelled: [tasks[1]] });
  expect([...(moment?.gramian ?? [])]).toEqual([11, 2, 2, 25]);
  expect([...(moment?.losses ?? [])]).toEqual([0.5, 0]);
});
