import { expect, test } from 'vitest';
import type { Cell } from '../importers/importer.ts';
import { guessColumn } from './guess.ts';

const guess = (...cells: Cell[]) => guessColumn({ name: 'c', cells });
const times = (count: number, ...cells: Cell[]) => Array.from({ length: count }, () => cells).flat();
const classNames = ({ plan }: ReturnType<typeof guess>) =>
  plan.kind === 'class' || plan.kind === 'labels' ? plan.classes.map(({ name }) => name) : plan.kind;

test('words are classes, in the order of their letters', () => {
  expect(classNames(guess(...times(3, 'dog', 'cat', null, 'ant')))).toEqual(['ant', 'cat', 'dog']);
});

test('usual texts for nothing are missing, and said to be', () => {
  const { plan } = guess(...times(3, 'dog', 'NA', '?', ' ', 'cat', 'NaN'));
  expect(plan).toMatchObject({ kind: 'class', missing: ['?', 'na', 'nan'] });
  expect(classNames({ plan, reason: '', question: null })).toEqual(['cat', 'dog']);
});

test('few whole numbers that recur are classes by size, many are numbers', () => {
  expect(classNames(guess(...times(6, '10', '9', '2')))).toEqual(['2', '9', '10']);
  expect(classNames(guess('10', '9', '2'))).toBe('number');
  expect(classNames(guess(...times(9, ...Array.from({ length: 11 }, (_, i) => `${i}`))))).toBe('number');
  expect(classNames(guess(...times(9, '0.5', '1')))).toBe('number');
});

test('a decimal comma', () => {
  expect(guess('1,5', '1.200,25', '-3').plan).toMatchObject({ kind: 'number', decimalComma: true });
});

test('a few cells that are no numbers do not make a column of numbers one of words', () => {
  const ages = Array.from({ length: 99 }, (_, i) => `${i}`);
  expect(classNames(guess(...ages, '1e999'))).toBe('number');
  expect(classNames(guess(...ages, ...times(9, 'old')))).not.toBe('number');
});

test('−1 and 0 are asked about', () => {
  const question = (...cells: Cell[]) => guess(...times(9, ...cells)).question?.value ?? null;
  expect(question('1', '-1')).toBe('-1');
  expect(question('1', '0', '-1')).toBe('-1');
  expect(question(0, 1)).toBe('0');
  expect(question('0', '1', '2')).toBeNull();
  expect(question('0', '1', 'NA')).toBe('0');
  expect(question('no', 'yes')).toBeNull();
});

test('labels in a text, by the separator that makes fewer of them', () => {
  const result = guess('red|big', 'big', 'red | small', 'small', '', 'blue|small|big', 'blue|red');
  expect(result.plan).toMatchObject({ kind: 'labels', separator: '|' });
  expect(classNames(result)).toEqual(['big', 'blue', 'red', 'small']);
  expect(guess(...times(2, 'Paris, France', 'Rome, Italy', 'Bern')).plan.kind).toBe('class');
});

test('lists of words are labels, lists of numbers are numbers', () => {
  expect(classNames(guess(['b', 'a'], [], null, ['a']))).toEqual(['a', 'b']);
  expect(guess([0.5, 1], null, [1, 2]).plan).toMatchObject({ kind: 'number', names: ['c 1', 'c 2'] });
  expect(guess([0.5], [1, 2]).plan).toMatchObject({
    kind: 'ignore',
    reason: 'lists of numbers of different lengths',
  });
});

test('what cannot be learned is ignored, with the reason', () => {
  const reason = (...cells: Cell[]) => {
    const { plan } = guess(...cells);
    return plan.kind === 'ignore' ? plan.reason : plan.kind;
  };
  expect(reason(null, '', 'n/a')).toBe('nothing is labelled');
  expect(reason('a', 'a', null)).toBe('the same everywhere');
  expect(reason('a man', 'a plan', 'a canal', 'panama')).toBe(
    'hardly a text occurs twice: a name or a description',
  );
  expect(reason(...times(3, ...Array.from({ length: 1001 }, (_, i) => `x${i}`)))).toBe(
    '1001 different texts',
  );
});

test('the format has the first word', () => {
  expect(guessColumn({ name: 'c', cells: ['1', '2'], kind: 'class' }).plan.kind).toBe('class');
  expect(guessColumn({ name: 'c', cells: ['1', null], kind: 'class' })).toMatchObject({
    plan: { kind: 'ignore' },
    reason: 'the same everywhere',
  });
  expect(classNames(guessColumn({ name: 'c', cells: ['b'], kind: 'class', names: ['b', 'a'] }))).toEqual([
    'b',
    'a',
  ]);
  expect(guessColumn({ name: 'c', cells: [[1, 2]], kind: 'number', names: ['x', 'y'] }).plan).toMatchObject({
    names: ['x', 'y'],
  });
  expect(classNames(guessColumn({ name: 'c', cells: [['b'], ['a']], kind: 'labels' }))).toEqual(['a', 'b']);
});

test('names that are part of every object in JavaScript are names like others', () => {
  expect(classNames(guess(...times(3, '__proto__', 'constructor')))).toEqual(['__proto__', 'constructor']);
});
