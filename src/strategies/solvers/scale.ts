/**
 * Divides a Gramian by the norms of its gradients, in TypeScript and in WGSL: solvers that see only cosines are as exact for
 * gradients of norm 1e-3 beside others of norm 1e3 as for equal ones.
 */

/** A gradient whose squared norm is not above this counts as zero: float32 holds nothing much smaller. */
const zero = 1e-36;

export interface Scaled {
  /** [T, T] cosines between the gradients; that of one that is zero is 1 with itself and 0 with the others. */
  readonly cosines: Float64Array;
  /** [T] 1 / norm; 0 for a gradient that is zero. */
  readonly inverseNorms: Float64Array;
}

/** The scaled form of a Gramian [T, T] whose diagonal is raised by `shift`. */
export function scale(gramian: Float64Array, tasks: number, shift = 0): Scaled {
  const squares = Float64Array.from({ length: tasks }, (_, t) => (gramian[t * tasks + t] ?? 0) + shift);
  const inverseNorms = squares.map((square) => (square > zero ? 1 / Math.sqrt(square) : 0));
  const cosines = gramian.map((product, k) => {
    const [i, j] = [Math.floor(k / tasks), k % tasks];
    return i === j ? 1 : product * (inverseNorms[i] ?? 0) * (inverseNorms[j] ?? 0);
  });
  return { cosines, inverseNorms };
}

/**
 * The same by all lanes of a rule's workgroup, into workgroup memory; every lane calls, in uniform control flow, and may read
 * any element afterwards.
 */
export const scaleWgsl = `
var<workgroup> cosines: array<f32, tasks * tasks>;
var<workgroup> inverseNorms: array<f32, tasks>;

fn scale(lane: u32, shift: f32) {
  for (var t = lane; t < tasks; t += lanes) {
    let square = gramian[t * tasks + t] + shift;
    inverseNorms[t] = select(0f, inverseSqrt(square), square > ${zero}f);
  }
  workgroupBarrier();
  for (var k = lane; k < tasks * tasks; k += lanes) {
    let i = k / tasks;
    let j = k % tasks;
    cosines[k] = select(gramian[k] * inverseNorms[i] * inverseNorms[j], 1f, i == j);
  }
  workgroupBarrier();
}
`;
