/** What a column of raw labels seems to be: a proposal, with its reason and with what only the reader can know. */
import type { Cell, RawColumn } from '../importers/importer.ts';
import {
  labelsOf,
  numberOf,
  tally,
  usualMissing,
  type ColumnPlan,
  type PlannedClass,
} from './column-plan.ts';

/** Something that the data do not tell: a value that may mean "no" or "not labelled". Asked before anything is imported. */
export interface Question {
  readonly column: string;
  /** The value in doubt. */
  readonly value: '-1' | '0';
}

export interface Guess {
  readonly plan: ColumnPlan;
  /** Why, in plain words: `12 different words`. */
  readonly reason: string;
  readonly question: Question | null;
}

/** More classes than that are no choice that a table of labels would list. */
const mostClasses = 1000;
/** Integers with so few values are classes rather than measurements, if each occurs often enough. */
const fewIntegers = 10;
const oftenEnough = 5;
/** A column with more classes' worth of numbers is one of numbers, though some cells cannot be read; those are listed. */
const mostlyNumbers = 0.95;
const separators = ['|', ';', ','] as const;

const plain = (values: Iterable<string>): PlannedClass[] =>
  Array.from(values, (name) => ({ name, values: [name] }));

/** A class for each value, in the order of {@link inOrder}. */
export const classesOf = (values: Iterable<string>): PlannedClass[] => plain(inOrder(values));

/** Numbers by size, words by code unit, as folder-per-class tools order their classes. */
function inOrder(values: Iterable<string>): string[] {
  const list = [...values];
  const numeric = list.every((value) => !Number.isNaN(numberOf(value, false)));
  return list.toSorted((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1));
}

/** The usual texts for "not labelled" that occur in a column. */
function missingIn(cells: readonly Cell[]): string[] {
  const there = new Set(
    cells.flatMap((cell) => (typeof cell === 'string' ? [cell.trim().toLowerCase()] : [])),
  );
  return usualMissing.filter((text) => there.has(text));
}

/** −1 beside 0 or 1, and 0 beside 1 alone, mean "no" to some and "not labelled" to others. */
function questionOf(column: string, values: readonly string[]): Question | null {
  const signs = new Set(values.map(Number));
  const isBinary = signs.size > 1 && [...signs].every((value) => value === -1 || value === 0 || value === 1);
  if (!isBinary) return null;
  return { column, value: signs.has(-1) ? '-1' : '0' };
}

/** Splits texts into labels: a separator that occurs often and leaves fewer different pieces than there were texts. */
function separatorOf(values: ReadonlyMap<string, number>): string | null {
  const texts = [...values.keys()];
  for (const separator of separators) {
    const split = texts.filter((text) => text.includes(separator));
    if (split.length < 0.2 * texts.length || split.length < 2) continue;
    const pieces = new Set(texts.flatMap((text) => text.split(separator).map((piece) => piece.trim())));
    if (pieces.size < texts.length && pieces.size <= mostClasses) return separator;
  }
  return null;
}

/** The share of labelled cells that are numbers. */
function numericShare(values: ReadonlyMap<string, number>, decimalComma: boolean): number {
  let [numeric, all] = [0, 0];
  for (const [text, count] of values) {
    all += count;
    if (!Number.isNaN(numberOf(text, decimalComma))) numeric += count;
  }
  return numeric / all;
}

type Known = Pick<ColumnPlan, 'column' | 'name' | 'missing'>;

function ofLists(known: Known, cells: readonly Cell[], separator: string | null): Guess {
  const labels = inOrder(new Set(cells.flatMap((cell) => labelsOf(cell, { ...known, separator }) ?? [])));
  if (labels.length > mostClasses) return ignored(known, `${labels.length} different labels`);
  const reason = `${labels.length} labels${separator === null ? '' : `, separated by “${separator}”`}`;
  return { plan: { ...known, kind: 'labels', classes: plain(labels), separator }, reason, question: null };
}

