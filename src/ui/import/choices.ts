/** What the reader decides about an import: what was found proposes, every edit stays through what is found later. */
import type { ImportChoices, ImportView } from '#data/importing/import-view.ts';
import { columnWidth, type ColumnInfo } from '#experiment/dataset-info.ts';

export interface ChoiceEdits {
  readonly name?: string;
  readonly image?: Partial<ImportChoices['image']>;
  readonly split?: Partial<ImportChoices['split']>;
  readonly duplicates?: ImportChoices['duplicates'];
  readonly newTasks?: ImportChoices['newTasks'];
}

/** Whether the files put any image in a part. */
export function saysParts({ said }: ImportView): boolean {
  return said.train + said.validation + said.test > 0;
}

/** The first task of classes: parts should have the same share of each. */
function firstClasses({ columns }: ImportView): string | null {
  return columns.find(({ plan }) => plan.kind === 'class')?.key ?? null;
}

/** The choices under which the import would run now. Columns that are gone are no longer named. */
export function choicesFor(view: ImportView, edits: ChoiceEdits): ImportChoices {
  const there = (key: string | null) => (view.columns.some((each) => each.key === key) ? key : null);
  const split = { validation: 0.1, test: 0.1, seed: 0, stratifyBy: firstClasses(view), groupBy: null };
  const merged = { ...split, ...edits.split };
  return {
    name: edits.name ?? view.name,
    image: { ...view.image, ...edits.image },
    split: { ...merged, stratifyBy: there(merged.stratifyBy), groupBy: there(merged.groupBy) },
    duplicates: edits.duplicates ?? 'keep',
    ...(edits.newTasks && edits.newTasks.length > 0 ? { newTasks: edits.newTasks } : {}),
  };
}

/** Edits on top of edits. */
export function withEdits(edits: ChoiceEdits, more: ChoiceEdits): ChoiceEdits {
  return {
    ...edits,
    ...more,
    ...(more.image ? { image: { ...edits.image, ...more.image } } : {}),
    ...(more.split ? { split: { ...edits.split, ...more.split } } : {}),
  };
}

function widthOf({ plan }: ImportView['columns'][number]): number {
  if (plan.kind === 'ignore') return 0;
  const base = { id: '', name: plan.name };
  const info: ColumnInfo =
    plan.kind === 'number'
      ? { ...base, kind: 'number', names: plan.names }
      : { ...base, kind: plan.kind, classes: plan.classes.map(({ name }) => name) };
  return columnWidth(info);
}

/** About the bytes that the data set will take: its pixels, four bytes a label, and names. */
export function bytesOf(view: ImportView, { image: { shape }, newTasks = [] }: ImportChoices): number {
  const labels = view.columns.reduce((sum, column) => sum + widthOf(column), newTasks.length);
  return view.samples * (shape.height * shape.width * shape.channels + 4 * labels + 40);
}

/** Why the import cannot begin yet, in a sentence; null where it can. */
export function obstacle(view: ImportView, choices: ImportChoices): string | null {
  const { validation, test } = choices.split;
  const open = view.columns.filter(({ question }) => question !== null).length;
  const trouble = view.columns.find(({ problem }) => problem);
  if (view.samples === 0) return 'There is no image to import.';
  if (view.columns.every(({ plan }) => plan.kind === 'ignore') && !choices.newTasks)
    return 'There is no task yet: give a column a kind, find labels in the names, or add a task to label by hand.';
  if (choices.name.trim() === '') return 'The data set needs a name.';
  if (open > 0)
    return open === 1 ? 'One question is to be answered.' : `${open} questions are to be answered.`;
  if (trouble) return `${trouble.plan.name} ${trouble.problem}: choose another kind, or ignore it.`;
  if (validation + test >= 1) return 'Validation and test must leave images for training.';
  return null;
}
