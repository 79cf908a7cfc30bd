import { describe, expect, it } from 'vitest';
import { digestOf, digestOfBytes } from './digest.ts';

describe('digestOf', () => {
  it('names the same numbers the same, wherever they lie in memory', () => {
    const numbers = Float32Array.of(1, -2.5, Number.NaN, 0, 3e-9);
    const further = new Float32Array([9, 9, ...numbers]).subarray(2);
    expect(digestOf([numbers])).toMatch(/^[0-9a-f]{16}$/);
    expect(digestOf([further])).toBe(digestOf([numbers]));
  });

  it('tells apart what differs in one bit, in order, in sign of zero, or in where arrays end', () => {
    const others = [
      [Float32Array.of(1, 2, 3)],
      [Float32Array.of(1, 2, 3.0000002)],
      [Float32Array.of(2, 1, 3)],
      [Float32Array.of(1, 2), Float32Array.of(3)],
      [Float32Array.of(1), Float32Array.of(2, 3)],
      [Float32Array.of(1, 2, 3, 0)],
      [Float32Array.of(1, 2, 3, -0)],
      [],
      [new Float32Array()],
    ];
    expect(new Set(others.map(digestOf)).size).toBe(others.length);
  });

  it('spreads over all its bits: no two of many near numbers share either half', () => {
    const digests = Array.from({ length: 3000 }, (_, i) => digestOf([Float32Array.of(i)]));
    expect(new Set(digests.map((each) => each.slice(0, 8))).size).toBe(3000);
    expect(new Set(digests.map((each) => each.slice(8))).size).toBe(3000);
  });
});

describe('digestOfBytes', () => {
  it('tells bytes apart by each of them and by their number, wherever they lie', () => {
    const others = [[], [0], [0, 0], [1], [1, 0], [1, 2, 3, 4, 5], [1, 2, 3, 4, 6], [1, 2, 3, 4, 5, 0, 0, 0]];
    const digests = others.map((bytes) => digestOfBytes(Uint8Array.from(bytes)));
    expect(new Set(digests).size).toBe(others.length);
    expect(digestOfBytes(Uint8Array.of(9, 1, 2, 3, 4, 5).subarray(1))).toBe(digests[5]);
  });
});
