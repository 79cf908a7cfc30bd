/** Own pictures as the page's import would take them: what was understood, and what the options decide of it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ColumnView, ImportChoices, ImportView } from '#data/importing/import-view.ts';
import { planFileEnding } from '#data/importing/plan-file.ts';
import { ImportSession } from '#data/importing/session.ts';
import type { LeftOut } from '#data/importers/importer.ts';
import type { ColumnPlan } from '#data/understanding/column-plan.ts';
import type { DataOptions, WantedKind } from './data-options.ts';
import { filesOf } from './files-of.ts';
import type { Progress } from './progress.ts';
import { reasonOf, UsageError } from './usage-error.ts';

/** An import that is decided, as far as the options decide it. */
export interface Decided {
  readonly session: ImportSession;
  readonly view: ImportView;
  readonly choices: ImportChoices;
  /** Met on the disk and not looked at, before anything was read. */
  readonly unread: readonly LeftOut[];
  /** What a file of decisions says and is not so. */
  readonly problems: readonly string[];
}

const isPlanFile = (place: string) => place.endsWith(planFileEnding);

/** The data beside a file of decisions: of the same name, else all that lies in its folder. */
function besides(place: string): string {
  const bare = place.slice(0, -planFileEnding.length);
  const ends = ['', '.zip', '.tar.gz', '.tgz', '.tar', '.npz', '.parquet'];
  return ends.map((end) => bare + end).find((each) => existsSync(each)) ?? path.dirname(path.resolve(place));
}

async function planText(place: string): Promise<string> {
  return readFile(place, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${place} cannot be opened: ${reasonOf(error)}.`);
  });
}

/** A column by its name, as it is called now or in its file. Throws UsageError where there is none. */
function columnOf(view: ImportView, name: string): ColumnView {
  const wanted = name.toLowerCase();
  const found =
    view.columns.find(({ plan }) => plan.name.toLowerCase() === wanted) ??
    view.columns.find(({ plan }) => plan.column.toLowerCase() === wanted);
  if (found) return found;
  const there = view.columns.map(({ plan }) => plan.name).join(', ');
  throw new UsageError(`There is no column “${name}”${there === '' ? '.' : `: there are ${there}.`}`);
}

/** What lies between the labels of a text, by what occurs in examples. */
function separatorIn({ examples, plan }: ColumnView): string | null {
  if (plan.kind === 'labels') return plan.separator;
  return ['|', ';', ','].find((each) => examples.some((text) => text.includes(each))) ?? null;
}

/** A plan of this kind; classes and names that it leaves empty are found in the cells. */
function planAs(column: ColumnView, kind: WantedKind): ColumnPlan {
  const { plan } = column;
  const base = { column: plan.column, name: plan.name, missing: plan.missing };
  switch (kind) {
    case 'classification':
      return { ...base, kind: 'class', classes: plan.kind === 'class' ? plan.classes : [] };
    case 'multi-label': {
      const classes = plan.kind === 'labels' ? plan.classes : [];
      return { ...base, kind: 'labels', classes, separator: separatorIn(column) };
    }
    case 'regression':
      return plan.kind === 'number' ? plan : { ...base, kind: 'number', names: [], decimalComma: false };
    case 'ignore':
      return { ...base, kind: 'ignore', reason: 'as --task says' };
  }
}

/** Answers are plans that name the value: with it among the missing ones, or not. */
function answered({ plan }: ColumnView, value: string, means: 'no' | 'missing'): ColumnPlan {
  const others = plan.missing.filter((each) => each !== value);
  return { ...plan, missing: means === 'missing' ? [...others, value] : others, answered: value };
}

/** Plans columns as the options say. Throws UsageError for a column that is not there. */
function decideColumns(session: ImportSession, { tasks, answers }: DataOptions): void {
  for (const { column: name, kind } of tasks) {
    const column = columnOf(session.view(), name);
    session.plan(column.key, planAs(column, kind));
  }
  for (const { column: name, value, means } of answers) {
    const column = columnOf(session.view(), name);
    if (column.plan.kind !== 'ignore') session.plan(column.key, answered(column, value, means));
  }
}

/** What is decided where nobody says otherwise; the same as on the page. */
function usualChoices(view: ImportView): ImportChoices {
  const stratifyBy = view.columns.find(({ plan }) => plan.kind === 'class')?.key ?? null;
  return {
    name: view.name,
    image: view.image,
    split: { validation: 0.1, test: 0.1, seed: 0, stratifyBy, groupBy: null },
    duplicates: 'keep',
  };
}

function choicesWith(view: ImportView, before: ImportChoices, options: DataOptions): ImportChoices {
  const { size, grey, fit, background, validation, test, group } = options;
  const { image, split } = before;
  return {
    ...before,
    image: {
      shape: { ...image.shape, ...size, ...(grey ? { channels: 1 } : {}) },
      fit: fit ?? image.fit,
      background: background ?? image.background,
    },
    split: {
      ...split,
      validation: validation ?? split.validation,
      test: test ?? split.test,
      groupBy: group === undefined ? split.groupBy : columnOf(view, group).key,
    },
  };
}

/**
 * Reads what lies at the paths, and decides.
 * @throws UsageError or ImportError in words for the reader
 */
export async function readOwnData(
  options: DataOptions,
  progress: Progress,
  stop: AbortSignal,
): Promise<Decided> {
  const { sharpDecoder } = await import('./sharp-decoder.ts'); // native code that only imports need
  const session = new ImportSession(sharpDecoder());
  const unread: LeftOut[] = [];
  for (const place of options.paths) {
    const found = await filesOf(isPlanFile(place) ? besides(place) : place);
    unread.push(...found.leftOut);
    const files = found.files.filter((file) => !isPlanFile(file.path));
    await session.add(files, found.name, {
      signal: stop,
      onProgress: ({ done, total }) => progress.share(`Reading ${found.name}`, done, total),
    });
  }
  let choices: ImportChoices | undefined;
  const problems: string[] = [];
  for (const place of options.paths.filter(isPlanFile)) {
    const applied = await session.applyPlanFile(await planText(place), { signal: stop });
    choices = applied.choices;
    problems.push(...applied.problems);
  }
  if (options.pattern !== undefined)
    for (const { id } of session.view().tables) {
      const { tables } = await session.reread(id, { pattern: options.pattern }, { signal: stop });
      const problem = tables.find((table) => table.id === id)?.patternProblem;
      if (problem) throw new UsageError(`--pattern ${options.pattern}: ${problem}`);
    }
  decideColumns(session, options);
  const view = session.view();
  return {
    session,
    view,
    choices: choicesWith(view, choices ?? usualChoices(view), options),
    unread,
    problems,
  };
}

/** Why it cannot be imported yet, each with the option that decides. */
export function obstacles({ columns, samples }: ImportView): string[] {
  const told = columns.flatMap(({ plan: { name }, question, problem }): string[] => {
    if (question)
      return [
        `“${name}” has ${question.value}, which may mean “no” or “not labelled”: say --answer "${name}=${question.value}:no" or --answer "${name}=${question.value}:missing".`,
      ];
    return problem
      ? [`“${name}” ${problem}: choose another kind, or leave it out with --task "${name}:ignore".`]
      : [];
  });
  if (samples > 0 && columns.every(({ plan }) => plan.kind === 'ignore'))
    told.push(
      'Nothing is labelled, so there is no task: give a column a kind with --task COLUMN:KIND, or find labels in the file names with --pattern "{label}_*.png".',
    );
  return told;
}
