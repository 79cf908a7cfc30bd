/** Shape inference against PyTorch, operations against counts by hand, and what a network that does not fit is told. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { layerSchema, type Layer } from './layers/index.ts';
import { inspectNetwork, labelNumbers, planNetwork } from './plan.ts';
import { presetOf, presets, withPreset, type PresetId } from './presets/index.ts';
import type { LayerInput } from './presets/preset.ts';
import { experimentOn, pairsInfo, shapesInfo } from './testing.ts';

interface NetworkFixture {
  preset: PresetId;
  data: { source: 'multi-fashion' | 'shapes' };
  parameters: number;
  shared: number;
  /** PyTorch's state_dict. */
  state: Record<string, number[]>;
}
/** Made by scripts/fixtures/networks.py. */
const fixtures: NetworkFixture[] = JSON.parse(
  readFileSync(new URL('fixtures/networks.json', import.meta.url), 'utf8'),
);
const infos = { 'multi-fashion': pairsInfo, shapes: shapesInfo };
const planOf = (preset: PresetId, info = pairsInfo) =>
  planNetwork(withPreset(experimentOn(info), preset), info);

describe.each(fixtures.map((each) => [each.preset, each.data.source, each] as const))(
  '%s on %s',
  (preset, source, { parameters, shared, state }) => {
    const plan = planOf(preset, infos[source]);

    it('has the names and shapes of PyTorch’s state_dict, in its order', () => {
      const entries = Object.entries(state).filter(([name]) => !name.endsWith('num_batches_tracked'));
      expect(plan.parameters.map(({ name, shape }) => [name, shape])).toEqual(entries);
    });

    it('has as many trainable parameters as PyTorch', () => {
      expect(plan.parameterCount).toBe(parameters);
      expect(plan.sharedParameterCount).toBe(shared);
    });
  },
);

it('knows every preset from PyTorch', () => {
  expect(new Set(fixtures.map(({ preset }) => preset))).toEqual(new Set(Object.keys(presets)));
});

it('feeds 512·4·4 features into MultiTaskNet’s dense layer, not the 768·4·4 of its listing', () => {
  const plan = planOf('multi-task-net', shapesInfo);
  expect(plan.trunk.at(-2)?.output).toEqual([4, 4, 512]);
  expect(plan.parameters.find(({ name }) => name === 'trunk.12.weight')?.shape).toEqual([768, 512 * 4 * 4]);
  expect(plan.representation).toEqual([768]);
});

describe('LeNet on 36×36 grey', () => {
  const plan = planOf('lenet');

  it('has the shapes of its paper, worked out by hand', () => {
    expect(plan.trunk.map(({ output }) => output)).toEqual([
      [32, 32, 10],
      [16, 16, 10],
      [12, 12, 20],
      [6, 6, 20],
      [50],
    ]);
    expect(plan.heads.map(({ layers }) => layers.map(({ output }) => output))).toEqual([
      [[50], [10]],
      [[50], [10]],
    ]);
  });

  it('has 47,450 parameters, worked out by hand', () => {
    const trunk = 10 * (25 + 1) + 20 * (250 + 1) + 50 * (720 + 1);
    const head = 50 * (50 + 1) + 10 * (50 + 1);
    expect(trunk).toBe(41_330);
    expect(plan.sharedParameterCount).toBe(trunk);
    expect(plan.parameterCount).toBe(trunk + 2 * head);
    expect(plan.parameterCount).toBe(47_450);
  });

  it('takes 2 operations per multiply-add, worked out by hand', () => {
    const convolutions = 2 * 32 * 32 * 10 * 25 + 2 * 12 * 12 * 20 * 250;
    const pools = 16 * 16 * 10 * 4 + 6 * 6 * 20 * 4;
    const dense = 2 * 720 * 50 + 2 * (2 * 50 * 50 + 2 * 50 * 10);
    expect(plan.flops).toBe(convolutions + pools + dense);
    expect(plan.trunk[0]?.flops).toBe(512_000);
  });

  it('has two label numbers per image', () => {
    expect(labelNumbers(plan)).toBe(2);
    expect(labelNumbers(planOf('lenet', shapesInfo))).toBe(1 + 6 + 2 + 1);
  });
});

const stack = (...layers: LayerInput[]): Layer[] => layers.map((layer) => layerSchema.parse(layer));
const inspect = (...trunk: LayerInput[]) =>
  inspectNetwork({ ...experimentOn(pairsInfo), trunk: stack(...trunk) }, pairsInfo);

describe('operations of one layer, worked out by hand', () => {
  it.each<[string, LayerInput, number]>([
    [
      'a strided convolution',
      { kind: 'conv2d', filters: 8, kernel: 3, stride: 2, padding: 'same' },
      2 * 18 * 18 * 8 * 9,
    ],
    ['an average pool', { kind: 'avg-pool', kernel: 3, stride: 3 }, 12 * 12 * 9],
    ['a dense layer', { kind: 'dense', units: 7 }, 2 * 7 * 36 * 36],
    ['a block', { kind: 'conv-bn-act', filters: 4, kernel: 1 }, 2 * 36 * 36 * 4 + 8 * 36 * 36 * 4],
  ])('%s', (_name, layer, flops) => {
    expect(inspect(layer).plan.trunk[0]?.flops).toBe(flops);
  });

  it('a depthwise convolution takes one filter per channel, not one per pair', () => {
    const { plan } = inspect(
      { kind: 'conv2d', filters: 8, kernel: 3 },
      { kind: 'conv2d', filters: 8, kernel: 3, groups: 8 },
    );
    expect(plan.trunk[1]?.flops).toBe(2 * 32 * 32 * 8 * 9);
    expect(plan.trunk[1]?.parameters[0]).toMatchObject({ shape: [8, 1, 3, 3], layout: 'depthwise' });
  });
});

