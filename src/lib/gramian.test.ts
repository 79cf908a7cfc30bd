import { expect, test } from 'vitest';
import { cosineOf, normOf, pairCount, pairsOf, placeOf, wholeGramian } from './gramian.ts';

test('every pair has its place, in either order', () => {
  for (const tasks of [1, 2, 5]) {
    expect(pairsOf(tasks)).toHaveLength(pairCount(tasks));
    for (const [place, [i, j]] of pairsOf(tasks).entries()) {
      expect(placeOf(i, j, tasks)).toBe(place);
      expect(placeOf(j, i, tasks)).toBe(place);
    }
  }
});

test('norms and cosines are those of the gradients', () => {
  const gradients = [
    [3, 4],
    [-6, -8],
    [-4, 3],
    [0, 0],
  ];
  const products = pairsOf(4).map(([i, j]) =>
    (gradients[i] ?? []).reduce((sum, value, k) => sum + value * (gradients[j]?.[k] ?? 0), 0),
  );
  expect(gradients.map((_, i) => normOf(products, i, 4))).toEqual([5, 10, 5, 0]);
  expect(cosineOf(products, 0, 1, 4)).toBe(-1);
  expect(cosineOf(products, 2, 0, 4)).toBe(0);
  expect(cosineOf(products, 0, 3, 4)).toBeNaN();
  expect(Array.from(wholeGramian(products, 4).subarray(4, 8))).toEqual([-50, 100, 0, 0]);
});
