/** Gradients for the tests of this folder, as the rows in which a run would report them. */
import { pairsOf } from '#lib/gramian.ts';

/**
 * A row of Gramians.
 * @param gradients [tasks][parameters]
 */
export function gramianRow(
  step: number,
  gradients: readonly (readonly number[])[],
  byParameters = false,
): number[] {
  const product = (a: readonly number[] = [], b: readonly number[] = []) =>
    a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0);
  return [
    step,
    byParameters ? 1 : 0,
    ...pairsOf(gradients.length).map(([i, j]) => product(gradients[i], gradients[j])),
  ];
}
