/** What tests of pictures share. */
import type { ImageSource } from '../importers/importer.ts';

/** Base64 as bytes. */
export function unpack(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (sign) => sign.codePointAt(0) ?? 0);
}

/** Bytes as a file. */
export function sourceOf(bytes: Uint8Array<ArrayBuffer>, path = 'picture'): ImageSource {
  return { kind: 'encoded', file: { path, bytes: bytes.length, blob: async () => new Blob([bytes]) } };
}

/** The most that two images differ by at a place; Infinity where they differ in length. */
export function largestDifference(one: Uint8Array, other: Uint8Array): number {
  if (one.length !== other.length) return Infinity;
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] ?? 0))), 0);
}

/** Whole numbers below a limit, the same ones for the same seed: a linear congruential generator with Knuth's constants. */
export function randomIntegers(seed: number): (below: number) => number {
  let state = BigInt(seed);
  return (below) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 33n) % Math.max(1, below);
  };
}
