/** Small dense matrices, row by row in one array: what the methods compute with. */

/** The Gramian [T, T] of the rows of a Jacobian [T, P]; empty for an empty one. */
export function gramianOf(jacobian: Float64Array, tasks: number): Float64Array {
  if (jacobian.length === 0) return new Float64Array();
  const width = jacobian.length / tasks;
  const row = (t: number) => jacobian.subarray(t * width, (t + 1) * width);
  const rows = Array.from({ length: tasks }, (_, t) => row(t));
  return Float64Array.from(rows.flatMap((a) => rows.map((b) => dot(a, b))));
}

/** Lengths of the rows of a Jacobian [T, P], [T]. */
export function rowNorms(jacobian: Float64Array, tasks: number): Float64Array {
  const width = jacobian.length / tasks;
  return Float64Array.from({ length: tasks }, (_, t) => {
    const row = jacobian.subarray(t * width, (t + 1) * width);
    return Math.sqrt(dot(row, row));
  });
}

/** Σ aᵢ·bᵢ */
function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Jᵀ·w: the rows of a Jacobian [T, P], weighted and added up, [P]. */
export function weightedSum(weights: Float64Array, jacobian: Float64Array): Float64Array {
  const width = jacobian.length / weights.length;
  const sum = new Float64Array(width);
  for (const [t, weight] of weights.entries())
    for (let p = 0; p < width; p++) sum[p] = (sum[p] ?? 0) + weight * (jacobian[t * width + p] ?? 0);
  return sum;
}
