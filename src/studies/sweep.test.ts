import { describe, expect, it, test } from 'vitest';
import { planNetwork } from '#experiment/plan.ts';
import { ExperimentError } from '#experiment/problem.ts';
import { experimentOn, pairsInfo, shapesInfo } from '#experiment/testing.ts';
import { parseSweep, sweepPaths, sweepStudy } from './sweep.ts';

const base = experimentOn(pairsInfo);
const plan = (document: object) => sweepStudy(base, parseSweep(document));
const rates = { path: 'training.learningRate', values: [1e-3, 3e-3] };

/** What somebody is told. */
function complaint(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ExperimentError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a grid', () => {
  it('has every combination, the last axis first, told apart by what differs', () => {
    const { members, name, kind } = plan({
      axes: [rates, { path: 'strategy.kind', values: ['mgda', 'pcgrad', 'equal'] }],
    });
    expect(kind).toBe('sweep');
    expect(name).toBe('Sweep of learning rate, method');
    expect(members.map(({ label }) => label)).toEqual([
      'learning rate 1e-3, MGDA',
      'learning rate 1e-3, PCGrad',
      'learning rate 1e-3, Equal weights',
      'learning rate 3e-3, MGDA',
      'learning rate 3e-3, PCGrad',
      'learning rate 3e-3, Equal weights',
    ]);
    expect(members[3]?.experiment).toEqual({
      ...base,
      training: { ...base.training, learningRate: 3e-3 },
      strategy: { kind: 'mgda', settings: {}, gradients: 'representation' },
    });
    expect(base.training.learningRate).toBe(1e-3);
  });

  it('is evenly spaced, linearly or by factors, and in whole numbers where the field is one', () => {
    const values = (axis: object, path: string) =>
      plan({ axes: [{ path, ...axis }] }).members.map(({ experiment: { training, trunk } }) =>
        path === 'training.learningRate'
          ? training.learningRate
          : path === 'training.batchSize'
            ? training.batchSize
            : trunk[0]?.kind === 'conv2d' && trunk[0].filters,
      );
    expect(values({ low: 1e-4, high: 1e-2, scale: 'log', steps: 5 }, 'training.learningRate')).toEqual([
      1e-4, 3.16e-4, 1e-3, 3.16e-3, 1e-2,
    ]);
    expect(values({ low: 0.1, high: 0.3, steps: 3 }, 'training.learningRate')).toEqual([0.1, 0.2, 0.3]);
    expect(values({ low: 16, high: 256, scale: 'log', steps: 5 }, 'training.batchSize')).toEqual([
      16, 32, 64, 128, 256,
    ]);
    expect(values({ low: 1, high: 4, steps: 20 }, 'trunk.0.filters')).toEqual([1, 2, 3, 4]);
  });

  it('reaches any field: by index or task id, through kinds and what is switched off', () => {
    const [member] = plan({
      axes: [
        { path: 'training.optimiser.kind', values: ['sgd'] },
        { path: 'training.optimiser.momentum', values: [0.5] },
        { path: 'training.schedule.kind', values: ['cosine'] },
        { path: 'training.earlyStopping.patience', values: [7] },
        { path: 'strategy.settings.c', values: [0.2] },
        { path: 'strategy.kind', values: ['cagrad'] },
        { path: 'tasks.bottom-right.labelSmoothing', values: [0.1] },
        { path: 'tasks.0.labelSmoothing', values: [0.2] },
        { path: 'heads.top-left.0.units', values: [9] },
        { path: 'data.settings.trainCount', values: [500] },
        { path: 'seed', values: [4] },
      ],
    }).members;
    expect(member?.experiment).toMatchObject({
      training: {
        optimiser: { kind: 'sgd', momentum: 0.5, nesterov: false },
        schedule: { kind: 'cosine', floor: 0 },
        earlyStopping: { patience: 7, watch: 'mean' },
      },
      strategy: { kind: 'cagrad', settings: { c: 0.2 } },
      tasks: [{ labelSmoothing: 0.2 }, { labelSmoothing: 0.1 }],
      heads: { 'top-left': [{ units: 9 }] },
      data: { settings: { trainCount: 500 } },
      seed: 4,
    });
    expect(member?.label).toMatch(
      /^sgd, sgd: momentum 0.5, cosine schedule, early stopping: patience 7, CAGrad: distance c 0.2/,
    );
    expect(member?.label).toMatch(
      /bottom right: label smoothing 0.1, .*top left head 1: units 9, training images 500, seed 4$/,
    );
  });
});

