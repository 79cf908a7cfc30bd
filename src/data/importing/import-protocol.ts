/** What the page and the worker of imports say to each other: calls are answered once, progress comes unasked. */
import type { SetManifest } from '../sets/manifest.ts';
import type { ColumnPlan } from '../understanding/column-plan.ts';
import type { Dropped, ImportChoices, ImportProgress, ImportView, Preview } from './import-view.ts';
import type { AppliedFile } from './session.ts';

type Nothing = Readonly<Record<string, never>>;

/** Every call: what it takes and what it gives. */
export interface ImportCalls {
  /** Files and handles, which are looked through in the worker. */
  add: { input: { dropped: readonly Dropped[]; name: string }; output: ImportView };
  /** A kept set by its id, or a built-in one. */
  addSet: { input: { id: string }; output: ImportView };
  dropTable: { input: { id: string }; output: ImportView };
  reread: { input: { id: string; importer?: string; pattern?: string | null }; output: ImportView };
  join: { input: { name: string; how: 'joined' | 'apart' }; output: ImportView };
  plan: { input: { key: string; plan: ColumnPlan }; output: ImportView };
  preview: { input: { choices: ImportChoices }; output: Preview };
  /** CSV. */
  leftOut: { input: Nothing; output: string };
  planFile: { input: { choices: ImportChoices }; output: string };
  applyPlanFile: { input: { text: string }; output: AppliedFile };
  /** The first part of the signature of an import of what is here. */
  filesSignature: { input: Nothing; output: string };
  commit: { input: { choices: ImportChoices }; output: SetManifest };
  /** Stops all that goes on: pending calls are refused, and nothing of them stays. */
  cancel: { input: Nothing; output: null };
}

export type ImportCallName = keyof ImportCalls;

/** Page to worker. */
export type ImportRequest<Name extends ImportCallName = ImportCallName> = {
  [Each in Name]: { readonly id: number; readonly name: Each; readonly input: ImportCalls[Each]['input'] };
}[Name];

/** Worker to page. */
export type ImportReply =
  /** The first: a lock that is free again once the worker is dead. */
  | { readonly type: 'alive'; readonly lock: string }
  | { readonly type: 'answer'; readonly id: number; readonly output: ImportCalls[ImportCallName]['output'] }
  | { readonly type: 'refusal'; readonly id: number; readonly message: string; readonly isCancelled: boolean }
  | { readonly type: 'progress'; readonly progress: ImportProgress };
