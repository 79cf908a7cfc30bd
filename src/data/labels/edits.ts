/** Changes of labels: giving and taking them, renaming, merging and adding classes. Each makes new labels of the old. */
import { type ColumnInfo, columnWidth } from '#experiment/dataset-info.ts';
import type { LabelColumn } from '../dataset.ts';
import type { SetLabels } from '../sets/manifest.ts';

/** Why labels cannot be changed so, in words for the reader. */
export class LabelEditError extends Error {
  override readonly name = 'LabelEditError';
}

export type LabelEdit =
  /**
   * One label for some samples. `class`: the value is the place of the class, `at` 0. `labels`: 1 or 0 for the class `at`; where
   * nothing was said of a sample before, it has none of the others. `number`: the number `at`; null takes it away.
   */
  | {
      readonly kind: 'set';
      readonly column: string;
      readonly samples: Uint32Array;
      readonly at: number;
      readonly value: number | null;
    }
  /** The samples are not labelled in this column any more. */
  | { readonly kind: 'clear'; readonly column: string; readonly samples: Uint32Array }
  /** Of the labels that an image may carry, the samples carry none: that is known of them. */
  | { readonly kind: 'none'; readonly column: string; readonly samples: Uint32Array }
  | { readonly kind: 'rename'; readonly column: string; readonly at: number; readonly name: string }
  /** Several classes become the one at `into`, which keeps its name. */
  | {
      readonly kind: 'merge';
      readonly column: string;
      readonly from: readonly number[];
      readonly into: number;
    }
  | { readonly kind: 'add'; readonly column: string; readonly name: string }
  /** A column that nothing is labelled in yet. */
  | { readonly kind: 'column'; readonly info: ColumnInfo };

/** Longest name of a class. */
const longestName = 200;

/** The column with this id. Throws LabelEditError where there is none. */
export function columnOf(labels: Pick<SetLabels, 'columns'>, id: string): LabelColumn {
  const found = labels.columns.find(({ info }) => info.id === id);
  if (!found) throw new LabelEditError('These labels have no such column any more.');
  return found;
}

type WithClasses = Exclude<ColumnInfo, { readonly kind: 'number' }>;

function classesOf({ info }: LabelColumn): WithClasses {
  if (info.kind === 'number') throw new LabelEditError(`${info.name} holds numbers: it has no classes.`);
  return info;
}

function classAt(info: WithClasses, at: number): string {
  const name = info.classes[at];
  if (name === undefined) throw new LabelEditError(`${info.name} has no such class any more.`);
  return name;
}

/** A name that a class may have: something, not too long, and no other's. */
function freeName(info: WithClasses, typed: string, at = -1): string {
  const name = typed.trim().normalize('NFC');
  if (name === '') throw new LabelEditError('A class needs a name.');
  if (name.length > longestName)
    throw new LabelEditError(`A class has a name of at most ${longestName} characters.`);
  if (info.classes.some((each, i) => i !== at && each === name))
    throw new LabelEditError(`${info.name} has a class “${name}” already. Merge the two instead.`);
  return name;
}

function checked(column: LabelColumn, samples: Uint32Array): void {
  const count = column.values.length / columnWidth(column.info);
  const wrong = samples.find((id) => id >= count);
  if (wrong !== undefined) throw new LabelEditError(`There is no image ${wrong}: the set has ${count}.`);
}

function setLabel(column: LabelColumn, edit: LabelEdit & { kind: 'set' }): LabelColumn {
  const { info } = column;
  const width = columnWidth(info);
  const { at, value } = edit;
  checked(column, edit.samples);
  if (at < 0 || at >= width) throw new LabelEditError(`${info.name} has no such label any more.`);
  if (value !== null && !Number.isFinite(Math.fround(value)))
    throw new LabelEditError('A label is a number that is not too large.');
  if (info.kind === 'class' && value !== null) classAt(info, value);
  const values = column.values.slice();
  for (const id of edit.samples) {
    const row = values.subarray(id * width, (id + 1) * width);
    if (info.kind === 'labels' && row.every(Number.isNaN)) row.fill(0);
    row[at] = value ?? Number.NaN;
  }
  return { info, values };
}

function fill(column: LabelColumn, samples: Uint32Array, value: number): LabelColumn {
  checked(column, samples);
  const width = columnWidth(column.info);
  const values = column.values.slice();
  for (const id of samples) values.fill(value, id * width, (id + 1) * width);
  return { info: column.info, values };
}

