/** Parts of a data set: as the data say, and made where they do not. */
import { hash, permute, stream } from '#lib/random.ts';
import { splitNames, type SplitName } from '#experiment/dataset-info.ts';

export interface SplitPlan {
  /** Shares of all samples; training takes the rest. */
  readonly validation: number;
  readonly test: number;
  readonly seed: number;
}

export interface SplitInput {
  /** The part that the data put each sample in; null where they do not say. */
  readonly said: readonly (SplitName | null)[];
  /** Samples alike in this are spread evenly over the parts; null alike with null. */
  readonly strata?: readonly (string | null)[];
  /** Samples alike in this stay together, so that none leaks from training into a test; null for one that stands alone. */
  readonly groups?: readonly (string | null)[];
}

/** Samples that stay together. */
interface Group {
  readonly samples: readonly number[];
  readonly stratum: string | null;
}

/** The value that most of some samples have; of equally frequent ones the first. */
function commonest(values: readonly (string | null)[]): string | null {
  const counts = new Map<string | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: string | null = null;
  for (const [value, count] of counts) if (count > (counts.get(best) ?? 0)) best = value;
  return best;
}

function groupsOf(samples: readonly number[], { strata, groups }: SplitInput): Group[] {
  const byKey = new Map<string, number[]>();
  for (const sample of samples) {
    const group = groups?.[sample] ?? null;
    const key = group === null ? `sample ${sample}` : `group ${group}`;
    const members = byKey.get(key);
    if (members) members.push(sample);
    else byKey.set(key, [sample]);
  }
  return Array.from(byKey.values(), (members) => ({
    samples: members,
    stratum: commonest(members.map((sample) => strata?.[sample] ?? null)),
  }));
}

/** In an order drawn from the seed. */
function shuffled<Item>(items: readonly Item[], key: number): Item[] {
  return items.map((_, i) => items[permute(i, items.length, key)]).filter((item) => item !== undefined);
}

/**
 * Deals groups to parts, stratum after stratum: each goes to the part that is furthest behind its share of the samples dealt so
 * far in this stratum, then overall.
 */
function deal(
  groups: readonly Group[],
  shares: ReadonlyMap<SplitName, number>,
  seed: number,
): Map<SplitName, number[]> {
  const dealt = new Map<SplitName, number[]>(Array.from(shares.keys(), (part) => [part, []]));
  const strata = new Map<string | null, Group[]>();
  for (const group of groups) {
    const alike = strata.get(group.stratum);
    if (alike) alike.push(group);
    else strata.set(group.stratum, [group]);
  }
  let total = 0;
  for (const [index, alike] of [...strata.values()].entries()) {
    const members = shuffled(alike, hash(seed, stream.split, index));
    const here = new Map<SplitName, number>();
    let count = 0;
    for (const { samples } of members) {
      count += samples.length;
      total += samples.length;
      const behind = (part: SplitName) => (shares.get(part) ?? 0) * count - (here.get(part) ?? 0);
      const overall = (part: SplitName) => (shares.get(part) ?? 0) * total - (dealt.get(part)?.length ?? 0);
      const [part] = [...shares.keys()].toSorted((a, b) => behind(b) - behind(a) || overall(b) - overall(a));
      if (!part) continue;
      here.set(part, (here.get(part) ?? 0) + samples.length);
      dealt.get(part)?.push(...samples);
    }
  }
  return dealt;
}

/** What the data say, and of samples of which they say nothing, what they say of another one of its group. */
function withGroups({ said, groups }: SplitInput): (SplitName | null)[] {
  const parts = new Map<string, SplitName>();
  for (const [i, part] of said.entries()) {
    const group = groups?.[i] ?? null;
    if (part !== null && group !== null && !parts.has(group)) parts.set(group, part);
  }
  return said.map((part, i) => part ?? parts.get(groups?.[i] ?? '') ?? null);
}

/**
 * The parts of a data set. What the data say holds; samples of which they say nothing are dealt to the parts of which they say
 * nothing, or, where they name all three, to training. A validation or test part that the data leave out, though they put every
 * sample somewhere, is taken out of training. Same input and seed: same parts.
 * @throws RangeError where the shares leave nothing for training
 */
export function makeSplit(
  input: SplitInput,
  { validation, test, seed }: SplitPlan,
): Record<SplitName, Uint32Array> {
  if (!(validation >= 0 && test >= 0 && validation + test < 1))
    throw new RangeError(`validation ${validation} and test ${test} must leave a share for training`);
  const said = withGroups(input);
  const fixed = new Map(splitNames.map((part) => [part, indicesWhere(said, part)]));
  const open = indicesWhere(said, null);
  const isFree = (part: SplitName) => fixed.get(part)?.length === 0;
  // Where all samples are placed but a part is empty, training is dealt anew among itself and that part.
  const taken = open.length > 0 ? open : (fixed.get('train') ?? []);
  const wanted = new Map<SplitName, number>([
    ['train', 1 - validation - test],
    ...(isFree('validation') && validation > 0 ? [['validation', validation] as const] : []),
    ...(isFree('test') && test > 0 ? [['test', test] as const] : []),
  ]);
  const sum = [...wanted.values()].reduce((a, b) => a + b, 0);
  const shares = new Map(Array.from(wanted, ([part, share]) => [part, share / sum]));
  const dealt = deal(groupsOf(taken, input), shares, seed);
  const partOf = (part: SplitName) => {
    const kept = open.length === 0 && part === 'train' ? [] : (fixed.get(part) ?? []);
    return Uint32Array.from([...kept, ...(dealt.get(part) ?? [])]).toSorted();
  };
  return { train: partOf('train'), validation: partOf('validation'), test: partOf('test') };
}

function indicesWhere(said: SplitInput['said'], part: SplitName | null): number[] {
  return said.flatMap((each, i) => (each === part ? [i] : []));
}
