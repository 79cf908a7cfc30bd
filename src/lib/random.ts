/**
 * Counter-based random numbers: every number is a pure function of a seed, a stream and a position, so that the page,
 * the worker, the command line and the GPU (same formulas in WGSL) agree, and a resumed run needs no generator state.
 * Not for cryptography.
 */

/** Independent purposes of randomness in one experiment; each is a word hashed in after the seed. */
export const stream = {
  init: 1,
  split: 2,
  compose: 3,
  order: 4,
  augment: 5,
  dropout: 6,
  preview: 7,
  strategy: 8,
  blocks: 9,
} as const;

const golden = 0x9e3779b9;

/** Mixes 32 bits to 32 bits, bijectively ("lowbias32", https://github.com/skeeto/hash-prospector). */
export function mix(bits: number): number {
  let x = bits >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Hashes 32-bit words, in order, to one 32-bit word: h ← mix((h ⊕ word) + 0x9e3779b9), from h = 0. */
export function hash(...words: readonly number[]): number {
  let h = 0;
  for (const word of words) h = mix(((h ^ word) >>> 0) + golden);
  return h;
}

/** {@link hash} of a text's UTF-16 codes: a word that tells names apart. */
export function hashText(text: string): number {
  return hash(...Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)));
}

/** 32 random bits as a number in [0, 1): the upper 24 bits, so that float32 on the GPU gives the same value. */
export function toUniform(bits: number): number {
  return (bits >>> 8) / 0x1000000;
}

/**
 * Where position `i` of a pseudo-random permutation of 0…n−1 points: a four-round Feistel network on the next even
 * power of two, walked until it lands inside (Black & Rogaway 2002, "Ciphers with Arbitrary Finite Domains").
 * @param key any 32-bit word; each key is another permutation
 */
export function permute(i: number, n: number, key: number): number {
  let halfBits = 1;
  while (1 << (2 * halfBits) < n) halfBits++;
  const mask = (1 << halfBits) - 1;
  let x = i;
  do {
    let left = x >>> halfBits;
    let right = x & mask;
    for (let round = 0; round < 4; round++) {
      const next = left ^ (hash(key, round, right) & mask);
      left = right;
      right = next;
    }
    x = (left << halfBits) | right;
  } while (x >= n);
  return x;
}

/** A sequence of random numbers for host-side work (initialisation, composing images). */
export class Random {
  readonly #key: number;
  #position = 0;

  /** @param words seed, stream and whatever else tells this sequence from others */
  constructor(...words: readonly number[]) {
    this.#key = hash(...words);
  }

  /** The next 32 bits. */
  bits(): number {
    return hash(this.#key, this.#position++);
  }

  /** Uniform in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * toUniform(this.bits());
  }

  /** Uniform integer in 0…n−1. */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}