describe('a random sweep', () => {
  const axes = [
    { path: 'training.learningRate', low: 1e-4, high: 1e-1, scale: 'log' },
    { path: 'training.batchSize', low: 10, high: 99 },
    { path: 'strategy.kind', values: ['mgda', 'pcgrad'] },
  ];
  const drawn = (change: object = {}) =>
    plan({ mode: 'random', count: 400, axes, ...change }).members.map(({ experiment }) => experiment);

  it('draws evenly on each scale, within its limits', () => {
    const experiments = drawn();
    expect(experiments).toHaveLength(400);
    const share = (isOne: (experiment: (typeof experiments)[number]) => boolean) =>
      experiments.filter(isOne).length / 400;
    // Four standard deviations of a share of a third, or a half, of 400 draws: 0.1.
    expect(Math.abs(share(({ training }) => training.learningRate < 1e-3) - 1 / 3)).toBeLessThan(0.1);
    expect(Math.abs(share(({ training }) => training.learningRate > 1e-2) - 1 / 3)).toBeLessThan(0.1);
    expect(Math.abs(share(({ training }) => training.batchSize < 55) - 1 / 2)).toBeLessThan(0.1);
    expect(Math.abs(share(({ strategy }) => strategy.kind === 'mgda') - 1 / 2)).toBeLessThan(0.1);
    for (const { training } of experiments) {
      expect(Number.isInteger(training.batchSize)).toBe(true);
      expect(training.batchSize).toBeGreaterThanOrEqual(10);
      expect(training.batchSize).toBeLessThanOrEqual(99);
      expect(training.learningRate).toBe(Number(training.learningRate.toPrecision(3)));
    }
    expect(new Set(experiments.map((each) => JSON.stringify(each))).size).toBe(400);
  });

  it('is the same for a seed, another for another, and keeps an axis when others come', () => {
    const rateOf = (experiments: ReturnType<typeof drawn>) =>
      experiments.map(({ training }) => training.learningRate);
    expect(drawn()).toEqual(drawn());
    expect(rateOf(drawn({ seed: 1 }))).not.toEqual(rateOf(drawn()));
    expect(rateOf(drawn({ count: 5 }))).toEqual(rateOf(drawn({ count: 5, axes: axes.slice(0, 1) })));
  });

  it('has no member twice, and fewer where there are no more', () => {
    const few = [{ path: 'training.batchSize', low: 1, high: 3 }];
    expect(
      drawn({ count: 50, axes: few })
        .map(({ training }) => training.batchSize)
        .toSorted((a, b) => a - b),
    ).toEqual([1, 2, 3]);
  });
});

it('trains what is listed', () => {
  const { members } = plan({
    list: [
      { 'training.learningRate': 1e-2, 'training.optimiser': { kind: 'sgd', momentum: 0 } },
      { 'strategy.kind': 'pcgrad' },
      {},
    ],
  });
  expect(members.map(({ label }) => label)).toEqual([
    'learning rate 0.01, optimiser sgd',
    'PCGrad',
    'as it is',
  ]);
  expect(members[2]?.experiment).toEqual(base);
});

it('carries the budget and the median rule', () => {
  expect(plan({ axes: [rates], budgetSeconds: 60, stopping: { grace: 2 }, name: 'Mine' })).toMatchObject({
    name: 'Mine',
    budget: 60,
    stopping: { grace: 2, least: 3 },
    turn: null,
    baseline: null,
  });
});

