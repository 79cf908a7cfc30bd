/** The columns of several tables as those of their union: of the same name, joined where they mean the same. */
import type { Cell, RawColumn } from '../importers/importer.ts';
import type { ColumnPlan } from '../understanding/column-plan.ts';
import { guessColumn, type Guess } from '../understanding/guess.ts';
import type { ColumnUnion } from './import-view.ts';
import type { Table } from './read-table.ts';

/** The column of one table, and the place of that table's first sample in the union. */
export interface Segment {
  readonly table: Table;
  readonly raw: RawColumn;
  readonly offset: number;
}

export interface UnionColumn {
  readonly key: string;
  readonly name: string;
  readonly segments: readonly Segment[];
  readonly union: ColumnUnion | null;
}

interface Found extends Segment {
  readonly key: string;
}

const guesses = new WeakMap<RawColumn, Guess>();
/** The guess for a column on its own, made once. */
function guessOf(raw: RawColumn): Guess {
  const guess = guesses.get(raw) ?? guessColumn(raw);
  guesses.set(raw, guess);
  return guess;
}

const valuesOf = (plan: ColumnPlan) =>
  plan.kind === 'class' || plan.kind === 'labels' ? plan.classes.flatMap(({ values }) => values) : [];

/** Lowest and highest number of a column, as far as they are plain. */
function rangeOf({ cells }: RawColumn): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const cell of cells)
    for (const each of typeof cell === 'object' ? (cell ?? []) : [cell]) {
      const value = Number(each);
      if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
  return [low, high];
}

/** Whether two columns mean the same, with the reason. */
function kinship(one: RawColumn, other: RawColumn): { readonly isKin: boolean; readonly reason: string } {
  const [first, second] = [guessOf(one).plan, guessOf(other).plan];
  if (first.kind !== second.kind) return { isKin: false, reason: 'they are of different kinds' };
  if (first.kind === 'ignore' || second.kind === 'ignore')
    return { isKin: false, reason: 'neither is a task' };
  if (first.kind === 'number' && second.kind === 'number') {
    const [a, b] = [rangeOf(one), rangeOf(other)];
    const overlap = first.names.length === second.names.length && a[0] <= b[1] && b[0] <= a[1];
    return { isKin: overlap, reason: `their numbers are ${overlap ? '' : 'not '}of the same range` };
  }
  const [mine, others] = [new Set(valuesOf(first)), new Set(valuesOf(second))];
  const shared = [...mine].filter((value) => others.has(value)).length;
  const all = new Set([...mine, ...others]).size;
  if (shared === 0) return { isKin: false, reason: 'they have no class in common' };
  return { isKin: true, reason: `${shared} of ${all} classes are in both` };
}

/** Columns that mean the same, each with one before it at least. */
function families(members: readonly Found[]): Found[][] {
  const found: Found[][] = [];
  for (const member of members) {
    const family = found.find((each) => each.some(({ raw }) => kinship(raw, member.raw).isKin));
    if (family) family.push(member);
    else found.push([member]);
  }
  return found;
}

const namesOf = (members: readonly Found[]) => members.map(({ table }) => table.name);

/** Of columns that have one name: what becomes of them. */
function columnsOf(members: readonly Found[], decided: 'joined' | 'apart' | undefined): UnionColumn[] {
  const [first] = members;
  const wanted =
    decided === 'apart' ? members.map((each) => [each]) : decided ? [[...members]] : families(members);
  return wanted.flatMap((family): UnionColumn[] => {
    const [head, second] = family;
    if (!head || !first) return [];
    const { key, raw, table } = head;
    const other = second ?? members.find((each) => each !== head);
    const { reason } = other ? kinship(raw, other.raw) : { reason: '' };
    const how = second ? 'joined' : 'apart';
    const union = other ? ({ how, tables: namesOf(second ? family : members), reason } as const) : null;
    // The largest family keeps the plain name where it is the only one.
    const isPlain =
      !other || (second !== undefined && wanted.filter(({ length }) => length > 1).length === 1);
    return [{ key, name: isPlain ? raw.name : `${table.name}: ${raw.name}`, segments: family, union }];
  });
}

/** Tables from which columns come one after the other, each with the number of samples before it. */
export function offsetsOf(tables: readonly Table[]): { readonly table: Table; readonly offset: number }[] {
  let offset = 0;
  return tables.map((table) => {
    const here = { table, offset };
    offset += table.raw.samples.length;
    return here;
  });
}

/** @param decided by lower-case name, what the reader wants of columns that are called so */
export function uniteColumns(
  tables: readonly Table[],
  decided: ReadonlyMap<string, 'joined' | 'apart'>,
): UnionColumn[] {
  const byName = new Map<string, Found[]>();
  for (const { table, offset } of offsetsOf(tables)) {
    const here = new Set<string>();
    for (const { id, raw } of table.columns) {
      const name = raw.name.toLowerCase();
      // Of two columns of one table only the first can be joined to another table's.
      const key = here.has(name) ? `${name} ${table.id}:${id}` : name;
      here.add(name);
      byName.set(key, [...(byName.get(key) ?? []), { key: `${table.id}:${id}`, table, raw, offset }]);
    }
  }
  return Array.from(byName, ([name, members]) => columnsOf(members, decided.get(name))).flat();
}

/** What the formats of all segments agree in. */
function declared(segments: readonly Segment[]): Pick<RawColumn, 'kind' | 'names'> {
  const kinds = new Set(segments.map(({ raw }) => raw.kind));
  const [kind] = kinds;
  if (kinds.size > 1 || kind === undefined) {
    const { plan } = guessOf(segments[0]?.raw ?? { name: '', cells: [] });
    return kinds.size > 1 && plan.kind !== 'ignore' ? { kind: plan.kind } : {};
  }
  const named = segments.flatMap(({ raw }) => (raw.names ? [raw.names] : []));
  if (named.length < segments.length) return { kind };
  const names = kind === 'number' ? (named[0] ?? []) : [...new Set(named.flat())];
  return { kind, names };
}

/**
 * A column of the union as a raw one: a cell for every sample, null for those of tables that lack it. The very cells of a
 * table where there is no other.
 * @param samples of the union
 */
export function wholeColumn({ name, segments }: UnionColumn, samples: number): RawColumn {
  const [only] = segments;
  if (segments.length === 1 && only && only.raw.cells.length === samples) return { ...only.raw, name };
  const cells = Array.from({ length: samples }, (): Cell => null);
  for (const { raw, offset } of segments)
    for (const [i, cell] of raw.cells.entries()) cells[offset + i] = cell;
  return { name, cells, ...declared(segments) };
}
