import { expect, test } from 'vitest';
import { difference } from './difference.ts';
import type { Experiment } from './schema.ts';
import { layerSchema } from './layers/index.ts';
import { optimiserSchema, scheduleSchema } from './training.ts';
import { experimentOn, pairsInfo, shapesInfo } from './testing.ts';

const base = experimentOn(pairsInfo);
const training = (change: Partial<Experiment['training']>) => ({ training: { ...base.training, ...change } });
const from = (change: Partial<Experiment>) =>
  difference(base, { ...base, ...change }, (kind) => kind.toUpperCase());

test('says nothing where only the name differs', () => {
  expect(from({ name: 'Other' })).toBe('');
});

test('names the values of before and after', () => {
  const before = { ...base, ...training({ learningRate: 1e-3 }) };
  const after = {
    ...base,
    ...training({ learningRate: 3e-4 }),
    strategy: { ...base.strategy, kind: 'mgda' },
  };
  expect(difference(before, after, (kind) => kind.toUpperCase())).toBe('learning rate 1e-3 → 3e-4, MGDA');
});

test.each<[string, Partial<Experiment>]>([
  [`batch size ${base.training.batchSize} → 64`, training({ batchSize: 64 })],
  ['clipping none → 1', training({ clipNorm: 1 })],
  ['sgd', training({ optimiser: optimiserSchema.parse({ kind: 'sgd' }) })],
  ['step schedule', training({ schedule: scheduleSchema.parse({ kind: 'step' }) })],
  [
    `${base.training.length.count} ${base.training.length.unit} → 50 steps`,
    training({ length: { unit: 'steps', count: 50 } }),
  ],
  ['early stopping off → on', training({ earlyStopping: { watch: 'mean', patience: 5, minimumChange: 0 } })],
  [
    `${base.strategy.kind.toUpperCase()}: c none → 0.4`,
    { strategy: { ...base.strategy, settings: { c: 0.4 } } },
  ],
  ['gradients by parameters', { strategy: { ...base.strategy, gradients: 'parameters' } }],
  ['train count none → 2000', { data: { ...base.data, settings: { trainCount: 2000 } } }],
  ['shift 0 → 2, flip off → on', { augmentation: { ...base.augmentation, shift: 2, flip: true } }],
  ['seed 0 → 7', { seed: 7 }],
])('%s', (words, change) => {
  expect(from(change).split(', ').toSorted()).toEqual(words.split(', ').toSorted());
});

test('tells which layers came, went or changed', () => {
  const dropout = layerSchema.parse({ kind: 'dropout', rate: 0.5 });
  expect(from({ trunk: base.trunk.toSpliced(1, 0, dropout) })).toMatch(/^trunk \+ Dropout/);
  expect(from({ trunk: base.trunk.slice(0, -1) })).toMatch(/^trunk − \S/);
  expect(
    from({ heads: { ...base.heads, 'top-left': [...(base.heads['top-left'] ?? []), dropout] } }),
  ).toMatch(/^top left head \+ Dropout/);
  const [first, ...rest] = base.trunk;
  if (first?.kind !== 'conv2d') throw new Error('the default trunk begins with a convolution');
  const wider = { ...first, filters: first.filters + 1 };
  expect(from({ trunk: [wider, ...rest] })).toBe(`trunk 1: filters ${first.filters} → ${first.filters + 1}`);
});

test('tells which tasks came and went', () => {
  const [first, second] = base.tasks;
  if (!first || !second) throw new Error('two tasks');
  const less = { ...base, tasks: [first] };
  expect(difference(base, less)).toBe('− task bottom right');
  expect(difference(less, base)).toBe('+ task bottom right');
});

test('counts what it does not name', () => {
  expect(difference(base, experimentOn(shapesInfo))).toMatch(/^shapes, .* and \d+ more$/);
});
