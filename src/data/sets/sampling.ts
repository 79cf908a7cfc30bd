/**
 * How often each training image is drawn. Sets of a union: in proportion to their sizes nᵢ, equally, or by a temperature T,
 * pᵢ ∝ nᵢ^(1/T), as multilingual models mix languages (Arivazhagan et al. 2019, "Massively Multilingual Neural Machine
 * Translation in the Wild", https://arxiv.org/abs/1907.05019, §4.2). Classes: each equally often.
 */
import { hash, hashText, permute, stream } from '#lib/random.ts';
import type { LabelColumn } from '../dataset.ts';
import type { SetSettings } from './settings.ts';

/** Draws of one round, at most: four bytes each, on the device too. */
const mostDraws = 2 ** 23;

export interface SamplingInput {
  readonly train: Uint32Array;
  /** The origin of each sample. */
  readonly origins: Uint8Array;
  /** Whose classes are balanced; null: none. */
  readonly balance: LabelColumn | null;
}

/** How many draws each of some sets has where the one that is drawn the least often for its size has each image once. */
export function drawsOf(
  sizes: readonly number[],
  { sampling, temperature }: Pick<SetSettings, 'sampling' | 'temperature'>,
): number[] {
  if (sampling === 'proportional') return [...sizes];
  const largest = Math.max(...sizes);
  if (sampling === 'equal') return sizes.map((size) => (size === 0 ? 0 : largest));
  // Of T ≥ 1 the largest set comes once, and every other one at least once.
  return sizes.map((size) =>
    size === 0 ? 0 : Math.round(largest ** (1 - 1 / temperature) * size ** (1 / temperature)),
  );
}

/** Each of these so often that there are `count` of them: all equally often, and which come once more is drawn. */
function repeated(samples: readonly number[], count: number, key: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < count; i++) {
    const place = i % samples.length;
    const isRest = i >= count - (count % samples.length);
    out.push(samples[isRest ? permute(place, samples.length, key) : place] ?? 0);
  }
  return out;
}

function grouped<Key>(samples: readonly number[], keyOf: (sample: number) => Key): Map<Key, number[]> {
  const groups = new Map<Key, number[]>();
  for (const sample of samples) {
    const group = groups.get(keyOf(sample));
    if (group) group.push(sample);
    else groups.set(keyOf(sample), [sample]);
  }
  return groups;
}

function requireRoom(draws: number): void {
  if (draws <= mostDraws) return;
  throw new RangeError(
    `So unequal parts would need ${draws} draws a round, more than ${mostDraws}: take a lower temperature, or do not balance.`,
  );
}

/** Each class as often as the most frequent one; images without a label in this column once. */
function balanced(samples: readonly number[], { values }: LabelColumn, key: number): number[] {
  const groups = grouped(samples, (sample) => values[sample] ?? Number.NaN);
  const labelled = [...groups].filter(([label]) => !Number.isNaN(label));
  const most = Math.max(0, ...labelled.map(([, group]) => group.length));
  requireRoom(most * labelled.length);
  return [...groups].flatMap(([label, group]) =>
    Number.isNaN(label) ? group : repeated(group, most, hash(key, label)),
  );
}

/**
 * The training images with repetitions, each at least once; undefined where each comes once. Same input and seed: same draws.
 * Within each set of a union classes are balanced first, then the sets are mixed by their sizes of before.
 * @throws RangeError where so many would be needed that no memory holds them
 */
export function drawsFor(
  { train, origins, balance }: SamplingInput,
  settings: Pick<SetSettings, 'sampling' | 'temperature'>,
  seed: number,
): Uint32Array | undefined {
  if (settings.sampling === 'proportional' && !balance) return undefined;
  const key = hash(seed, stream.split, hashText('draws'));
  const sets = [...grouped([...train], (sample) => origins[sample] ?? 0)].toSorted(([a], [b]) => a - b);
  const within = sets.map(([origin, samples]) =>
    balance ? balanced(samples, balance, hash(key, origin)) : samples,
  );
  const wanted = drawsOf(
    sets.map(([, samples]) => samples.length),
    settings,
  );
  // So much larger that no set has fewer draws than balancing its classes takes.
  const scale = Math.max(...within.map((draws, i) => draws.length / (wanted[i] ?? 1)));
  const counts = wanted.map((count) => Math.ceil(count * scale - 1e-9));
  const total = counts.reduce((sum, count) => sum + count, 0);
  requireRoom(total);
  return Uint32Array.from(within.flatMap((draws, i) => repeated(draws, counts[i] ?? 0, hash(key, i, 1))));
}
