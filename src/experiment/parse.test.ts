/** The door: what is let in, and what a refused document is told: where, which rule, what was found, what would do. */
import { expect, it } from 'vitest';
import { formatExperiment, parseExperiment, parseExperimentText } from './parse.ts';
import { ExperimentError, type Problem } from './problem.ts';
import { experimentOn, pairsInfo, shapesInfo } from './testing.ts';

const good = experimentOn(pairsInfo);
const { training, tasks } = good;
const [task] = tasks;

/** The problems of a document that must be refused. */
function problemsOf(parse: () => unknown): readonly Problem[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof ExperimentError) return error.problems;
    throw error;
  }
  throw new Error('It was accepted.');
}

it.each([pairsInfo, shapesInfo])('takes the default experiment on $name through a file unchanged', (info) => {
  const experiment = experimentOn(info);
  expect(parseExperimentText(formatExperiment(experiment))).toEqual(experiment);
});

it('fills in every default of a short document', () => {
  const short = {
    version: 1,
    data: { source: 'shapes' },
    tasks: [{ kind: 'regression', id: 'size', name: 'size', column: 'size' }],
    trunk: [{ kind: 'conv2d' }, { kind: 'dense' }],
    heads: { size: [] },
    training: { optimiser: { kind: 'sgd' } },
  };
  expect(parseExperiment(short)).toEqual({
    version: 1,
    name: 'Untitled',
    data: { source: 'shapes', settings: {} },
    augmentation: { flip: false, shift: 0, crop: 0, brightness: 0 },
    tasks: [{ kind: 'regression', id: 'size', name: 'size', column: 'size', loss: 'mse', delta: 1 }],
    trunk: [
      {
        kind: 'conv2d',
        filters: 32,
        kernel: 3,
        stride: 1,
        padding: 'valid',
        groups: 1,
        bias: true,
        activation: 'relu',
      },
      { kind: 'dense', units: 64, bias: true, activation: 'relu' },
    ],
    heads: { size: [] },
    sharing: { kind: 'hard' },
    strategy: { kind: 'equal', settings: {}, gradients: 'representation' },
    training: {
      optimiser: { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 },
      learningRate: 0.001,
      schedule: { kind: 'constant' },
      warmUp: 0,
      clipNorm: null,
      batchSize: 256,
      length: { unit: 'epochs', count: 10 },
      validateEvery: { unit: 'epochs', count: 1 },
      earlyStopping: null,
    },
    seed: 0,
  });
});

