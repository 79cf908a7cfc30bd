import { expect, test } from 'vitest';
import { Random } from '#lib/random.ts';
import { gramianOf } from '../matrix.ts';
import { randomJacobian } from '../testing.ts';
import { eigen } from './jacobi.ts';

test('takes a matrix apart into eigenvectors of length 1 at right angles', () => {
  const n = 7;
  const jacobian = randomJacobian({ tasks: n, parameters: 9, spread: 1 }, new Random(5));
  const matrix = gramianOf(jacobian, n);
  const { values, vectors } = eigen(matrix, n);
  const sumOver = (term: (k: number) => number) =>
    Array.from(values, (_, k) => term(k)).reduce((a, b) => a + b, 0);
  const at = (i: number, k: number) => vectors[i * n + k] ?? 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      expect(sumOver((k) => at(i, k) * at(j, k))).toBeCloseTo(i === j ? 1 : 0, 12);
      expect(sumOver((k) => at(i, k) * at(j, k) * (values[k] ?? 0))).toBeCloseTo(matrix[i * n + j] ?? 0, 10);
    }
});

test('keeps small eigenvalues as exact as large ones', () => {
  // Of [[d, 1/2·√d], [1/2·√d, 1]] the product is 3/4·d and the sum d + 1.
  const d = 1e24;
  const { values } = eigen(Float64Array.of(d, 0.5e12, 0.5e12, 1), 2);
  expect(Math.max(...values) / d).toBeCloseTo(1, 14);
  expect(Math.min(...values)).toBeCloseTo(0.75, 14);
});
