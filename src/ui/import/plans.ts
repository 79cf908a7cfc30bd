/** Edits of a column's plan: another kind, classes renamed and merged, what means "not labelled", answers to questions. */
import type { ColumnView } from '#data/importing/import-view.ts';
import type { ColumnPlan, PlannedClass } from '#data/understanding/column-plan.ts';

export type PlanKind = ColumnPlan['kind'];

export const planKinds = ['class', 'labels', 'number', 'ignore'] as const;

export const kindNames: Readonly<Record<PlanKind, string>> = {
  class: 'one of several',
  labels: 'any of several',
  number: 'number',
  ignore: 'ignore',
};

export const kindTasks: Readonly<Record<PlanKind, string>> = {
  class: 'Classification: every image is one of the classes',
  labels: 'Multi-label: an image may have several labels, or none',
  number: 'Regression: numbers are predicted',
  ignore: 'Not a task',
};

/** A plan of another kind: as it was guessed if that was its kind, else with classes or names that are found in the cells. */
export function asKind({ plan, guessed }: Pick<ColumnView, 'plan' | 'guessed'>, kind: PlanKind): ColumnPlan {
  const { column, name, missing, answered } = plan;
  const known = { column, name, missing, ...(answered === undefined ? {} : { answered }) };
  if (guessed.kind === kind) return { ...guessed, ...known };
  switch (kind) {
    case 'class':
      return { ...known, kind, classes: [] };
    case 'labels':
      return { ...known, kind, classes: [], separator: '|' };
    case 'number':
      return { ...known, kind, names: [], decimalComma: false };
    case 'ignore':
      return { ...known, kind, reason: 'you said so' };
  }
}

/** Labels of texts that are cut at another sign; the classes are found anew. */
export function withSeparator(plan: ColumnPlan & { kind: 'labels' }, separator: string | null): ColumnPlan {
  return { ...plan, separator, classes: [] };
}

/** The class called otherwise; one with that name takes its values up, in the place of the first of the two. */
export function renameClass(
  classes: readonly PlannedClass[],
  place: number,
  name: string,
): readonly PlannedClass[] {
  const renamed = classes[place];
  const wanted = name.trim();
  if (!renamed || wanted === '' || wanted === renamed.name) return classes;
  const other = classes.findIndex((each, i) => i !== place && each.name === wanted);
  if (other < 0) return classes.map((each, i) => (i === place ? { ...each, name: wanted } : each));
  const [first, second] = [Math.min(place, other), Math.max(place, other)];
  const values = [...(classes[first]?.values ?? []), ...(classes[second]?.values ?? [])];
  return classes.flatMap((each, i) =>
    i === first ? [{ name: wanted, values }] : i === second ? [] : [each],
  );
}

/** A class of several values taken apart again, each called as in the files. */
export function splitClass(classes: readonly PlannedClass[], place: number): readonly PlannedClass[] {
  return classes.flatMap((each, i) =>
    i === place ? each.values.map((value) => ({ name: value, values: [value] })) : [each],
  );
}

/** Texts that mean "not labelled", as a person writes them: apart by commas. */
export function readMissing(text: string): string[] {
  const texts = text.split(',').map((each) => each.trim().toLowerCase());
  return [...new Set(texts.filter((each) => each !== ''))];
}

/**
 * A plan under which other texts mean "not labelled". What no longer means that becomes a class again, what now does leaves the
 * classes.
 */
export function withMissing(plan: ColumnPlan, missing: readonly string[]): ColumnPlan {
  if (plan.kind !== 'class' && plan.kind !== 'labels') return { ...plan, missing };
  const freed = plan.missing.some((text) => !missing.includes(text));
  if (freed) return { ...plan, missing, classes: [] };
  const classes = plan.classes
    .map((each) => ({
      ...each,
      values: each.values.filter((value) => !missing.includes(value.toLowerCase())),
    }))
    .filter(({ values }) => values.length > 0);
  return { ...plan, missing, classes };
}

/** An answer to the question what −1 or 0 means. */
export interface Answer {
  readonly id: string;
  /** The choice in a few words, and what comes of it. */
  readonly title: string;
  readonly meaning: string;
  readonly plan: ColumnPlan;
}

const signNames = (no: string, yes: string): PlannedClass[] => [
  { name: 'no', values: [no] },
  { name: 'yes', values: [yes] },
];

/** The values of a column in doubt: two or three of −1, 0 and 1. */
export function signsOf({ plan }: Pick<ColumnView, 'plan'>): string[] {
  return plan.kind === 'class' ? plan.classes.flatMap(({ values }) => values) : [];
}

/** All that a column's −1 or 0 can mean; none where nothing is asked. */
export function answersOf(view: Pick<ColumnView, 'plan' | 'question'>): Answer[] {
  const { plan, question } = view;
  if (!question) return [];
  const answered = question.value;
  const known = { column: plan.column, name: plan.name, answered };
  const missing = plan.missing.filter((each) => each !== '-1' && each !== '0');
  const signs = signsOf(view);
  const as = (classes: readonly PlannedClass[], ...texts: string[]): ColumnPlan => ({
    ...known,
    kind: 'class',
    classes,
    missing: [...missing, ...texts],
  });
  if (signs.length === 3)
    return [
      {
        id: 'minus-missing',
        title: '−1 is not labelled',
        meaning: '0 means no, 1 means yes; images with −1 do not count for this task.',
        plan: as(signNames('0', '1'), '-1'),
      },
      {
        id: 'zero-missing',
        title: '0 is not labelled',
        meaning: '−1 means no, 1 means yes; images with 0 do not count for this task.',
        plan: as(signNames('-1', '1'), '0'),
      },
      {
        id: 'values',
        title: 'Three classes',
        meaning: '−1, 0 and 1 are classes like any others.',
        plan: as(signs.map((name) => ({ name, values: [name] }))),
      },
    ];
  const [no = '', yes = ''] = signs;
  const other = signs.find((each) => each !== answered) ?? '';
  const written = answered.replace('-', '−');
  return [
    {
      id: 'value',
      title: `${written} means no`,
      meaning: `A label like the other one: ${no.replace('-', '−')} is no, ${yes} is yes.`,
      plan: as(signNames(no, yes)),
    },
    {
      id: 'missing',
      title: `${written} is not labelled`,
      meaning: `Images with ${written} do not count for this task: only ${other.replace('-', '−')} is a label.`,
      plan: {
        ...known,
        kind: 'labels',
        classes: [{ name: plan.name, values: [other] }],
        separator: null,
        missing: [...missing, answered],
      },
    },
  ];
}