const withTraining = (change: object) => ({ training: { ...training, ...change } });
const refused: [string, object, Problem][] = [
  [
    'a batch of none',
    withTraining({ batchSize: 0 }),
    { path: 'training.batchSize', rule: 'must be at least 1', found: '0', remedy: 'Use at least 1.' },
  ],
  [
    'half an image',
    withTraining({ batchSize: 1.5 }),
    {
      path: 'training.batchSize',
      rule: 'must be a whole number',
      found: '1.5',
      remedy: 'Give a whole number.',
    },
  ],
  [
    'a number as text',
    withTraining({ batchSize: '256' }),
    { path: 'training.batchSize', rule: 'must be a number', found: '"256"', remedy: 'Give a number.' },
  ],
  [
    'a batch too large',
    withTraining({ batchSize: 1e9 }),
    {
      path: 'training.batchSize',
      rule: 'must be at most 65536',
      found: '1000000000',
      remedy: 'Use at most 65536.',
    },
  ],
  [
    'a learning rate of 0',
    withTraining({ learningRate: 0 }),
    { path: 'training.learningRate', rule: 'must be more than 0', found: '0', remedy: 'Use more than 0.' },
  ],
  [
    'a learning rate that is not a number',
    withTraining({ learningRate: Number.NaN }),
    { path: 'training.learningRate', rule: 'must be a number', found: 'NaN', remedy: 'Give a number.' },
  ],
  [
    'an unknown unit',
    withTraining({ length: { unit: 'hours', count: 1 } }),
    {
      path: 'training.length.unit',
      rule: 'is none of the possible values',
      found: '"hours"',
      remedy: 'Use one of "steps", "epochs".',
    },
  ],
  [
    'an unknown optimiser',
    withTraining({ optimiser: { kind: 'adagrad' } }),
    {
      path: 'training.optimiser.kind',
      rule: 'is no known kind',
      found: '"adagrad"',
      remedy: 'Use one of "sgd", "adam", "adamw".',
    },
  ],
  [
    'no training',
    { training: undefined },
    {
      path: 'training',
      rule: 'must be an object with settings',
      found: 'nothing',
      remedy: 'Give an object with settings.',
    },
  ],
  [
    'an unknown layer',
    { trunk: [{ kind: 'conv3d' }] },
    {
      path: 'trunk.0.kind',
      rule: 'is no known kind',
      found: '"conv3d"',
      remedy: expect.stringContaining('Use one of "conv2d", "batch-norm",'),
    },
  ],
  [
    'a misspelt setting',
    { trunk: [{ kind: 'conv2d', filter: 3 }] },
    {
      path: 'trunk.0',
      rule: 'has no setting "filter"',
      found: '{"kind":"conv2d","filter":3}',
      remedy: 'Remove "filter", or check the spelling.',
    },
  ],
  [
    'an unknown padding',
    { trunk: [{ kind: 'conv2d', padding: 'full' }] },
    {
      path: 'trunk.0.padding',
      rule: 'is none of the possible values',
      found: '"full"',
      remedy: 'Use one of "valid", "same".',
    },
  ],
  [
    'a fault deep in a head',
    { heads: { ...good.heads, 'top-left': [{ kind: 'dense' }, { kind: 'dropout', rate: 1 }] } },
    { path: 'heads.top-left.1.rate', rule: 'must be at most 0.95', found: '1', remedy: 'Use at most 0.95.' },
  ],
  [
    'no tasks',
    { tasks: [], heads: {} },
    { path: 'tasks', rule: 'must have at least one task', found: '[]', remedy: 'Use at least 1 entry.' },
  ],
  [
    'a task id with spaces',
    { tasks: [{ ...task, id: 'Top Left' }], heads: { 'Top Left': [] } },
    {
      path: 'tasks.0.id',
      rule: 'must be lower-case letters, digits and dashes, such as "top-left"',
      found: '"Top Left"',
      remedy: 'Change it, or undo the last edit.',
    },
  ],
  [
    'two tasks with one id',
    { tasks: [task, task], heads: { 'top-left': [] } },
    {
      path: 'tasks.1.id',
      rule: 'must be unique: "top-left" occurs twice',
      found: '"top-left"',
      remedy: 'Change it, or undo the last edit.',
    },
  ],
  [
    'a task without a head',
    { heads: { 'top-left': [] } },
    {
      path: 'heads.bottom-right',
      rule: 'must be a list of layers for task "bottom-right" ([] for none)',
      found: 'nothing',
      remedy: 'Change it, or undo the last edit.',
    },
  ],
  [
    'a head without a task',
    { heads: { ...good.heads, middle: [] } },
    {
      path: 'heads.middle',
      rule: 'must belong to a task; the tasks are top-left, bottom-right',
      found: '[]',
      remedy: 'Change it, or undo the last edit.',
    },
  ],
  [
    'a head that is no list',
    { heads: { ...good.heads, 'top-left': 'dense' } },
    { path: 'heads.top-left', rule: 'must be a list', found: '"dense"', remedy: 'Give a list.' },
  ],
  [
    'a negative seed',
    { seed: -1 },
    { path: 'seed', rule: 'must be at least 0', found: '-1', remedy: 'Use at least 0.' },
  ],
  [
    'a name that is too long',
    { name: 'x'.repeat(121) },
    {
      path: 'name',
      rule: 'must have at most 120 characters',
      found: `"${'x'.repeat(56)}…`,
      remedy: 'Use at most 120 characters.',
    },
  ],
  [
    'unknown parts of the document',
    { colour: 'red', size: 2 },
    {
      path: 'document',
      rule: 'has no setting "colour", "size"',
      found: expect.stringMatching(/^\{"version":1,.{44}…$/),
      remedy: 'Remove "colour", "size", or check the spelling.',
    },
  ],
  [
    'an empty data source',
    { data: { source: '' } },
    {
      path: 'data.source',
      rule: 'must have at least 1 character',
      found: '""',
      remedy: 'Use at least 1 character.',
    },
  ],
  [
    'a list as a setting of the data',
    { data: { source: 'shapes', settings: { size: [64] } } },
    {
      path: 'data.settings.size',
      rule: 'is no value that is possible here',
      found: '[64]',
      remedy: 'Use a single value, such as a number or text.',
    },
  ],
];

it.each(refused)('refuses %s', (_what, change, problem) => {
  expect(problemsOf(() => parseExperiment({ ...good, ...change }))).toEqual([problem]);
});

it('names every problem at once, one per line', () => {
  const parse = () => parseExperiment({ ...good, name: 3, seed: 0.5 });
  expect(parse).toThrow(
    'name: must be text (found 3). Give text.\nseed: must be a whole number (found 0.5). Give a whole number.',
  );
});

it.each([
  ['nothing', '', 'must be JSON', '""'],
  ['half a file', '{"version": 1,', 'must be JSON', '"{\\"version\\": 1,"'],
  ['a number', '3', 'must be an experiment', '3'],
  ['a list', '[]', 'must be an experiment', '[]'],
])('refuses the text of %s', (_what, text, rule, found) => {
  expect(problemsOf(() => parseExperimentText(text))).toMatchObject([{ path: 'document', rule, found }]);
});
