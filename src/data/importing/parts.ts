/** Labels as texts, by which samples are spread over the parts or kept together. */
import { splitNames, type SplitName } from '#experiment/dataset-info.ts';
import { ImportError } from '../importers/importer.ts';
import { labelsOf, numberOf, valueOf } from '../understanding/column-plan.ts';
import { makeSplit } from '../understanding/make-split.ts';
import type { ImportChoices } from './import-view.ts';
import type { SheetColumn } from './sheet-columns.ts';

/** The label of each sample in words; null where it has none. */
export function textsOf({ raw, plan }: SheetColumn): (string | null)[] {
  if (plan.kind !== 'class' && plan.kind !== 'labels')
    return raw.cells.map((cell) => valueOf(cell, plan.missing));
  const names = new Map(
    plan.classes.flatMap(({ name, values }) => values.map((value) => [value, name] as const)),
  );
  if (plan.kind === 'class')
    return raw.cells.map((cell) => names.get(valueOf(cell, plan.missing) ?? '') ?? null);
  return raw.cells.map((cell) => {
    const labels = labelsOf(cell, plan);
    return labels && labels.flatMap((label) => names.get(label) ?? []).join(', ');
  });
}

const tenths = 10;

/** Tenths of the samples by their number, for spreading evenly; as text. */
function strataOf(column: SheetColumn): (string | null)[] {
  const texts = textsOf(column);
  const { plan } = column;
  if (plan.kind !== 'number') return texts;
  const numbers = texts.map((text) => (text === null ? Number.NaN : numberOf(text, plan.decimalComma)));
  const sorted = numbers.filter((each) => !Number.isNaN(each)).toSorted((a, b) => a - b);
  const bounds = Array.from(
    { length: tenths - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / tenths)] ?? 0,
  );
  return numbers.map((each) =>
    Number.isNaN(each) ? null : `${bounds.filter((bound) => each >= bound).length}`,
  );
}

const pick = (texts: readonly (string | null)[], kept: ArrayLike<number>) =>
  Array.from(kept, (place) => texts[place] ?? null);

/** Of pictures that occur several times, what they have in common: they go to one part, so that none is tested that was learned. */
function twinsOf(digests: readonly string[]): (string | null)[] {
  const counts = new Map<string, number>();
  for (const digest of digests) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  return digests.map((digest) => ((counts.get(digest) ?? 0) > 1 ? digest : null));
}

/**
 * The part of each sample, as its place in `splitNames`.
 * @param said of all samples of the import
 * @param kept places of those that it is for
 * @param digests of those; null while they are not known
 * @throws ImportError where the shares leave nothing to train on
 */
export function partsOf(
  { name, split }: ImportChoices,
  said: readonly (SplitName | null)[],
  columns: readonly SheetColumn[],
  kept: ArrayLike<number>,
  digests: readonly string[] | null,
): Uint8Array<ArrayBuffer> {
  const find = (key: string | null) => columns.find(({ column }) => key !== null && column.key === key);
  const [stratum, group] = [find(split.stratifyBy), find(split.groupBy)];
  // Files that are all of one part which nobody trains on, such as a test set alone, are dealt anew.
  const isUsable = split.anew !== true && said.some((part) => part === 'train' || part === null);
  const groups = group ? pick(textsOf(group), kept) : digests && twinsOf(digests);
  const input = {
    said: Array.from(kept, (place) => (isUsable ? (said[place] ?? null) : null)),
    ...(stratum ? { strata: pick(strataOf(stratum), kept) } : {}),
    ...(groups ? { groups } : {}),
  };
  try {
    const parts = new Uint8Array(kept.length);
    const made = makeSplit(input, split);
    for (const [part, each] of splitNames.entries()) for (const sample of made[each]) parts[sample] = part;
    return parts;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ImportError(
      name,
      'the shares of validation and test must be 0 or more and leave a share for training.',
    );
  }
}
