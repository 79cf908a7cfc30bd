import { expect, test } from 'vitest';
import { cleanCell, cleanText } from './clean-text.ts';
import { filled, measure, problemOfPlan } from './measure.ts';

const base = { column: 'c', name: 'c', missing: ['na'] };

test('texts are what they say', () => {
  expect(cleanText('plain text')).toBe('plain text');
  expect(cleanText(' \u202egnp.exe\u2066\u200f ')).toBe('gnp.exe');
  expect(cleanText('a\r\n\u0000b\u2028c')).toBe('a b c');
  expect(cleanText('e\u0301 👩‍👩‍👧 مرحبا')).toBe('é 👩‍👩‍👧 مرحبا');
  expect(cleanText('x'.repeat(3_000_000))).toHaveLength(2001);
  expect(cleanCell([' a\u0007', 'b'])).toEqual(['a', 'b']);
  expect(cleanCell(Infinity)).toBe(Infinity);
});

test('classes and names that a plan leaves empty are found; those that mean nothing leave it', () => {
  const cells = ['10', '9', 'NA', null, '10'];
  const plan = filled(cells, { ...base, kind: 'class', classes: [] });
  expect(plan).toMatchObject({ classes: [{ name: '9' }, { name: '10' }] });
  expect(filled(cells, { ...plan, missing: ['9'] })).toMatchObject({
    classes: [{ name: '10', values: ['10'] }],
  });
  expect(filled(['a;b', 'b'], { ...base, kind: 'labels', classes: [], separator: ';' })).toMatchObject({
    classes: [{ name: 'a' }, { name: 'b' }],
  });
  expect(filled([[1, 2], null], { ...base, kind: 'number', names: [], decimalComma: false })).toMatchObject({
    names: ['c 1', 'c 2'],
  });
});

test('counts: labelled, unread, how often; numbers in bins', () => {
  const classes = [{ name: 'cat', values: ['cat'] }];
  expect(measure(['cat', 'dog', 'na', null, 'cat'], { ...base, kind: 'class', classes })).toMatchObject({
    labelled: 2,
    unread: { count: 1, examples: ['dog'] },
    distinct: 2,
    histogram: [
      { name: 'cat', count: 2 },
      { name: 'dog', count: 1 },
    ],
  });
  const numbers = measure(['0', '1', '1e999', 'old', '10'], {
    ...base,
    kind: 'number',
    names: ['c'],
    decimalComma: false,
  });
  expect(numbers).toMatchObject({ labelled: 3, unread: { count: 2, examples: ['1e999', 'old'] } });
  expect(numbers.histogram).toHaveLength(20);
  expect(numbers.histogram.map(({ count }) => count)).toEqual([
    1,
    0,
    1,
    ...Array.from({ length: 16 }, () => 0),
    1,
  ]);
});

test('what can be no task, and why', () => {
  const problem = (cells: (string | null)[], classes: string[]) => {
    const plan = {
      ...base,
      kind: 'class',
      classes: classes.map((name) => ({ name, values: [name] })),
    } as const;
    return problemOfPlan(plan, measure(cells, plan));
  };
  expect(problem(['a', 'b'], ['a', 'b'])).toBeNull();
  expect(problem(['a', null], ['a'])).toBe('has fewer than two classes');
  expect(problem([null], ['a', 'b'])).toBe('has no label that can be read');
});
