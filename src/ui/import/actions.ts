/** What the import sheet does, apart from how it looks: the stores behind it are handed in, so that it can be tested alone. */
import { createContext, useContext } from 'react';
import type { ColumnUnion, ImportChoices, Preview } from '#data/importing/import-view.ts';
import type { ColumnPlan } from '#data/understanding/column-plan.ts';

export interface SheetActions {
  addFiles(isFolder: boolean): unknown;
  addSet(id: string): unknown;
  removeTable(id: string): unknown;
  reread(table: string, how: { readonly importer?: string; readonly pattern?: string | null }): unknown;
  /** One task for columns of this name in several tables, or one for each. */
  join(name: string, how: ColumnUnion['how']): unknown;
  plan(key: string, plan: ColumnPlan): unknown;
  preview(choices: ImportChoices): Promise<Preview>;
  /** The choices and plans as a file. */
  save(choices: ImportChoices): unknown;
  /** What was left out, as a table. */
  saveLeftOut(): unknown;
  commit(choices: ImportChoices): unknown;
  cancel(): unknown;
}

const Actions = createContext<SheetActions | null>(null);
export const SheetActionsProvider = Actions.Provider;

export function useActions(): SheetActions {
  const actions = useContext(Actions);
  if (!actions) throw new Error('The import sheet has no actions.');
  return actions;
}
