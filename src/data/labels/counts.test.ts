/** Counts of labels, held to counts by hand and to scikit-learn's class weights. */
import { expect, test } from 'vitest';
import type { LabelColumn } from '../dataset.ts';
import { coverage, imbalance, labelsLeft, rarityWeights } from './counts.ts';
import { everything, filterSamples, partSamples } from './filter.ts';

const nan = Number.NaN;
const columns: readonly LabelColumn[] = [
  {
    info: { id: 'animal', name: 'Animal', kind: 'class', classes: ['cat', 'dog'] },
    values: Float32Array.of(0, 1, nan, nan, 1),
  },
  {
    info: { id: 'traits', name: 'Traits', kind: 'labels', classes: ['wet', 'old'] },
    values: Float32Array.of(0, 0, nan, nan, 1, 0, nan, nan, 1, 1),
  },
  {
    info: { id: 'size', name: 'Size', kind: 'number', names: ['w', 'h'] },
    values: Float32Array.of(nan, 3, nan, nan, nan, nan, nan, nan, 1, 1),
  },
];
const parts = Uint8Array.of(0, 0, 0, 1, 2);
const names = ['a/Cat 1.png', 'dog.png', 'cat 2.png', 'x.png', 'dog 3.png'];

test('coverage counts what two columns say together; a partly labelled sample counts', () => {
  const { counts, none, all, total } = coverage(columns, Uint32Array.of(0, 1, 2, 3, 4));
  expect([...counts]).toEqual([3, 2, 2, 2, 3, 2, 2, 2, 2]);
  expect({ none, all, total }).toEqual({ none: 1, all: 2, total: 5 });
  expect([...coverage(columns, Uint32Array.of(1)).counts]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('imbalance: the largest by the smallest that has any, how many classes it is like, which have none', () => {
  const even = imbalance([25, 25, 25, 25]);
  expect(even).toMatchObject({ ratio: 1, empty: [] });
  expect(even?.effective).toBeCloseTo(4);
  const uneven = imbalance([90, 0, 9, 1]);
  expect(uneven).toMatchObject({ most: 0, fewest: 3, ratio: 90, empty: [1] });
  // exp(−(0.9 ln 0.9 + 0.09 ln 0.09 + 0.01 ln 0.01))
  expect(uneven?.effective).toBeCloseTo(1.4299, 4);
  expect(imbalance([0, 0])).toBeNull();
});

test('weights by rarity are those of scikit-learn', () => {
  // compute_class_weight('balanced', classes=[0, 1, 2], y=[0] * 6 + [1] * 3 + [2])
  expect(rarityWeights([6, 3, 1])).toEqual([0.556, 1.111, 3.333]);
  expect(rarityWeights([3, 0])).toEqual([0.5, 1]);
});

test('hiding leaves the rest', () => expect(labelsLeft(1000, 0.95)).toBe(50));

test('filters by part, label, pair of columns and name', () => {
  const found = (filter: Partial<typeof everything>) => [
    ...filterSamples({ columns, parts }, names, { ...everything, ...filter }),
  ];
  expect(found({})).toEqual([0, 1, 2, 3, 4]);
  expect(found({ part: 'train' })).toEqual([0, 1, 2]);
  expect(found({ label: { kind: 'class', column: 'animal', at: 1 } })).toEqual([1, 4]);
  expect(found({ label: { kind: 'class', column: 'traits', at: 0 }, part: 'test' })).toEqual([4]);
  expect(found({ label: { kind: 'not-labelled', column: 'animal' } })).toEqual([2, 3]);
  expect(found({ label: { kind: 'both', one: 'animal', other: 'size' } })).toEqual([0, 4]);
  expect(found({ label: { kind: 'both', one: 'gone', other: 'size' } })).toEqual([]);
  expect(found({ text: ' CAT' })).toEqual([0, 2]);
  expect([...partSamples(parts, 'validation')]).toEqual([3]);
});
