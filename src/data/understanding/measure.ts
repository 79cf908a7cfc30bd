/** What a column holds under a plan: how much of it is labelled, what cannot be read, which values occur how often. */
import type { Cell } from '../importers/importer.ts';
import { labelsOf, numberOf, tally, valueOf, type ColumnPlan } from './column-plan.ts';
import { classesOf } from './guess.ts';

export interface Measured {
  /** Samples that carry a label. */
  readonly labelled: number;
  readonly unread: { readonly count: number; readonly examples: readonly string[] };
  /** Raw values, the most frequent 200 first; of numbers, 20 bins by their lower end. */
  readonly histogram: readonly { readonly name: string; readonly count: number }[];
  readonly distinct: number;
  /** The first few values. */
  readonly examples: readonly string[];
}

const shown = 200;
const fewExamples = 5;
const bins = 20;
/** A class for every picture would be a name, not a class; whoever needs more has another problem than this page solves. */
const mostClassesByHand = 10_000;
const longestExample = 80;

const cut = (text: string) => (text.length > longestExample ? `${text.slice(0, longestExample)}…` : text);
const few = (texts: Iterable<string>) => {
  const found: string[] = [];
  for (const text of texts) {
    if (found.length === fewExamples) break;
    found.push(cut(text));
  }
  return found;
};

/** How often each label of a `labels` column occurs, and how many samples carry any or none for certain. */
function tallyLabels(cells: readonly Cell[], plan: ColumnPlan & { kind: 'labels' }) {
  const counts = new Map<string, number>();
  let labelled = 0;
  for (const cell of cells) {
    const labels = labelsOf(cell, plan);
    if (labels) labelled++;
    for (const label of labels ?? []) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return { counts, labelled };
}

function byFrequency(counts: ReadonlyMap<string, number>): { name: string; count: number }[] {
  const sorted = Array.from(counts, ([name, count]) => ({ name: cut(name), count }));
  return sorted.toSorted((a, b) => b.count - a.count).slice(0, shown);
}

function ofValues(
  counts: ReadonlyMap<string, number>,
  known: ReadonlySet<string> | null,
  labelledSamples?: number,
): Measured {
  const unknown = known ? [...counts].filter(([value]) => !known.has(value)) : [];
  const all = [...counts.values()].reduce((sum, each) => sum + each, 0);
  const unread = unknown.reduce((sum, [, each]) => sum + each, 0);
  return {
    labelled: labelledSamples ?? all - unread,
    unread: { count: unread, examples: few(unknown.map(([value]) => value)) },
    histogram: byFrequency(counts),
    distinct: counts.size,
    examples: few(counts.keys()),
  };
}

/** Bins of equal width; one where all numbers are the same. */
function binned(numbers: readonly number[]): Measured['histogram'] {
  let [low, high] = [Infinity, -Infinity];
  for (const number of numbers) [low, high] = [Math.min(low, number), Math.max(high, number)];
  if (numbers.length === 0) return [];
  const name = (value: number) => `${Number(value.toPrecision(4))}`;
  if (low === high) return [{ name: name(low), count: numbers.length }];
  const counts = Array.from({ length: bins }, () => 0);
  const width = high / bins - low / bins; // the difference itself may be beyond float64
  for (const number of numbers) {
    const bin = Math.min(bins - 1, Math.floor(number / width - low / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count, i) => ({ name: name(low + i * width), count }));
}

function ofNumbers(cells: readonly Cell[], plan: ColumnPlan & { kind: 'number' }): Measured {
  const numbers: number[] = [];
  const unread = new Map<string, number>();
  const examples = new Set<string>();
  let labelled = 0;
  for (const cell of cells) {
    const pieces = typeof cell === 'object' && cell !== null ? cell : [cell];
    let isRead = false;
    for (const [i, piece] of pieces.entries()) {
      const text = valueOf(piece, plan.missing);
      if (text === null) continue;
      const value = typeof piece === 'number' ? piece : numberOf(text, plan.decimalComma);
      if (i < plan.names.length && Number.isFinite(Math.fround(value))) {
        numbers.push(value);
        isRead = true;
        if (examples.size < fewExamples) examples.add(text);
      } else unread.set(text, (unread.get(text) ?? 0) + 1);
    }
    if (isRead) labelled++;
  }
  const count = [...unread.values()].reduce((sum, each) => sum + each, 0);
  return {
    labelled,
    unread: { count, examples: few(unread.keys()) },
    histogram: binned(numbers),
    distinct: new Set(numbers).size,
    examples: [...examples].map(cut),
  };
}

/** Counts a column under a plan. */
export function measure(cells: readonly Cell[], plan: ColumnPlan): Measured {
  const known = () => {
    if (plan.kind !== 'class' && plan.kind !== 'labels') return null;
    return new Set(plan.classes.flatMap(({ values }) => values));
  };
  switch (plan.kind) {
    case 'ignore':
    case 'class':
      return ofValues(tally({ cells }, plan.missing), known());
    case 'labels': {
      const { counts, labelled } = tallyLabels(cells, plan);
      return ofValues(counts, known(), labelled);
    }
    case 'number':
      return ofNumbers(cells, plan);
  }
}

/** A plan with the classes or names that it left empty, from the cells; without those that it says are missing. */
export function filled(cells: readonly Cell[], plan: ColumnPlan): ColumnPlan {
  if (plan.kind === 'ignore') return plan;
  if (plan.kind === 'number') {
    if (plan.names.length > 0) return plan;
    const width = cells.reduce<number>(
      (most, cell) => (typeof cell === 'object' && cell !== null ? Math.max(most, cell.length) : most),
      1,
    );
    const names =
      width === 1 ? [plan.name] : Array.from({ length: width }, (_, i) => `${plan.name} ${i + 1}`);
    return { ...plan, names };
  }
  if (plan.classes.length > 0) {
    const isThere = (value: string) => !plan.missing.includes(value.toLowerCase());
    const classes = plan.classes
      .filter(({ values }) => values.length === 0 || values.some(isThere))
      .map((each) => ({ ...each, values: each.values.filter(isThere) }));
    return { ...plan, classes };
  }
  const values = plan.kind === 'class' ? tally({ cells }, plan.missing) : tallyLabels(cells, plan).counts;
  return { ...plan, classes: values.size > mostClassesByHand ? [] : classesOf(values.keys()) };
}

/** Why a plan makes no task; null where it does, or means none. */
export function problemOfPlan(plan: ColumnPlan, { labelled, distinct }: Measured): string | null {
  if (plan.kind === 'ignore') return null;
  if (plan.kind !== 'number' && plan.classes.length === 0 && distinct > mostClassesByHand)
    return `has ${distinct} different values; up to ${mostClassesByHand} can be classes`;
  if (labelled === 0) return 'has no label that can be read';
  if (plan.kind === 'class' && plan.classes.length < 2) return 'has fewer than two classes';
  return plan.kind === 'labels' && plan.classes.length === 0 ? 'has no label to learn' : null;
}
