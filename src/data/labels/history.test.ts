/** Every change of labels is taken back exactly, done again exactly, and told. */
import { expect, test } from 'vitest';
import { Random } from '#lib/random.ts';
import type { SetLabels } from '../sets/manifest.ts';
import { type LabelEdit, LabelEditError } from './edits.ts';
import { describeChanges, historyOf, type LabelHistory, perform, redoLast, undoLast } from './history.ts';

const base: SetLabels = {
  columns: [
    {
      info: { id: 'animal', name: 'Animal', kind: 'class', classes: ['cat', 'cats', 'dog'] },
      values: Float32Array.of(0, 1, 2, Number.NaN, 1),
    },
    {
      info: { id: 'traits', name: 'Traits', kind: 'labels', classes: ['wet', 'old'] },
      values: Float32Array.of(1, 0, 0, 1, Number.NaN, Number.NaN, 0, 0, 1, 1),
    },
  ],
  parts: new Uint8Array(5),
  origins: new Uint8Array(5),
};

const all = (edits: readonly LabelEdit[]) => edits.reduce(perform, historyOf(base));

/** A change that may or may not be possible. */
function anyEdit(random: Random): LabelEdit {
  const column = random.integer(2) === 0 ? 'animal' : 'traits';
  const samples = Uint32Array.from({ length: 1 + random.integer(3) }, () => random.integer(5));
  const at = random.integer(4);
  const kinds: readonly LabelEdit[] = [
    { kind: 'set', column, samples, at: column === 'animal' ? 0 : at, value: random.integer(3) % 2 },
    { kind: 'set', column, samples, at: column === 'animal' ? 0 : at, value: null },
    { kind: 'clear', column, samples },
    { kind: 'none', column, samples },
    { kind: 'rename', column, at, name: `name ${random.integer(9)}` },
    { kind: 'merge', column, from: [at], into: random.integer(3) },
    { kind: 'add', column, name: `class ${random.integer(9)}` },
  ];
  return kinds[random.integer(kinds.length)] ?? { kind: 'clear', column, samples };
}

test('500 changes at random are taken back one by one, and done again', () => {
  const random = new Random(3);
  let history: LabelHistory = historyOf(base);
  const seen = [history.labels];
  for (let i = 0; i < 500; i++) {
    try {
      history = perform(history, anyEdit(random));
      seen.push(history.labels);
    } catch (error) {
      expect(error).toBeInstanceOf(LabelEditError);
    }
  }
  expect(seen.length).toBeGreaterThan(200);
  for (const [i, labels] of [...seen.entries()].toReversed()) {
    expect(history.labels, `after ${i}`).toEqual(labels);
    history = undoLast(history);
  }
  expect(history.labels).toEqual(base);
  expect(undoLast(history)).toBe(history);
  for (const labels of seen.slice(1)) {
    history = redoLast(history);
    expect(history.labels).toEqual(labels);
  }
  expect(redoLast(history)).toBe(history);
});

test('a new change forgets what was taken back', () => {
  const samples = Uint32Array.of(0);
  const once = undoLast(all([{ kind: 'clear', column: 'animal', samples }]));
  expect(once.undone).toHaveLength(1);
  expect(perform(once, { kind: 'clear', column: 'traits', samples }).undone).toEqual([]);
});

test('says what was changed', () => {
  const words = describeChanges(
    all([
      { kind: 'set', column: 'traits', samples: Uint32Array.of(1, 2), at: 0, value: 1 },
      { kind: 'set', column: 'traits', samples: Uint32Array.of(2), at: 0, value: 1 },
      { kind: 'clear', column: 'animal', samples: Uint32Array.of(4) },
      { kind: 'merge', column: 'animal', from: [1], into: 0 },
      { kind: 'rename', column: 'animal', at: 1, name: 'hound' },
      { kind: 'add', column: 'animal', name: 'bird' },
    ]),
  );
  expect(words).toBe(
    '“cats” merged into “cat” in Animal; “dog” renamed “hound” in Animal; “bird” added to Animal; 1 label of Animal; 2 labels of Traits',
  );
});

test('a label given and taken again is no change', () => {
  const samples = Uint32Array.of(3);
  const words = describeChanges(
    all([
      { kind: 'set', column: 'animal', samples, at: 0, value: 1 },
      { kind: 'clear', column: 'animal', samples },
    ]),
  );
  expect(words).toBe('');
});
