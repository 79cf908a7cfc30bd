/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations, in TypeScript and in WGSL. Off-diagonal elements
 * count as zero relative to the diagonal ones of their own row and column, which keeps small eigenvalues as exact, relatively,
 * as large ones: Demmel and Veselić, "Jacobi's method is more accurate than QR", SIAM J. Matrix Anal. Appl. 13 (1992).
 */

/** Twice what is needed: convergence is quadratic in the end. */
const mostSweeps = { double: 30, single: 15 };
const negligible = { double: 1e-15, single: 1e-7 };

interface Eigen {
  /** [n], in no order. */
  readonly values: Float64Array;
  /** [n, n], the k-th in column k, of length 1. */
  readonly vectors: Float64Array;
}

export function eigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const vectors = Float64Array.from(matrix, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
  for (let sweep = 0, rotated = true; rotated && sweep < mostSweeps.double; sweep++) {
    rotated = false;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const across = a[p * n + q] ?? 0;
        const [first, second] = [a[p * n + p] ?? 0, a[q * n + q] ?? 0];
        if (Math.abs(across) <= negligible.double * Math.sqrt(Math.abs(first)) * Math.sqrt(Math.abs(second)))
          continue;
        rotated = true;
        const tangent = tangentOf(first, second, across);
        const cosine = 1 / Math.hypot(1, tangent);
        const sine = tangent * cosine;
        for (let k = 0; k < n; k++) rotate(a, k * n + p, k * n + q, cosine, sine);
        for (let k = 0; k < n; k++) rotate(a, p * n + k, q * n + k, cosine, sine);
        for (let k = 0; k < n; k++) rotate(vectors, k * n + p, k * n + q, cosine, sine);
        a[p * n + p] = first - tangent * across;
        a[q * n + q] = second + tangent * across;
        a[p * n + q] = 0;
        a[q * n + p] = 0;
      }
  }
  return { values: Float64Array.from({ length: n }, (_, k) => a[k * n + k] ?? 0), vectors };
}

/** Of the smaller angle that turns [[first, across], [across, second]] diagonal. */
function tangentOf(first: number, second: number, across: number): number {
  const ratio = (second - first) / (2 * across);
  return (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(1, ratio));
}

function rotate(values: Float64Array, p: number, q: number, cosine: number, sine: number): void {
  const [x, y] = [values[p] ?? 0, values[q] ?? 0];
  values[p] = cosine * x - sine * y;
  values[q] = sine * x + cosine * y;
}

/**
 * The same by all lanes of a rule's workgroup together: the caller writes the matrix to `symmetric[i * tasks + j]` (with
 * barriers around the call), and `eigen` leaves the eigenvalues on its diagonal and the vectors in the columns of `vectors`.
 * 12.8 KB of workgroup memory for 40 tasks.
 *
 * The rotations of a round touch each row once, so that they are done at the same time; the rounds of a sweep pair all rows
 * as in a tournament, one of them (`tasks`, for an odd number) perhaps standing for a bye.
 */