/** A class under another name. Throws LabelEditError where it is empty, too long or another's. */
function renameClass(column: LabelColumn, at: number, typed: string): LabelColumn {
  const info = classesOf(column);
  classAt(info, at);
  const name = freeName(info, typed, at);
  return { info: { ...info, classes: info.classes.with(at, name) }, values: column.values };
}

/** A class more, at the end; nothing carries it yet. Throws LabelEditError as renameClass does. */
function addClass(column: LabelColumn, typed: string): LabelColumn {
  const info = classesOf(column);
  const name = freeName(info, typed);
  const next = { ...info, classes: [...info.classes, name] };
  if (info.kind === 'class') return { info: next, values: column.values };
  const width = info.classes.length;
  const values = new Float32Array((column.values.length / width) * (width + 1));
  for (let row = 0; row * width < column.values.length; row++) {
    const before = column.values.subarray(row * width, (row + 1) * width);
    values.set(before, row * (width + 1));
    values[row * (width + 1) + width] = before.every(Number.isNaN) ? Number.NaN : 0;
  }
  return { info: next, values };
}

/** Where each class of before is afterwards. */
function placesAfter(count: number, from: ReadonlySet<number>, into: number): number[] {
  let next = 0;
  const kept = Array.from({ length: count }, (_, at) => (from.has(at) ? -1 : next++));
  return kept.map((place) => (place < 0 ? (kept[into] ?? 0) : place));
}

/** Joins rows of 0, 1 and NaN: what any of the merged says yes to, holds; NaN only where none says anything. */
function mergeRows(values: Float32Array, width: number, places: readonly number[]): Float32Array {
  const after = Math.max(...places) + 1;
  const merged = new Float32Array((values.length / width) * after).fill(Number.NaN);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const to = Math.floor(i / width) * after + (places[i % width] ?? 0);
    const there = merged[to] ?? Number.NaN;
    merged[to] = Number.isNaN(there) ? value : Math.max(there, value);
  }
  return merged;
}

/** Several classes as one. Throws LabelEditError where too few would be left to tell apart. */
function mergeClasses(column: LabelColumn, from: readonly number[], into: number): LabelColumn {
  const info = classesOf(column);
  for (const at of [...from, into]) classAt(info, at);
  const gone = new Set(from.filter((at) => at !== into));
  if (gone.size === 0) throw new LabelEditError('Choose at least two classes to merge.');
  const classes = info.classes.filter((_, at) => !gone.has(at));
  if (info.kind === 'class' && classes.length < 2)
    throw new LabelEditError(`${info.name} needs two classes at least, or there is nothing to tell apart.`);
  const places = placesAfter(info.classes.length, gone, into);
  const values =
    info.kind === 'class'
      ? column.values.map((value) => (Number.isNaN(value) ? value : (places[value] ?? Number.NaN)))
      : mergeRows(column.values, info.classes.length, places);
  return { info: { ...info, classes }, values };
}

function changed(column: LabelColumn, edit: Exclude<LabelEdit, { kind: 'column' }>): LabelColumn {
  switch (edit.kind) {
    case 'set':
      return setLabel(column, edit);
    case 'clear':
      return fill(column, edit.samples, Number.NaN);
    case 'none':
      if (column.info.kind !== 'labels')
        throw new LabelEditError(`In ${column.info.name} an image is labelled or not: there is no “none”.`);
      return fill(column, edit.samples, 0);
    case 'rename':
      return renameClass(column, edit.at, edit.name);
    case 'merge':
      return mergeClasses(column, edit.from, edit.into);
    case 'add':
      return addClass(column, edit.name);
  }
}

function addColumn(labels: SetLabels, info: ColumnInfo): SetLabels {
  if (labels.columns.some((each) => each.info.id === info.id || each.info.name === info.name))
    throw new LabelEditError(`There are labels called “${info.name}” already.`);
  if (info.kind !== 'number' && new Set(info.classes).size < info.classes.length)
    throw new LabelEditError('Each class needs a name of its own.');
  const count = labels.parts.length * columnWidth(info);
  const values = new Float32Array(count).fill(Number.NaN);
  return { ...labels, columns: [...labels.columns, { info, values }] };
}

/** Labels after a change; those of before stay as they are. Throws LabelEditError where it cannot be done. */
export function applyEdit(labels: SetLabels, edit: LabelEdit): SetLabels {
  if (edit.kind === 'column') return addColumn(labels, edit.info);
  const before = columnOf(labels, edit.column);
  const after = changed(before, edit);
  return { ...labels, columns: labels.columns.map((each) => (each === before ? after : each)) };
}
