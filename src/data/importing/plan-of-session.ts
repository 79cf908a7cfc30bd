/** The decisions of a session as a file, and a file's decisions on other files: what fits, and what does not. */
import type { ColumnPlan } from '../understanding/column-plan.ts';
import type { ImportChoices } from './import-view.ts';
import { planOf, type PlanFile } from './plan-file.ts';
import type { Table } from './read-table.ts';
import type { SheetColumn } from './sheet-columns.ts';

type Reference = PlanFile['split']['groupBy'];

const referenceOf = ({ column, guess }: SheetColumn) => ({
  table: column.segments[0]?.table.name ?? '',
  column: guess.plan.column,
});

/** Lists that may be written to, as zod's types have them. */
function plainPlan(plan: ColumnPlan): PlanFile['columns'][number]['plan'] {
  const missing = [...plan.missing];
  switch (plan.kind) {
    case 'ignore':
      return { ...plan, missing };
    case 'number':
      return { ...plan, missing, names: [...plan.names] };
    case 'class':
    case 'labels': {
      const classes = plan.classes.map(({ name, values }) => ({ name, values: [...values] }));
      return { ...plan, missing, classes };
    }
  }
}

export function writePlanFile(
  { name, image, split, duplicates, newTasks = [] }: ImportChoices,
  tables: readonly Table[],
  columns: readonly SheetColumn[],
  unions: ReadonlyMap<string, 'joined' | 'apart'>,
): string {
  const reference = (key: string | null) => {
    const column = columns.find((each) => each.column.key === key);
    return column ? referenceOf(column) : null;
  };
  const { validation, test, seed, stratifyBy, groupBy, anew = false } = split;
  const file: PlanFile = {
    format: 'trunkline-data',
    version: 1,
    name,
    image,
    split: { validation, test, seed, stratifyBy: reference(stratifyBy), groupBy: reference(groupBy), anew },
    duplicates,
    newTasks: newTasks.map((task) => ({ name: task.name, classes: [...task.classes] })),
    tables: tables.map((table) => ({ name: table.name, importer: table.importer, pattern: table.pattern })),
    unions: Array.from(unions, ([union, how]) => ({ name: union, how })),
    columns: columns.map((column) => ({ ...referenceOf(column), plan: plainPlan(column.plan) })),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The tables that those of a file are here: by name, or by their order where there are as many. By the names in the file. */
export function tablesOfPlan(file: PlanFile, tables: readonly Table[], problems: string[]) {
  const found = new Map<
    string,
    { readonly id: string; readonly importer: string | null; readonly pattern: string | null }
  >();
  const areAsMany = file.tables.length === tables.length;
  for (const [i, { name, importer, pattern }] of file.tables.entries()) {
    const table = tables.find((each) => each.name === name) ?? (areAsMany ? tables[i] : undefined);
    if (!table) {
      problems.push(`“${name}” is not there.`);
      continue;
    }
    const fits = table.importer === importer || table.fitting.includes(importer);
    if (!fits) problems.push(`“${table.name}” is not read as it was: its files are of another layout.`);
    found.set(name, { id: table.id, importer: fits ? importer : null, pattern });
  }
  return found;
}

type Ids = ReadonlyMap<string, string>;

function columnAt(reference: Reference, ids: Ids, columns: readonly SheetColumn[]): SheetColumn | undefined {
  const table = reference ? ids.get(reference.table) : undefined;
  if (table === undefined) return undefined;
  return columns.find(
    ({ column, guess }) => guess.plan.column === reference?.column && column.segments[0]?.table.id === table,
  );
}

/** Plans by the keys of columns here. */
export function plansOf(file: PlanFile, ids: Ids, columns: readonly SheetColumn[], problems: string[]) {
  const plans = file.columns.flatMap(({ plan, ...reference }) => {
    const here = columnAt(reference, ids, columns);
    if (!here && plan.kind !== 'ignore' && ids.has(reference.table))
      problems.push(`“${reference.column}” is no column of “${reference.table}” any more.`);
    return here ? [{ key: here.column.key, plan: planOf(plan) }] : [];
  });
  const known = new Set(plans.map(({ key }) => key));
  for (const { column, plan } of columns)
    if (!known.has(column.key)) problems.push(`“${plan.name}” is a new column: it is as guessed.`);
  return plans;
}

/** Labels that the plans of a file have no place for. */
export function unreadOf(file: PlanFile, ids: Ids, columns: readonly SheetColumn[]): string[] {
  return file.columns.flatMap((reference) => {
    const { unread } = columnAt(reference, ids, columns)?.measured ?? {};
    if (!unread || unread.count === 0) return [];
    return [
      `${unread.count} labels of “${reference.column}” have no place in it, such as “${unread.examples[0]}”.`,
    ];
  });
}

export function choicesOf(
  { name, image, split, duplicates, newTasks }: PlanFile,
  ids: Ids,
  columns: readonly SheetColumn[],
  problems: string[],
): ImportChoices {
  const keyOf = (reference: Reference, what: string) => {
    const key = columnAt(reference, ids, columns)?.column.key ?? null;
    if (reference && key === null)
      problems.push(`Parts were ${what} by “${reference.column}”, which is not there.`);
    return key;
  };
  const stratifyBy = keyOf(split.stratifyBy, 'stratified');
  const groupBy = keyOf(split.groupBy, 'grouped');
  return { name, image, split: { ...split, stratifyBy, groupBy }, duplicates, newTasks };
}
