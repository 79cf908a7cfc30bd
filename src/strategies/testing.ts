/** What tests of the methods share. Not for the app. */
import type { Random } from '#lib/random.ts';

export interface GradientKind {
  readonly tasks: number;
  readonly parameters: number;
  /** Norms are from e^−spread to e^spread. */
  readonly spread: number;
  /** How much of a direction common to all is in each; how much of the mean of all is taken off, which makes conflict. */
  readonly common?: number;
  readonly conflict?: number;
}

/** Random task gradients, [T, P]. */
export function randomJacobian(
  { tasks, parameters, spread, common = 0, conflict = 0 }: GradientKind,
  random: Random,
): Float64Array {
  const normals = () => Array.from({ length: parameters }, () => random.normal());
  const shared = normals();
  const rows = Array.from({ length: tasks }, normals);
  const mean = shared.map((_, p) => rows.reduce((sum, row) => sum + (row[p] ?? 0), 0) / tasks);
  return Float64Array.from(
    rows.flatMap((row) => {
      const norm = Math.exp(random.uniform(-spread, spread));
      return row.map((own, p) => norm * (own + common * (shared[p] ?? 0) - conflict * (mean[p] ?? 0)));
    }),
  );
}

/** |Jᵀw|², by the Gramian [T, T] of J. */
export function squareOf(weights: Float64Array, gramian: Float64Array): number {
  const size = weights.length;
  const sum = gramian.reduce(
    (total, product, k) => total + product * (weights[Math.floor(k / size)] ?? 0) * (weights[k % size] ?? 0),
    0,
  );
  return Math.max(sum, 0);
}