test.each<[string, object]>([
  ['axes: must have at least one axis', {}],
  ['list: must have at least one entry', { mode: 'list', axes: [rates] }],
  ['axes: must vary each field once (found "training.learningRate")', { axes: [rates, rates] }],
  ['axes.0: must have a "low" below its "high"', { axes: [{ path: 'seed', low: 3, high: 3 }] }],
  ['must be above 0 on a log scale', { axes: [{ path: 'seed', low: 0, high: 3, scale: 'log' }] }],
  [
    'axes: must give at most 1,000 members (found 1210000)',
    {
      axes: [
        { path: 'seed', values: Array.from({ length: 1100 }, (_, n) => n) },
        { path: 'training.batchSize', values: Array.from({ length: 1100 }, (_, n) => n + 1) },
      ],
    },
  ],
  [
    'member 2 (learning rate 300): training.learningRate: must be at most 100 (found 300). Use at most 100.',
    { axes: [{ ...rates, values: [1e-3, 300] }] },
  ],
  ['member 1 (magic): strategy.kind: strategy "magic" is unknown', { list: [{ 'strategy.kind': 'magic' }] }],
  [
    'member 1 (CAGrad, c -1): strategy.settings.c: must be at least 0',
    { list: [{ 'strategy.kind': 'cagrad', 'strategy.settings.c': -1 }] },
  ],
  [
    'member 1 (learning rte 1): training: has no setting "learningRte"',
    { list: [{ 'training.learningRte': 1 }] },
  ],
  ['trunk.99.filters: there is no such place in the experiment', { list: [{ 'trunk.99.filters': 1 }] }],
  ['nowhere.at.all: there is no such place', { list: [{ 'nowhere.at.all': 1 }] }],
  ['has no setting "sead"', { list: [{ seed: 1 }], sead: 3 }],
])('is refused: %s', (message, document) => {
  expect(complaint(() => plan(document))).toContain(message);
});

it('lets its caller refuse a member, too', () => {
  const spec = parseSweep({
    axes: [
      { path: 'trunk.0.kernel', values: [3, 15] },
      { path: 'seed', values: [1] },
    ],
  });
  const check = (experiment: typeof base) =>
    planNetwork(experiment, { ...pairsInfo, image: { height: 9, width: 9, channels: 1 } });
  expect(complaint(() => sweepStudy(base, spec, check))).toMatch(
    /^member 1 \(trunk 1: kernel 3, seed 1\): trunk\.\d+/,
  );
});

describe('what may be swept', () => {
  const fields = new Map(sweepPaths(experimentOn(shapesInfo)).map((field) => [field.path, field]));

  it('has the fields of the document, its method and its data, with limits, choices and words', () => {
    expect(fields.get('training.learningRate')).toEqual({
      path: 'training.learningRate',
      label: 'learning rate',
      type: 'number',
      minimum: 0,
      maximum: 100,
      options: [],
      value: 1e-3,
    });
    expect(fields.get('training.batchSize')).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 65536,
      value: 256,
    });
    expect(fields.get('training.optimiser.kind')).toMatchObject({
      label: 'optimiser',
      type: 'choice',
      options: ['sgd', 'adam', 'adamw'],
      value: 'adam',
    });
    expect(fields.get('training.optimiser.beta1')).toMatchObject({
      label: 'adam: beta 1',
      type: 'number',
      maximum: 0.9999,
    });
    expect(fields.get('training.clipNorm')).toMatchObject({ type: 'number', value: null });
    expect(fields.get('strategy.kind')).toMatchObject({ label: 'method', type: 'choice', value: 'equal' });
    expect(fields.get('strategy.kind')?.options).toContain('nash-mtl');
    expect(fields.get('augmentation.flip')).toMatchObject({ type: 'switch', value: false });
    expect(fields.get('trunk.0.filters')).toMatchObject({ label: 'trunk 1: filters', type: 'integer' });
    expect(fields.get('heads.shape.0.units')).toMatchObject({ label: 'shape head 1: units' });
    expect(fields.get('tasks.2.loss')).toMatchObject({
      label: 'position: loss',
      type: 'choice',
      options: ['mse', 'huber'],
    });
    expect(fields.get('data.settings.trainCount')).toMatchObject({ type: 'integer' });
    expect(fields.get('seed')).toMatchObject({ type: 'integer', value: 0 });
  });

  it('has nothing that names things or would be another experiment', () => {
    for (const path of [
      'version',
      'name',
      'data.source',
      'tasks.0.id',
      'tasks.0.kind',
      'trunk.0.kind',
      'training.length.unit',
    ])
      expect(fields.has(path)).toBe(false);
    expect(fields.has('training.length.count')).toBe(true);
  });

  it('is taken by a sweep: every number at its own value', () => {
    const experiment = experimentOn(shapesInfo);
    for (const { path, value, type } of fields.values()) {
      if (value === null || (type !== 'number' && type !== 'integer')) continue;
      const { members } = sweepStudy(experiment, parseSweep({ axes: [{ path, values: [value] }] }));
      expect(members[0]?.experiment, path).toMatchObject({ version: 1 });
    }
  });
});
