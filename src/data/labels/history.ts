/** Changes of labels one after the other, each of which can be taken back; what they are together, in words. */
import { type ColumnInfo, columnWidth } from '#experiment/dataset-info.ts';
import { formatCount } from '#lib/format.ts';
import type { LabelColumn } from '../dataset.ts';
import type { SetLabels } from '../sets/manifest.ts';
import { applyEdit, columnOf, type LabelEdit } from './edits.ts';

/** What takes a change back: rows as they were, or, where classes changed, the columns. */
type Before =
  | { readonly column: string; readonly samples: Uint32Array; readonly rows: Float32Array }
  | { readonly columns: readonly LabelColumn[] };

interface Step {
  readonly edit: LabelEdit;
  readonly before: Before;
}

export interface LabelHistory {
  /** As they were when the editor opened. */
  readonly base: SetLabels;
  readonly labels: SetLabels;
  readonly done: readonly Step[];
  /** Taken back, the last one first. */
  readonly undone: readonly LabelEdit[];
}

export const historyOf = (base: SetLabels): LabelHistory => ({ base, labels: base, done: [], undone: [] });

function rowsOf({ info, values }: LabelColumn, samples: Uint32Array): Float32Array {
  const width = columnWidth(info);
  const rows = new Float32Array(samples.length * width);
  for (const [i, id] of samples.entries()) rows.set(values.subarray(id * width, (id + 1) * width), i * width);
  return rows;
}

function beforeOf(labels: SetLabels, edit: LabelEdit): Before {
  if (!('samples' in edit)) return { columns: labels.columns };
  const { column, samples } = edit;
  return { column, samples, rows: rowsOf(columnOf(labels, column), samples) };
}

/** One change more; what was taken back before is forgotten. Throws LabelEditError where it cannot be done. */
export function perform(history: LabelHistory, edit: LabelEdit): LabelHistory {
  const step = { edit, before: beforeOf(history.labels, edit) };
  const labels = applyEdit(history.labels, edit);
  return { ...history, labels, done: [...history.done, step], undone: [] };
}

function restored(labels: SetLabels, before: Before): SetLabels {
  if ('columns' in before) return { ...labels, columns: before.columns };
  const column = columnOf(labels, before.column);
  const width = columnWidth(column.info);
  const values = column.values.slice();
  for (const [i, id] of before.samples.entries())
    values.set(before.rows.subarray(i * width, (i + 1) * width), id * width);
  const after = { info: column.info, values };
  return { ...labels, columns: labels.columns.map((each) => (each === column ? after : each)) };
}

/** Without the last change; as it was where there is none. */
export function undoLast(history: LabelHistory): LabelHistory {
  const last = history.done.at(-1);
  if (!last) return history;
  return {
    ...history,
    labels: restored(history.labels, last.before),
    done: history.done.slice(0, -1),
    undone: [last.edit, ...history.undone],
  };
}

/** The change that was taken back last, once more; as it was where there is none. */
export function redoLast(history: LabelHistory): LabelHistory {
  const [next, ...rest] = history.undone;
  return next ? { ...perform(history, next), undone: rest } : history;
}

const quoted = (name: string | undefined) => `“${name ?? ''}”`;
const counted = (count: number) => `${formatCount(count)} ${count === 1 ? 'label' : 'labels'}`;

/** A change of classes in words; null for one of labels, which are counted together. */
function wordsOf(columns: readonly LabelColumn[], edit: LabelEdit): string | null {
  if ('samples' in edit) return null;
  if (edit.kind === 'column') return `${edit.info.name} added`;
  const info: ColumnInfo | undefined = columns.find((each) => each.info.id === edit.column)?.info;
  const classes = info && info.kind !== 'number' ? info.classes : [];
  const name = info?.name ?? edit.column;
  switch (edit.kind) {
    case 'rename':
      return `${quoted(classes[edit.at])} renamed ${quoted(edit.name.trim())} in ${name}`;
    case 'merge': {
      const from = edit.from.filter((at) => at !== edit.into).map((at) => quoted(classes[at]));
      return `${from.join(', ')} merged into ${quoted(classes[edit.into])} in ${name}`;
    }
    case 'add':
      return `${quoted(edit.name.trim())} added to ${name}`;
  }
}

/** Samples whose labels in a column are others than before. */
function differing(before: Float32Array, after: Float32Array, width: number): number {
  let count = 0;
  for (let start = 0; start < after.length; start += width)
    for (let i = start; i < start + width; i++) {
      if (Object.is(before[i], after[i])) continue;
      count++;
      break;
    }
  return count;
}

/** How many labels of a column were changed; where its classes are not those of before, how many were touched. */
function labelsChanged({ base, done }: LabelHistory, { info, values }: LabelColumn): number {
  const own = done.flatMap(({ edit }) => (edit.kind !== 'column' && edit.column === info.id ? [edit] : []));
  const before = base.columns.find((each) => each.info.id === info.id)?.values;
  if (before?.length === values.length && !own.some(({ kind }) => kind === 'merge'))
    return differing(before, values, columnWidth(info));
  const touched = own.flatMap((edit) => ('samples' in edit ? [...edit.samples] : []));
  return new Set(touched).size;
}

const longestWords = 300;

/** What was changed altogether, for the list of revisions: `“cats” merged into “cat” in Animal; 12 labels of Animal`. */
export function describeChanges(history: LabelHistory): string {
  const ofClasses = history.done.flatMap(({ edit, before }) =>
    'columns' in before ? (wordsOf(before.columns, edit) ?? []) : [],
  );
  const ofLabels = history.labels.columns.flatMap((column) => {
    const count = labelsChanged(history, column);
    return count > 0 ? [`${counted(count)} of ${column.info.name}`] : [];
  });
  const text = [...ofClasses, ...ofLabels].join('; ');
  return text.length > longestWords ? `${text.slice(0, longestWords - 1)}…` : text;
}
