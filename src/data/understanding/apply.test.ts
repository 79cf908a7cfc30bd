import { expect, test } from 'vitest';
import type { Cell } from '../importers/importer.ts';
import { applyPlan, columnIds } from './apply.ts';
import type { ColumnPlan } from './column-plan.ts';

type Labelled = Exclude<ColumnPlan, { kind: 'ignore' }>;
const base = { column: 'raw', name: 'Name', missing: ['na'] };
const apply = (plan: Labelled, ...cells: Cell[]) => applyPlan({ name: 'raw', cells }, plan, 'id');
const classes = [
  { name: 'pet', values: ['cat', 'dog'] },
  { name: 'bird', values: ['bird'] },
];

test('classes, renamed and merged; what no class means is listed', () => {
  const { column, unread } = apply(
    { ...base, kind: 'class', classes },
    'dog',
    'bird',
    'NA',
    'fish',
    null,
    ' cat ',
  );
  expect(column.info).toEqual({ id: 'id', name: 'Name', kind: 'class', classes: ['pet', 'bird'] });
  expect([...column.values]).toEqual([0, 1, NaN, NaN, NaN, 0]);
  expect(unread).toEqual([{ sample: 3, text: 'fish' }]);
});

test('labels: an empty list says none, an empty text says nothing', () => {
  const { column, unread } = apply(
    { ...base, kind: 'labels', classes, separator: '|' },
    'dog|bird',
    [],
    '',
    'na',
    'fish|cat|dog',
  );
  expect(column.values).toEqual(Float32Array.of(1, 1, 0, 0, NaN, NaN, NaN, NaN, 1, 0));
  expect(unread).toEqual([{ sample: 4, text: 'fish' }]);
});

test('numbers: alone, in lists, with a comma, and those that are none', () => {
  const plan: Labelled = { ...base, kind: 'number', names: ['x', 'y'], decimalComma: false };
  const { column, unread } = apply(plan, [1, 2], '3.5', null, '1e999', [1, 2, 3], 'NA', [Infinity, -4e-3]);
  expect(column.values).toEqual(
    Float32Array.of(1, 2, 3.5, NaN, NaN, NaN, NaN, NaN, 1, 2, NaN, NaN, NaN, -4e-3),
  );
  expect(unread).toEqual([
    { sample: 3, text: '1e999' },
    { sample: 4, text: '3' },
    { sample: 6, text: 'Infinity' },
  ]);
  const comma = apply({ ...plan, names: ['x'], decimalComma: true }, '1.234,5', '0x10', '--1', '7');
  expect(comma.column.values).toEqual(Float32Array.of(1234.5, NaN, NaN, 7));
});

test('ids for columns', () => {
  const names = ['Größe (cm)', 'größe cm', '性别', 'a', 'A', '<b>', '__proto__', 'x'.repeat(99)];
  expect(columnIds(names)).toEqual([
    'gro-e-cm',
    'gro-e-cm-2',
    'column-3',
    'a',
    'a-2',
    'b',
    'proto',
    'x'.repeat(50),
  ]);
});
