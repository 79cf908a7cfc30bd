/** Experiments to start from, and going from one data set or task to another. */
import { expect, it } from 'vitest';
import { experimentFor, withData, withoutTask, withTask } from './defaults.ts';
import { layerSchema } from './layers/index.ts';
import { parseExperiment } from './parse.ts';
import { inspectNetwork } from './plan.ts';
import { presetOf, withPreset } from './presets/index.ts';
import { taskFor } from './tasks/index.ts';
import { experimentOn, pairsInfo, shapesInfo } from './testing.ts';

const reference = { source: 'shapes', settings: { size: 64 } };

it('starts with LeNet, Adam and a task per label column', () => {
  const experiment = experimentFor(shapesInfo, reference);
  expect(experiment).toMatchObject({
    name: 'Shapes · LeNet',
    data: reference,
    training: {
      optimiser: { kind: 'adam' },
      learningRate: 0.001,
      batchSize: 256,
      length: { unit: 'epochs', count: 10 },
    },
  });
  expect(experiment.tasks.map(({ id, kind }) => [id, kind])).toEqual([
    ['shape', 'classification'],
    ['colours', 'multi-label'],
    ['position', 'regression'],
    ['size', 'regression'],
  ]);
  expect(presetOf(experiment)).toBe('lenet');
  expect(inspectNetwork(experiment, shapesInfo).problems).toEqual([]);
});

it('takes network, training and seed to other data, and gives its tasks heads alike', () => {
  const before = { ...withPreset(experimentOn(pairsInfo), 'vgg-small'), seed: 9 };
  const after = withData(before, shapesInfo, reference);
  expect(after).toMatchObject({ trunk: before.trunk, training: before.training, seed: 9, data: reference });
  expect(Object.keys(after.heads)).toEqual(['shape', 'colours', 'position', 'size']);
  expect(presetOf(after)).toBe('vgg-small');
  expect(parseExperiment(after)).toEqual(after);
});

it('keeps a task, with its settings and head, whose column the other data also has', () => {
  const before = experimentOn(pairsInfo);
  const [first, second] = before.tasks;
  if (first?.kind !== 'classification' || !second) throw new Error('needs two classifications');
  const smooth = { ...first, name: 'mine', labelSmoothing: 0.1 };
  const head = [layerSchema.parse({ kind: 'dense', units: 7 })];
  const edited = { ...before, tasks: [smooth, second], heads: { ...before.heads, 'top-left': head } };
  const after = withData(edited, pairsInfo, { source: 'multi-mnist', settings: {} });
  expect(after.tasks).toEqual([smooth, second]);
  expect(after.heads).toEqual(edited.heads);
});

it('adds a task with a head like the others’, which is its own, and takes one away', () => {
  const bare = withoutTask(experimentOn(shapesInfo), 'size');
  expect(Object.keys(bare.heads)).toEqual(['shape', 'colours', 'position']);
  const column = shapesInfo.columns.find(({ id }) => id === 'size');
  if (!column) throw new Error('needs the column');
  const more = withTask(bare, taskFor(column));
  expect(more).toEqual(experimentOn(shapesInfo));
  expect(more.heads['size']).not.toBe(more.heads['shape']);
  expect(parseExperiment(more)).toEqual(more);
});

it('gives the first task a head too', () => {
  const one = withoutTask(withoutTask(experimentOn(pairsInfo), 'top-left'), 'bottom-right');
  const [column] = pairsInfo.columns;
  if (!column) throw new Error('needs a column');
  expect(withTask(one, taskFor(column)).heads).toEqual({
    'top-left': [layerSchema.parse({ kind: 'dense', units: 50 })],
  });
});
