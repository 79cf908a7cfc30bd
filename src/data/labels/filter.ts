/** Which samples of a set are looked at: by part, by what they are labelled, by name. */
import { columnWidth, type SplitName, splitNames } from '#experiment/dataset-info.ts';
import type { LabelColumn } from '../dataset.ts';
import type { SetLabels } from '../sets/manifest.ts';
import { isLabelled } from './counts.ts';

/** What is asked of the labels. */
export type LabelQuestion =
  | { readonly kind: 'class'; readonly column: string; readonly at: number }
  | { readonly kind: 'not-labelled'; readonly column: string }
  /** Labelled in two columns, or in one where they are the same. */
  | { readonly kind: 'both'; readonly one: string; readonly other: string };

export interface SampleFilter {
  /** null: all. */
  readonly part: SplitName | null;
  readonly label: LabelQuestion | null;
  /** Part of the file's name, in whatever case; '' for any. */
  readonly text: string;
}

export const everything: SampleFilter = { part: null, label: null, text: '' };

type Test = (sample: number) => boolean;

const find = (columns: readonly LabelColumn[], id: string) => columns.find(({ info }) => info.id === id);

function labelTest(columns: readonly LabelColumn[], label: LabelQuestion): Test {
  if (label.kind === 'both') {
    const [one, other] = [find(columns, label.one), find(columns, label.other)];
    return (sample) => !!one && !!other && isLabelled(one, sample) && isLabelled(other, sample);
  }
  const column = find(columns, label.column);
  if (!column) return () => false;
  if (label.kind === 'not-labelled') return (sample) => !isLabelled(column, sample);
  const { info, values } = column;
  const width = columnWidth(info);
  return info.kind === 'class'
    ? (sample) => values[sample] === label.at
    : (sample) => (values[sample * width + label.at] ?? 0) > 0;
}

/** Samples that pass, in their order. `names` may be empty while they are not known: then no text is looked for. */
export function filterSamples(
  { columns, parts }: Pick<SetLabels, 'columns' | 'parts'>,
  names: readonly string[],
  filter: SampleFilter,
): Uint32Array {
  const tests: Test[] = [];
  const part = filter.part ? splitNames.indexOf(filter.part) : -1;
  if (part >= 0) tests.push((sample) => parts[sample] === part);
  if (filter.label) tests.push(labelTest(columns, filter.label));
  const text = filter.text.trim().toLowerCase();
  if (text !== '' && names.length > 0)
    tests.push((sample) => (names[sample] ?? '').toLowerCase().includes(text));
  const found = new Uint32Array(parts.length);
  let count = 0;
  for (let sample = 0; sample < parts.length; sample++)
    if (tests.every((test) => test(sample))) found[count++] = sample;
  return found.slice(0, count);
}

/** Samples of one part. */
export const partSamples = (parts: Uint8Array, part: SplitName): Uint32Array =>
  filterSamples({ columns: [], parts }, [], { ...everything, part });
