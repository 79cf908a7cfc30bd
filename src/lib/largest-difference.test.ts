import { expect, it } from 'vitest';
import { largestDifference } from './largest-difference.ts';

const said = { a: Float32Array.of(1, 2, -4, 0.5), b: Float32Array.of(100, 200) };

it('is none where all is the same, numbers that are none and infinite ones included', () => {
  const odd = { a: Float32Array.of(Number.NaN, Infinity, 0) };
  const same = { a: Float32Array.of(Number.NaN, Infinity, -0) };
  expect(largestDifference(odd, same, 3)).toEqual({ absolute: 0, relative: 0, table: null, row: 0 });
});

it('is the largest for the size of its table, with where it is', () => {
  const now = { a: Float32Array.of(1, 2, -4, 0.75), b: Float32Array.of(101, 200) };
  expect(largestDifference(said, now, 2)).toEqual({ absolute: 0.25, relative: 1 / 16, table: 'a', row: 1 });
  const other = { a: said.a, b: Float32Array.of(100, 201) };
  expect(largestDifference(said, other, 2)).toEqual({ absolute: 1, relative: 1 / 200, table: 'b', row: 1 });
});

it('has no bounds where a number is none any more, or a table lacks', () => {
  const none = { ...said, a: Float32Array.of(1, Number.NaN, -4, 0.5) };
  expect(largestDifference(said, none, 2)).toMatchObject({ absolute: Infinity, table: 'a', row: 0 });
  expect(largestDifference(said, { a: said.a }, 2)).toMatchObject({ absolute: Infinity, table: 'b' });
  const zero = { a: Float32Array.of(0) };
  expect(largestDifference(zero, { a: Float32Array.of(1e-9) }, 1).relative).toBe(Infinity);
});