describe('a network that does not fit', () => {
  it.each<[string, LayerInput[], object]>([
    [
      'a kernel larger than its input',
      [
        { kind: 'max-pool', kernel: 12, stride: 12 },
        { kind: 'conv2d', kernel: 5 },
      ],
      {
        path: 'trunk.1.kernel',
        rule: 'Convolution: kernel 5 does not fit its 3×3 input',
        found: '5',
        remedy: 'Use a kernel of at most 3, "same" padding, or fewer poolings before it.',
      },
    ],
    [
      'a pool too many',
      Array.from({ length: 6 }, (): LayerInput => ({ kind: 'max-pool' })),
      { path: 'trunk.5.kernel', rule: 'Max pool: kernel 2 does not fit its 1×1 input' },
    ],
    [
      'a convolution after a dense layer',
      [{ kind: 'dense', units: 9 }, { kind: 'conv2d' }],
      {
        path: 'trunk.1',
        rule: 'Convolution needs a feature map (height×width×channels), but its input is a vector of 9',
        found: 'conv2d after 9',
        remedy: 'Move it before the first Dense, Flatten or Global average pool layer.',
      },
    ],
    [
      'groups that do not divide the channels',
      [
        { kind: 'conv2d', filters: 6 },
        { kind: 'conv2d', filters: 8, groups: 4 },
      ],
      {
        path: 'trunk.1.groups',
        rule: 'Convolution: 4 groups must divide both its 6 input channels and its 8 filters',
      },
    ],
    [
      'norm groups that do not divide the channels',
      [
        { kind: 'conv2d', filters: 6 },
        { kind: 'group-norm', groups: 4 },
      ],
      { path: 'trunk.1.groups', rule: 'Group norm: 4 groups do not divide its 6 channels', found: '4' },
    ],
  ])('is told of %s', (_what, trunk, problem) => {
    const { plan, problems } = inspect(...trunk);
    expect(problems).toEqual([expect.objectContaining(problem)]);
    expect(plan.trunk).toHaveLength(trunk.length - 1);
  });

  it('is drawn as far as it fits, and its heads end with it', () => {
    const { plan } = inspect(
      { kind: 'conv2d', filters: 5 },
      { kind: 'conv2d', groups: 3 },
      { kind: 'dense' },
    );
    expect(plan.trunk.map(({ path }) => path)).toEqual(['trunk.0']);
    expect(plan.representation).toEqual([34, 34, 5]);
    expect(plan.heads.map(({ layers }) => layers)).toEqual([[], []]);
  });

  it('throws all its problems where it has to be right', () => {
    const experiment = experimentOn(pairsInfo);
    const tasks = experiment.tasks.map((task) => ({
      ...task,
      column: task.id === 'top-left' ? 'middle' : task.column,
    }));
    const trunk = stack({ kind: 'group-norm', groups: 2 });
    expect(() => planNetwork({ ...experiment, tasks, trunk }, pairsInfo)).toThrow(
      /^trunk\.0\.groups: .*\ntasks\.top-left\.column: the data set has no such column \(found "middle"\)\. Use "top-left" or "bottom-right"\.$/,
    );
  });

  it('is told of a task on a column of another kind, and of class weights of the wrong number', () => {
    const experiment = experimentOn(shapesInfo);
    const [shape] = experiment.tasks;
    if (shape?.kind !== 'classification') throw new Error('needs a classification');
    const tasks = [{ ...shape, column: 'colours' }];
    expect(inspectNetwork({ ...experiment, tasks }, shapesInfo).problems).toEqual([
      {
        path: 'tasks.shape.column',
        rule: 'a classification task cannot learn a column of kind "labels"',
        found: '"colours"',
        remedy: 'Use "shape".',
      },
    ]);
    const weighted = [{ ...shape, classWeights: [1, 2] }];
    expect(inspectNetwork({ ...experiment, tasks: weighted }, shapesInfo).problems).toMatchObject([
      { path: 'tasks.shape.classWeights', found: '2 numbers', remedy: 'Give 6 numbers, or null.' },
    ]);
  });
});

describe('presets', () => {
  it.each(Object.keys(presets) as PresetId[])('%s is known again, until it is edited', (preset) => {
    const experiment = withPreset(experimentOn(pairsInfo), preset);
    expect(presetOf(experiment)).toBe(preset);
    expect(presetOf({ ...experiment, seed: 3, name: 'other' })).toBe(preset);
    expect(presetOf({ ...experiment, trunk: experiment.trunk.slice(1) })).toBeUndefined();
  });
});
