import { expect, test } from 'vitest';
import type { ColumnPlan } from '#data/understanding/column-plan.ts';
import { guessColumn } from '#data/understanding/guess.ts';
import {
  answersOf,
  asKind,
  readMissing,
  renameClass,
  splitClass,
  withMissing,
  withSeparator,
} from './plans.ts';

const planned = (...cells: readonly (string | null)[]) => {
  const { plan, question } = guessColumn({
    name: 'animal',
    cells: [...cells, ...cells, ...cells, ...cells, ...cells],
  });
  return { plan, guessed: plan, question };
};

test('a class takes the name of another one, and its values with it; they come apart again', () => {
  const { plan } = planned('cat', 'dog', 'kitten');
  if (plan.kind !== 'class') throw new Error(plan.kind);
  const merged = renameClass(plan.classes, 2, ' cat ');
  expect(merged).toEqual([
    { name: 'cat', values: ['cat', 'kitten'] },
    { name: 'dog', values: ['dog'] },
  ]);
  expect(renameClass(merged, 1, 'hound')[1]).toEqual({ name: 'hound', values: ['dog'] });
  expect(renameClass(merged, 1, '  ')).toBe(merged);
  expect(splitClass(merged, 0).map(({ name }) => name)).toEqual(['cat', 'kitten', 'dog']);
});

test('a kind that was not guessed leaves its classes to be found, one that was comes back as guessed', () => {
  const view = planned('cat', 'dog');
  const number = asKind(view, 'number');
  expect(number).toMatchObject({ kind: 'number', names: [], name: 'animal' });
  const renamed = { ...number, name: 'Animal' };
  expect(asKind({ ...view, plan: renamed }, 'class')).toEqual({ ...view.plan, name: 'Animal' });
  const labels = asKind(view, 'labels');
  expect(labels).toMatchObject({ kind: 'labels', classes: [], separator: '|' });
  if (labels.kind === 'labels') expect(withSeparator(labels, ';')).toMatchObject({ separator: ';' });
  expect(asKind(view, 'ignore')).toMatchObject({ kind: 'ignore', reason: 'you said so' });
});

test('texts that mean "not labelled" leave the classes, and come back', () => {
  const { plan } = planned('cat', 'dog', 'Unknown');
  expect(readMissing(' Unknown, ?,, unknown ')).toEqual(['unknown', '?']);
  const without = withMissing(plan, ['unknown']);
  expect(without).toMatchObject({ missing: ['unknown'] });
  expect(without.kind === 'class' && without.classes.map(({ name }) => name)).toEqual(['cat', 'dog']);
  expect(withMissing(without, [])).toMatchObject({ missing: [], classes: [] });
});

const shape = (plan: ColumnPlan) =>
  'classes' in plan ? plan.classes.map(({ name, values }) => `${name}=${values.join()}`) : plan.kind;

test('−1 beside 1 is "no" or "not labelled", as is 0 beside 1; of three values any two may be labels', () => {
  const [no, missing] = answersOf(planned('1', '-1'));
  expect(no?.plan).toMatchObject({ answered: '-1', missing: [] });
  expect(no && shape(no.plan)).toEqual(['no=-1', 'yes=1']);
  expect(missing?.plan).toMatchObject({ kind: 'labels', answered: '-1', missing: ['-1'] });
  expect(missing && shape(missing.plan)).toEqual(['animal=1']);
  expect(answersOf(planned('0', '1')).map(({ title }) => title)).toEqual(['0 means no', '0 is not labelled']);
  const three = answersOf(planned('0', '1', '-1'));
  expect(three.map(({ plan }) => shape(plan))).toEqual([
    ['no=0', 'yes=1'],
    ['no=-1', 'yes=1'],
    ['-1=-1', '0=0', '1=1'],
  ]);
  expect(three.map(({ plan }) => plan.missing)).toEqual([['-1'], ['0'], []]);
  expect(answersOf(planned('cat', 'dog'))).toEqual([]);
});
