/**
 * Inner products of T task gradients, each pair once: the upper triangle of the Gramian row by row, the diagonal included.
 * Of it, norms, cosines and conflicts are read.
 */

/** Pairs i ≤ j in the order in which their products are kept. */
export function pairsOf(tasks: number): (readonly [number, number])[] {
  return Array.from({ length: tasks }, (_, i) =>
    Array.from({ length: tasks - i }, (__, k) => [i, i + k] as const),
  ).flat();
}

/** Products that T tasks have: T(T+1)/2. */
export function pairCount(tasks: number): number {
  return (tasks * (tasks + 1)) / 2;
}

/** Place of a pair, in either order, among the products of T tasks. */
export function placeOf(i: number, j: number, tasks: number): number {
  const [row, column] = i <= j ? [i, j] : [j, i];
  return row * tasks - (row * (row - 1)) / 2 + (column - row);
}

/** The cosine of two gradients, from −1 to 1; NaN where one of them is zero. */
export function cosineOf(products: ArrayLike<number>, i: number, j: number, tasks: number): number {
  const at = (a: number, b: number) => products[placeOf(a, b, tasks)] ?? Number.NaN;
  const size = Math.sqrt(at(i, i)) * Math.sqrt(at(j, j));
  return size > 0 ? Math.max(-1, Math.min(1, at(i, j) / size)) : Number.NaN;
}

/** The norm of a gradient. */
export function normOf(products: ArrayLike<number>, i: number, tasks: number): number {
  return Math.sqrt(products[placeOf(i, i, tasks)] ?? Number.NaN);
}

/** The whole Gramian, [T, T], from its products. */
export function wholeGramian(products: ArrayLike<number>, tasks: number): Float64Array {
  return Float64Array.from(
    { length: tasks * tasks },
    (_, at) => products[placeOf(Math.floor(at / tasks), at % tasks, tasks)] ?? Number.NaN,
  );
}
