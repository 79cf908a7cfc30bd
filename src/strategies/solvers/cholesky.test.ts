import { expect, test } from 'vitest';
import { factorise, substitute } from './cholesky.ts';

/** [4, 4], positive definite. */
const matrix = Float64Array.of(4, 1, -2, 0.5, 1, 3, 0.2, 1, -2, 0.2, 5, 0.1, 0.5, 1, 0.1, 2);

test('solves with the rows and columns of a list, in its order', () => {
  const rows = [3, 0, 2];
  const b = [1, -2, 3];
  const factor = factorise(matrix, 4, rows);
  const x = substitute(factor ?? new Float64Array(), b);
  for (const [i, row] of rows.entries()) {
    const product = rows.reduce((sum, column, k) => sum + (matrix[row * 4 + column] ?? 0) * (x[k] ?? 0), 0);
    expect(product).toBeCloseTo(b[i] ?? 0, 12);
  }
});

test('refuses a matrix with a row that depends on others', () => {
  const dependent = Float64Array.of(1, 2, 3, 2, 5, 7, 3, 7, 10);
  expect(factorise(dependent, 3, [0, 1])).toBeDefined();
  expect(factorise(dependent, 3, [0, 1, 2])).toBeUndefined();
  expect(factorise(Float64Array.of(0), 1, [0])).toBeUndefined();
});
