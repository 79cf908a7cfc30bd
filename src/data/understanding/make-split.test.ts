import { expect, test } from 'vitest';
import { splitNames, type SplitName } from '#experiment/dataset-info.ts';
import { makeSplit, type SplitInput } from './make-split.ts';

const plan = { validation: 0.1, test: 0.2, seed: 7 };
const nothing = (count: number): null[] => Array.from({ length: count }, () => null);
const sizes = (split: Record<SplitName, Uint32Array>) => splitNames.map((part) => split[part].length);

/** Every sample is in one part. */
function expectWhole(split: Record<SplitName, Uint32Array>, count: number): void {
  const all = splitNames.flatMap((part) => [...split[part]]);
  expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
}

test('shares hold, the seed decides, and the same seed decides the same', () => {
  const input: SplitInput = { said: nothing(1000) };
  const split = makeSplit(input, plan);
  expectWhole(split, 1000);
  expect(sizes(split)).toEqual([700, 100, 200]);
  expect(makeSplit(input, plan)).toEqual(split);
  expect(makeSplit(input, { ...plan, seed: 8 })).not.toEqual(split);
});

test('strata are spread evenly, rare ones first into training', () => {
  const strata = Array.from({ length: 1010 }, (_, i) =>
    i < 900 ? 'often' : i < 1000 ? 'seldom' : `only ${i}`,
  );
  const split = makeSplit({ said: nothing(1010), strata }, plan);
  expectWhole(split, 1010);
  const counts = (stratum: string) =>
    splitNames.map((part) => [...split[part]].filter((i) => strata[i] === stratum).length);
  expect(counts('often')).toEqual([630, 90, 180]);
  expect(counts('seldom')).toEqual([70, 10, 20]);
  for (let i = 1000; i < 1010; i++) expect(counts(`only ${i}`)).toEqual([1, 0, 0]);
});

test('no group leaks, though groups differ in size', () => {
  const groups = Array.from({ length: 2000 }, (_, i) =>
    i % 7 === 0 ? null : `person ${Math.floor(Math.sqrt(i))}`,
  );
  const strata = groups.map((_, i) => (i % 3 === 0 ? 'a' : 'b'));
  const split = makeSplit({ said: nothing(2000), groups, strata }, plan);
  expectWhole(split, 2000);
  const partsOf = new Map<string, Set<SplitName>>();
  for (const part of splitNames)
    for (const i of split[part]) {
      const group = groups[i];
      if (group) partsOf.set(group, (partsOf.get(group) ?? new Set()).add(part));
    }
  expect([...partsOf.values()].every(({ size }) => size === 1)).toBe(true);
  const [train = 0, validation = 0, held = 0] = sizes(split);
  expect(Math.abs(train - 1400)).toBeLessThan(60);
  expect(Math.abs(validation - 200)).toBeLessThan(60);
  expect(Math.abs(held - 400)).toBeLessThan(60);
});

test('what the data say holds; a part they leave out is taken out of training', () => {
  const said = Array.from({ length: 100 }, (_, i): SplitName => (i < 80 ? 'train' : 'test'));
  const split = makeSplit({ said }, { ...plan, validation: 0.2 });
  expectWhole(split, 100);
  expect([...split.test]).toEqual(Array.from({ length: 20 }, (_, i) => 80 + i));
  // a fifth beside three fifths for training
  expect(split.validation).toHaveLength(20);
});

test('samples of which they say nothing go where there is room, or with their group', () => {
  const said: (SplitName | null)[] = ['test', 'test', 'train', 'validation', null, null];
  const all = makeSplit({ said, groups: ['p', null, null, null, 'p', 'q'] }, plan);
  expect([...all.test]).toEqual([0, 1, 4]);
  expect([...all.train]).toEqual([2, 5]);
  const some = makeSplit(
    { said: [...Array.from({ length: 50 }, (): SplitName => 'test'), ...nothing(100)] },
    { ...plan, validation: 0.2 },
  );
  expectWhole(some, 150);
  expect(sizes(some)).toEqual([75, 25, 50]);
});

test('shares that leave nothing for training are refused; tiny sets still train', () => {
  expect(() => makeSplit({ said: nothing(3) }, { validation: 0.5, test: 0.5, seed: 0 })).toThrow(RangeError);
  expect(() => makeSplit({ said: nothing(3) }, { validation: Number.NaN, test: 0, seed: 0 })).toThrow(
    RangeError,
  );
  expect(sizes(makeSplit({ said: nothing(1) }, plan))).toEqual([1, 0, 0]);
  expect(sizes(makeSplit({ said: [] }, plan))).toEqual([0, 0, 0]);
});
