/** Labels are changed as said, and nothing else of them. */
import { describe, expect, test } from 'vitest';
import type { SetLabels } from '../sets/manifest.ts';
import { applyEdit, type LabelEdit, LabelEditError } from './edits.ts';

const nan = Number.NaN;

const labels: SetLabels = {
  columns: [
    {
      info: { id: 'animal', name: 'Animal', kind: 'class', classes: ['cat', 'cats', 'dog'] },
      values: Float32Array.of(0, 1, 2, nan),
    },
    {
      info: { id: 'traits', name: 'Traits', kind: 'labels', classes: ['wet', 'old', 'aged'] },
      values: Float32Array.of(1, 0, 0, 0, 0, 1, nan, nan, nan, 0, 1, 1),
    },
    { info: { id: 'size', name: 'Size', kind: 'number', names: ['w', 'h'] }, values: new Float32Array(8) },
  ],
  parts: Uint8Array.of(0, 0, 1, 2),
  origins: new Uint8Array(4),
};

const after = (edit: LabelEdit, id: string) => {
  const column = applyEdit(labels, edit).columns.find(({ info }) => info.id === id);
  return { info: column?.info, values: [...(column?.values ?? [])] };
};
const ids = (...samples: number[]) => Uint32Array.from(samples);
const classes = (of: { info: unknown }) => (of.info as { classes: string[] }).classes;

describe('giving labels', () => {
  test('a class, to several at once, and takes it away', () => {
    const given = { kind: 'set', column: 'animal', samples: ids(0, 3), at: 0, value: 2 } as const;
    expect(after(given, 'animal').values).toEqual([2, 1, 2, 2]);
    expect(after({ ...given, value: null }, 'animal').values).toEqual([nan, 1, 2, nan]);
    expect(labels.columns[0]?.values).toEqual(Float32Array.of(0, 1, 2, nan)); // those of before stay
  });

  test('one of several labels: where nothing was said, the others are not there', () => {
    const given = { kind: 'set', column: 'traits', samples: ids(1, 2), at: 0, value: 1 } as const;
    expect(after(given, 'traits').values).toEqual([1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1]);
    expect(after({ kind: 'clear', column: 'traits', samples: ids(0) }, 'traits').values.slice(0, 3)).toEqual([
      nan,
      nan,
      nan,
    ]);
  });

  test('none of several: that is known, which is not the same as not labelled', () => {
    const none = { kind: 'none', column: 'traits', samples: ids(2, 3) } as const;
    expect(after(none, 'traits').values.slice(6)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(() => applyEdit(labels, { ...none, column: 'animal' })).toThrow('none');
  });

  test('a number of several', () => {
    const given = { kind: 'set', column: 'size', samples: ids(2), at: 1, value: 7.5 } as const;
    expect(after(given, 'size').values).toEqual([0, 0, 0, 0, 0, 7.5, 0, 0]);
  });

  test.each([
    ['an image that is not there', { kind: 'set', column: 'animal', samples: ids(4), at: 0, value: 0 }],
    ['a class that is not there', { kind: 'set', column: 'animal', samples: ids(0), at: 0, value: 3 }],
    ['a column that is not there', { kind: 'clear', column: 'colour', samples: ids(0) }],
    ['a number too large', { kind: 'set', column: 'size', samples: ids(0), at: 0, value: 1e300 }],
    ['a third number of two', { kind: 'set', column: 'size', samples: ids(0), at: 2, value: 1 }],
  ] as const)('not for %s', (_, edit) => {
    expect(() => applyEdit(labels, edit)).toThrow(LabelEditError);
  });
});

describe('classes', () => {
  test('are renamed; not to nothing, nor to what another is called', () => {
    const rename = { kind: 'rename', column: 'animal', at: 1, name: ' kitten ' } as const;
    expect(classes(after(rename, 'animal'))).toEqual(['cat', 'kitten', 'dog']);
    expect(() => applyEdit(labels, { ...rename, name: '  ' })).toThrow('needs a name');
    expect(() => applyEdit(labels, { ...rename, name: 'dog' })).toThrow('Merge the two instead');
    expect(() => applyEdit(labels, { ...rename, name: 'x'.repeat(201) })).toThrow('200');
    expect(() => applyEdit(labels, { ...rename, column: 'size' })).toThrow('numbers');
  });

  test('are merged, whatever their order', () => {
    const down = after({ kind: 'merge', column: 'animal', from: [1], into: 0 }, 'animal');
    expect([classes(down), down.values]).toEqual([
      ['cat', 'dog'],
      [0, 0, 1, nan],
    ]);
    const up = after({ kind: 'merge', column: 'animal', from: [0], into: 2 }, 'animal');
    expect([classes(up), up.values]).toEqual([
      ['cats', 'dog'],
      [1, 0, 1, nan],
    ]);
  });

  test('of which an image may carry several are there where any of the merged was', () => {
    const merged = after({ kind: 'merge', column: 'traits', from: [1, 2], into: 1 }, 'traits');
    expect(classes(merged)).toEqual(['wet', 'old']);
    expect(merged.values).toEqual([1, 0, 0, 1, nan, nan, 0, 1]);
  });

  test('are not merged with nothing, nor all into one', () => {
    expect(() => applyEdit(labels, { kind: 'merge', column: 'animal', from: [0], into: 0 })).toThrow(
      'two classes to merge',
    );
    expect(() => applyEdit(labels, { kind: 'merge', column: 'animal', from: [0, 1], into: 2 })).toThrow(
      'needs two classes',
    );
  });

  test('are added at the end: nothing carries them yet', () => {
    const one = after({ kind: 'add', column: 'animal', name: 'bird' }, 'animal');
    expect([classes(one).at(-1), one.values]).toEqual(['bird', [0, 1, 2, nan]]);
    const other = after({ kind: 'add', column: 'traits', name: 'blue' }, 'traits');
    expect(other.values).toEqual([1, 0, 0, 0, 0, 0, 1, 0, nan, nan, nan, nan, 0, 1, 1, 0]);
  });

  test('are kept as text, whatever they hold', () => {
    const name = '<b>\u{1F408}</b> \u05D0\u05D1';
    expect(classes(after({ kind: 'rename', column: 'animal', at: 0, name }, 'animal'))[0]).toBe(name);
  });
});

test('a column more is there for all images, without a label', () => {
  const info = { id: 'mood', name: 'Mood', kind: 'labels', classes: ['glad', 'sad'] } as const;
  expect(after({ kind: 'column', info }, 'mood').values).toEqual(Array.from({ length: 8 }, () => nan));
  expect(() => applyEdit(labels, { kind: 'column', info: { ...info, name: 'Animal' } })).toThrow('already');
});