function ofNumberLists(known: Known, cells: readonly Cell[]): Guess {
  const widths = new Set(cells.flatMap((cell) => (typeof cell === 'object' && cell ? [cell.length] : [])));
  const [width = 0] = widths;
  if (widths.size > 1 || width === 0) return ignored(known, 'lists of numbers of different lengths');
  const names = Array.from({ length: width }, (_, i) => `${known.name} ${i + 1}`);
  return {
    plan: { ...known, kind: 'number', names, decimalComma: false },
    reason: `${width} numbers each`,
    question: null,
  };
}

function ignored(known: Known, reason: string): Guess {
  return { plan: { ...known, kind: 'ignore', reason }, reason, question: null };
}

function ofNumbers(known: Known, values: ReadonlyMap<string, number>, decimalComma: boolean): Guess {
  const numbers = [...values.keys()].map((text) => numberOf(text, decimalComma));
  const count = [...values.values()].reduce((sum, each) => sum + each, 0);
  const areFew = numbers.length <= fewIntegers && count >= oftenEnough * numbers.length;
  if (numbers.every(Number.isInteger) && areFew) {
    const question = questionOf(known.column, [...values.keys()]);
    const reason = `${numbers.length} whole numbers`;
    return { plan: { ...known, kind: 'class', classes: plain(inOrder(values.keys())) }, reason, question };
  }
  return {
    plan: { ...known, kind: 'number', names: [known.name], decimalComma },
    reason: 'numbers',
    question: null,
  };
}

function ofTexts(known: Known, cells: readonly Cell[], values: ReadonlyMap<string, number>): Guess {
  const separator = separatorOf(values);
  if (separator !== null) return ofLists(known, cells, separator);
  const labelled = [...values.values()].reduce((sum, each) => sum + each, 0);
  if (values.size > mostClasses) return ignored(known, `${values.size} different texts`);
  if (values.size > 2 && values.size > labelled / 2)
    return ignored(known, 'hardly a text occurs twice: a name or a description');
  const classes = plain(inOrder(values.keys()));
  return {
    plan: { ...known, kind: 'class', classes },
    reason: `${classes.length} different words`,
    question: null,
  };
}

/** What the format itself said; null where it did not. */
function asSaid(
  known: Known,
  { kind, names, cells }: RawColumn,
  values: ReadonlyMap<string, number>,
): Guess | null {
  const found = (plan: ColumnPlan): Guess => ({ plan, reason: 'as the files say', question: null });
  if (kind === undefined) return null;
  switch (kind) {
    case 'number':
      return found({ ...known, kind, names: names ?? [known.name], decimalComma: false });
    case 'class': {
      const classes = plain(names ?? inOrder(values.keys()));
      if (classes.length > 1) return found({ ...known, kind, classes });
      return ignored(known, classes.length === 1 ? 'the same everywhere' : 'nothing is labelled');
    }
    case 'labels':
      return names
        ? found({ ...known, kind, classes: plain(names), separator: null })
        : ofLists(known, cells, null);
  }
}

/** Guesses the kind of a column. */
export function guessColumn(column: RawColumn): Guess {
  const { name, cells } = column;
  const known: Known = { column: name, name, missing: missingIn(cells) };
  const values = tally(column, known.missing);
  const said = asSaid(known, column, values);
  if (said) return said;
  const objects = cells.filter((cell) => typeof cell === 'object' && cell !== null);
  if (objects.some((cell) => cell.some((each) => typeof each === 'string')))
    return ofLists(known, cells, null);
  if (objects.some((cell) => cell.length > 0)) return ofNumberLists(known, cells);
  if (values.size === 0) return ignored(known, 'nothing is labelled');
  if (values.size === 1) return ignored(known, 'the same everywhere');
  for (const decimalComma of [false, true]) {
    const share = numericShare(values, decimalComma);
    if (share === 1 || (share >= mostlyNumbers && values.size > fewIntegers))
      return ofNumbers(known, values, decimalComma);
  }
  return ofTexts(known, cells, values);
}