export const jacobiWgsl = `
const seats = tasks + tasks % 2u;
const couples = seats / 2u;
var<workgroup> symmetric: array<f32, tasks * tasks>;
var<workgroup> vectors: array<f32, tasks * tasks>;
/** Cosine, sine and tangent of each couple's rotation. */
var<workgroup> turns: array<vec3f, couples>;
var<workgroup> turned: array<u32, couples>;
var<workgroup> any_turned: u32;

/** Rows of a couple in a round; the second may be a bye. */
fn couple(round: u32, k: u32) -> vec2u {
  let ring = seats - 1u;
  let one = (round + k) % ring;
  let other = select((round + ring - k) % ring, ring, k == 0u);
  return vec2u(min(one, other), max(one, other));
}

fn choose_turn(round: u32, k: u32) {
  turns[k] = vec3f(1f, 0f, 0f);
  let rows = couple(round, k);
  if (rows.y >= tasks) { return; }
  let across = symmetric[rows.x * tasks + rows.y];
  let first = symmetric[rows.x * tasks + rows.x];
  let second = symmetric[rows.y * tasks + rows.y];
  if (abs(across) <= ${negligible.single}f * (sqrt(abs(first)) * sqrt(abs(second)))) { return; }
  let ratio = (second - first) / (2f * across);
  let tangent = select(1f, -1f, ratio < 0f) / (abs(ratio) + sqrt(fma(ratio, ratio, 1f)));
  let cosine = inverseSqrt(fma(tangent, tangent, 1f));
  turns[k] = vec3f(cosine, tangent * cosine, tangent);
  turned[k] = 1u;
}

fn turn(pair: vec2f, by: vec3f) -> vec2f {
  return vec2f(fma(by.x, pair.x, -by.y * pair.y), fma(by.y, pair.x, by.x * pair.y));
}

fn at(row: u32, column: u32) -> f32 {
  return select(0f, symmetric[min(row * tasks + column, tasks * tasks - 1u)], max(row, column) < tasks);
}

fn put(row: u32, column: u32, value: f32) {
  if (max(row, column) < tasks) {
    symmetric[row * tasks + column] = value;
    symmetric[column * tasks + row] = value;
  }
}

/** Where the rows of one couple meet the columns of another. */
fn turn_block(round: u32, one: u32, other: u32) {
  let rows = couple(round, one);
  let columns = couple(round, other);
  let top = turn(vec2f(at(rows.x, columns.x), at(rows.x, columns.y)), turns[other]);
  let bottom = turn(vec2f(at(rows.y, columns.x), at(rows.y, columns.y)), turns[other]);
  let left = turn(vec2f(top.x, bottom.x), turns[one]);
  let right = turn(vec2f(top.y, bottom.y), turns[one]);
  put(rows.x, columns.x, left.x);
  put(rows.y, columns.x, left.y);
  put(rows.x, columns.y, right.x);
  put(rows.y, columns.y, right.y);
}

/** Where they meet its own. */
fn turn_own(round: u32, k: u32) {
  let rows = couple(round, k);
  if ((rows.y >= tasks) | (turns[k].y == 0f)) { return; }
  let shift = turns[k].z * symmetric[rows.x * tasks + rows.y];
  put(rows.x, rows.x, symmetric[rows.x * tasks + rows.x] - shift);
  put(rows.y, rows.y, symmetric[rows.y * tasks + rows.y] + shift);
  put(rows.x, rows.y, 0f);
}

fn turn_vectors(round: u32, row: u32, k: u32) {
  let columns = couple(round, k);
  if (columns.y >= tasks) { return; }
  let next = turn(vec2f(vectors[row * tasks + columns.x], vectors[row * tasks + columns.y]), turns[k]);
  vectors[row * tasks + columns.x] = next.x;
  vectors[row * tasks + columns.y] = next.y;
}

fn eigen(lane: u32) {
  for (var k = lane; k < tasks * tasks; k += lanes) { vectors[k] = select(0f, 1f, k % (tasks + 1u) == 0u); }
  for (var sweep = 0u; sweep < ${mostSweeps.single}u; sweep++) {
    for (var k = lane; k < couples; k += lanes) { turned[k] = 0u; }
    for (var round = 0u; round < seats - 1u; round++) {
      workgroupBarrier();
      for (var k = lane; k < couples; k += lanes) { choose_turn(round, k); }
      workgroupBarrier();
      for (var k = lane; k < couples * couples; k += lanes) {
        let one = k / couples;
        let other = k % couples;
        if (one < other) { turn_block(round, one, other); }
        if (one == other) { turn_own(round, one); }
      }
      for (var k = lane; k < tasks * couples; k += lanes) { turn_vectors(round, k / couples, k % couples); }
    }
    workgroupBarrier();
    if (lane == 0u) {
      any_turned = 0u;
      for (var k = 0u; k < couples; k++) { any_turned |= turned[k]; }
    }
    if (workgroupUniformLoad(&any_turned) == 0u) { return; }
  }
}
`;
