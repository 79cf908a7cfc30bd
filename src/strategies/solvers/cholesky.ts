/** Solves symmetric positive definite systems by Cholesky's factorisation, in TypeScript and in WGSL. */

/**
 * The factor L with L·Lᵀ = the rows and columns `rows` of a symmetric matrix [size, size], row by row, [n, n] for n rows,
 * zero above its diagonal. Undefined where a pivot is not above `tolerance` times its diagonal element: the matrix is then
 * singular, or all but so, and the first row that depends on those before it is to blame.
 */
export function factorise(
  matrix: Float64Array,
  size: number,
  rows: ArrayLike<number>,
  tolerance = 1e-12,
): Float64Array | undefined {
  const n = rows.length;
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const entry = matrix[(rows[i] ?? 0) * size + (rows[j] ?? 0)] ?? 0;
      let rest = entry;
      for (let k = 0; k < j; k++) rest -= (factor[i * n + k] ?? 0) * (factor[j * n + k] ?? 0);
      if (i > j) factor[i * n + j] = rest / (factor[j * n + j] ?? 1);
      else if (rest > tolerance * entry) factor[i * n + i] = Math.sqrt(rest);
      else return undefined;
    }
  return factor;
}

/** x with L·Lᵀ·x = b, [n], for a factor [n, n]. */
export function substitute(factor: Float64Array, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  const n = x.length;
  for (let i = 0; i < n; i++) {
    let rest = x[i] ?? 0;
    for (let k = 0; k < i; k++) rest -= (factor[i * n + k] ?? 0) * (x[k] ?? 0);
    x[i] = rest / (factor[i * n + i] ?? 1);
  }
  for (let i = n - 1; i >= 0; i--) {
    let rest = x[i] ?? 0;
    for (let k = i + 1; k < n; k++) rest -= (factor[k * n + i] ?? 0) * (x[k] ?? 0);
    x[i] = rest / (factor[i * n + i] ?? 1);
  }
  return x;
}

/**
 * The same for all lanes of a rule's workgroup together; every lane calls, in uniform control flow and with the same n.
 * Two arrays of workgroup memory hold the operands (6.5 KB of 16 KB for 40 tasks), with barriers before and after each
 * call, so that any lane may have written and may read any element:
 * - `factor[i * tasks + j]`, i >= j, both < n: the matrix, which the caller writes (for a sub-matrix row i of the list at
 *   i, and whatever it adds to the diagonal); `factorise` puts its factor there. What lies above the diagonal stays;
 * - `solution[i]`: the right-hand side, which the caller writes; `substitute` puts the solution there.
 *
 * `factorise` returns whether all pivots are above 1e-6 of their diagonal elements; where not, `factor` is spoilt. That
 * bound is what float32 can tell from zero.
 */
export const choleskyWgsl = `
var<workgroup> factor: array<f32, tasks * tasks>;
var<workgroup> solution: array<f32, tasks>;

fn factorise(lane: u32, n: u32) -> bool {
  for (var j = 0u; j < n; j++) {
    let diagonal = workgroupUniformLoad(&factor[j * tasks + j]);
    for (var i = j + lane; i < n; i += lanes) {
      var rest = factor[i * tasks + j];
      for (var k = 0u; k < j; k++) { rest = fma(-factor[i * tasks + k], factor[j * tasks + k], rest); }
      factor[i * tasks + j] = rest;
    }
    let pivot = workgroupUniformLoad(&factor[j * tasks + j]);
    if (!(pivot > 1e-6 * diagonal)) { return false; }
    let root = sqrt(pivot);
    for (var i = j + lane; i < n; i += lanes) { factor[i * tasks + j] /= root; }
    workgroupBarrier();
  }
  return true;
}

fn substitute(lane: u32, n: u32) {
  for (var j = 0u; j < n; j++) {
    let x = workgroupUniformLoad(&solution[j]) / factor[j * tasks + j];
    if (lane == 0u) { solution[j] = x; }
    for (var i = j + 1u + lane; i < n; i += lanes) {
      solution[i] = fma(-factor[i * tasks + j], x, solution[i]);
    }
  }
  for (var j = n; j > 0u; j--) {
    let row = (j - 1u) * tasks;
    let x = workgroupUniformLoad(&solution[j - 1u]) / factor[row + j - 1u];
    if (lane == 0u) { solution[j - 1u] = x; }
    for (var i = lane; i < j - 1u; i += lanes) { solution[i] = fma(-factor[row + i], x, solution[i]); }
  }
  workgroupBarrier();
}
`;
