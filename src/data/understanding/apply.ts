/** Raw labels under a plan: the label column that networks learn, and the cells that could not be read. */
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import type { LabelColumn } from '../dataset.ts';
import type { RawColumn } from '../importers/importer.ts';
import { labelsOf, numberOf, valueOf, type ColumnPlan, type PlannedClass } from './column-plan.ts';

/** A cell that is not missing and that the plan has no place for: it counts as not labelled. */
export interface Unread {
  readonly sample: number;
  readonly text: string;
}

export interface Applied {
  readonly column: LabelColumn;
  readonly unread: readonly Unread[];
}

type Labelled = Exclude<ColumnPlan, { readonly kind: 'ignore' }>;

/** Ids for columns by their names, such as task ids may be: lower-case letters, digits and dashes; each once. */
export function columnIds(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, i) => {
    const letters = name
      .normalize('NFKD')
      .replaceAll(/\p{Mark}/gu, '')
      .toLowerCase();
    const slug =
      letters
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^-|-$/g, '')
        .slice(0, 50) || `column-${i + 1}`;
    let id = slug;
    for (let next = 2; taken.has(id); next++) id = `${slug}-${next}`;
    taken.add(id);
    return id;
  });
}

/** The place of the class that each raw value means. */
function placesOf(classes: readonly PlannedClass[]): ReadonlyMap<string, number> {
  return new Map(classes.flatMap(({ values }, place) => values.map((value) => [value, place] as const)));
}

function ofClasses(
  raw: RawColumn,
  plan: Labelled & { kind: 'class' },
  values: Float32Array,
  unread: Unread[],
): void {
  const places = placesOf(plan.classes);
  for (const [sample, cell] of raw.cells.entries()) {
    const text = valueOf(cell, plan.missing);
    const place = text === null ? undefined : places.get(text);
    if (text !== null && place === undefined) unread.push({ sample, text });
    values[sample] = place ?? Number.NaN;
  }
}

function ofLabels(
  raw: RawColumn,
  plan: Labelled & { kind: 'labels' },
  values: Float32Array,
  unread: Unread[],
): void {
  const width = plan.classes.length;
  const places = placesOf(plan.classes);
  for (const [sample, cell] of raw.cells.entries()) {
    const labels = labelsOf(cell, plan);
    values.fill(labels ? 0 : Number.NaN, sample * width, (sample + 1) * width);
    for (const text of labels ?? []) {
      const place = places.get(text);
      if (place === undefined) unread.push({ sample, text });
      else values[sample * width + place] = 1;
    }
  }
}

function ofNumbers(
  raw: RawColumn,
  plan: Labelled & { kind: 'number' },
  values: Float32Array,
  unread: Unread[],
): void {
  const width = plan.names.length;
  values.fill(Number.NaN);
  for (const [sample, cell] of raw.cells.entries()) {
    const pieces = typeof cell === 'object' && cell !== null ? cell : [cell];
    for (const [i, piece] of pieces.entries()) {
      const text = valueOf(piece, plan.missing);
      if (text === null) continue;
      const value = typeof piece === 'number' ? piece : numberOf(text, plan.decimalComma);
      const isRead = i < width && Number.isFinite(Math.fround(value));
      if (isRead) values[sample * width + i] = value;
      else unread.push({ sample, text });
    }
  }
}

function infoOf(id: string, plan: Labelled): ColumnInfo {
  const { name, kind } = plan;
  if (kind === 'number') return { id, name, kind, names: plan.names };
  return { id, name, kind, classes: plan.classes.map((each) => each.name) };
}

/**
 * The label column of a plan.
 * @param id of the column from now on
 */
export function applyPlan(raw: RawColumn, plan: Labelled, id: string): Applied {
  const info = infoOf(id, plan);
  const width = plan.kind === 'class' ? 1 : plan.kind === 'labels' ? plan.classes.length : plan.names.length;
  const values = new Float32Array(raw.cells.length * width);
  const unread: Unread[] = [];
  if (plan.kind === 'class') ofClasses(raw, plan, values, unread);
  else if (plan.kind === 'labels') ofLabels(raw, plan, values, unread);
  else ofNumbers(raw, plan, values, unread);
  return { column: { info, values }, unread };
}
