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

/** Task gradients, of three numbers each, that a rule may fear. One task or three: a kernel is compiled for each number. */
export const oddGradients: readonly (readonly [string, readonly (readonly [number, number, number])[]])[] = [
  ['one task', [[0.3, -0.4, 0]]],
  ['one task with a gradient of zero', [[0, 0, 0]]],
  [
    'all gradients zero',
    [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
  ],
  [
    'one gradient zero',
    [
      [1, 2, 0],
      [0, 0, 0],
      [-1, 1, 0],
    ],
  ],
  [
    'the same gradient for all',
    [
      [1, 2, 0],
      [1, 2, 0],
      [1, 2, 0],
    ],
  ],
  [
    'opposite gradients',
    [
      [1, 2, 0],
      [-2, -4, 0],
      [-0.5, -1, 0],
    ],
  ],
  [
    'zero within their hull',
    [
      [1, 2, 0],
      [-2, 1, 0],
      [-1, -4, 0],
    ],
  ],
  [
    'norms from 1e-6 to 1e6',
    [
      [1e-6, 2e-6, 0],
      [-1, 0.5, 1],
      [4e5, -1e6, 3e5],
    ],
  ],
  [
    'norms from 1e-6 to 1e6, one direction',
    [
      [1e-6, 0, 0],
      [1, 0, 0],
      [1e6, 0, 0],
    ],
  ],
];
