/**
 * Non-negative quadratic programmes, min ½·xᵀQx − bᵀx over x ≥ 0, in TypeScript and in WGSL: active sets after Lawson and
 * Hanson, "Solving Least Squares Problems" (1974), chapter 23. Q [n, n] is positive semidefinite with a unit diagonal; a
 * little is added to that, so that there is a solution whatever b, and dependent rows do no harm.
 */
import { factorise, substitute } from './cholesky.ts';

/** Added to the diagonal. */
const ridge = 1e-12;
/** A slope below this share of the terms that it is the sum of counts as zero. */
const tolerance = 1e-11;

/** x [n], for Q [n, n] and b [n]. */
export function nonNegative(matrix: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const raised = matrix.map((entry, k) => (k % (n + 1) === 0 ? entry + ridge : entry));
  const refused = new Set<number>();
  let x: Float64Array = new Float64Array(n);
  let free: readonly number[] = [];
  for (let round = 0; round < 6 * n + 10; round++) {
    const next = steepest(raised, b, x, (i) => free.includes(i) || refused.has(i));
    if (next === undefined) break;
    ({ x, free } = settle(raised, b, x, [...free, next]));
    if (free.includes(next)) refused.clear();
    else refused.add(next);
  }
  return x;
}

/** The variable at zero that lowers the sum fastest when it rises; undefined where none does. */
function steepest(
  matrix: Float64Array,
  b: Float64Array,
  x: Float64Array,
  skipped: (i: number) => boolean,
): number | undefined {
  const largest = b.reduce((most, right) => Math.max(most, Math.abs(right)), 0);
  let best: number | undefined;
  let descent = 0;
  for (const [i, right] of b.entries()) {
    if (skipped(i)) continue;
    const terms = x.map((value, j) => (matrix[i * x.length + j] ?? 0) * value);
    const slope = terms.reduce((rest, term) => rest - term, right);
    const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
    const least = tolerance * Math.max(Math.abs(right), size, 1e-7 * largest);
    if (slope <= Math.max(descent, least)) continue;
    best = i;
    descent = slope;
  }
  return best;
}

/** Goes from x to the minimum over the free variables, and fixes at zero those that would fall below on the way. */
function settle(matrix: Float64Array, b: Float64Array, from: Float64Array, variables: readonly number[]) {
  const x = from.slice();
  let free = variables;
  while (free.length > 0) {
    const aim = minimum(matrix, b, free);
    if (!aim) return { x: from, free: variables.slice(0, -1) };
    const shares = free.map((i, k) => shareOfWay(x[i] ?? 0, aim[k] ?? 0));
    const share = Math.min(...shares);
    for (const [k, i] of free.entries()) x[i] = (x[i] ?? 0) + share * ((aim[k] ?? 0) - (x[i] ?? 0));
    if (!(share < 1)) break;
    const stuck = shares.indexOf(share);
    x[free[stuck] ?? 0] = 0;
    free = free.filter((_, k) => k !== stuck);
  }
  return { x, free };
}

/** The minimum over the variables of a list, the others being zero; undefined where rounding hides it. */
function minimum(matrix: Float64Array, b: Float64Array, free: readonly number[]): Float64Array | undefined {
  const factor = factorise(matrix, b.length, free, 1e-14);
  const right = free.map((i) => b[i] ?? 0);
  return factor && substitute(factor, right);
}

/** How much of the way from `value` to `aim` can be gone without falling below zero. */
function shareOfWay(value: number, aim: number): number {
  return aim > 0 ? 1 : value / (value - aim || 1);
}

/**
 * The same for n = T and Q = `cosines` (see scale.ts) by one lane alone, so that each may solve a problem of its own:
 * `rightSide` → `nonNegative()` → `minimiser`, all in memory of the lane (4 KB for 40 tasks). Keeps the factor of the free
 * variables' matrix from round to round, row under row, and corrects the result once for what is added to the diagonal,
 * which float32 needs more of.
 */
export const nonNegativeWgsl = `
const ridge = 1e-6f;
const fixed = 0u;
const released = 1u;
const refused = 2u;

var<private> rightSide: array<f32, tasks>;
var<private> minimiser: array<f32, tasks>;
var<private> standing: array<u32, tasks>;
var<private> freed: array<u32, tasks>;
var<private> freeCount: u32;
var<private> triangle: array<f32, tasks * (tasks + 1u) / 2u>;
var<private> forward: array<f32, tasks>;
var<private> aim: array<f32, tasks>;

fn row_of(k: u32) -> u32 { return k * (k + 1u) / 2u; }

/* Appends variable i to the free ones; false where it depends on them. */
fn release(i: u32) -> bool {
  let row = row_of(freeCount);
  var pivot = 1f + ridge;
  var right = rightSide[i];
  for (var k = 0u; k < freeCount; k++) {
    let other = row_of(k);
    var rest = cosines[i * tasks + freed[k]];
    for (var m = 0u; m < k; m++) { rest = fma(-triangle[row + m], triangle[other + m], rest); }
    rest /= triangle[other + k];
    triangle[row + k] = rest;
    pivot = fma(-rest, rest, pivot);
    right = fma(-rest, forward[k], right);
  }
  if (!(pivot > 2e-7f)) { return false; }
  let root = sqrt(pivot);
  triangle[row + freeCount] = root;
  forward[freeCount] = right / root;
  freed[freeCount] = i;
  standing[i] = released;
  freeCount++;
  return true;
}

/* Fixes the k-th free variable at zero. */
fn fix(k: u32) {
  let count = freeCount;
  minimiser[freed[k]] = 0f;
  standing[freed[k]] = fixed;
  freeCount = k;
  for (var m = k + 1u; m < count; m++) {
    let i = freed[m];
    if (!release(i)) {
      minimiser[i] = 0f;
      standing[i] = fixed;
    }
  }
}

/* forward -> aim */
fn substitute_back() {
  for (var k = freeCount; k > 0u; k--) {
    var rest = forward[k - 1u];
    for (var m = k; m < freeCount; m++) { rest = fma(-triangle[row_of(m) + k - 1u], aim[m], rest); }
    aim[k - 1u] = rest / triangle[row_of(k) - 1u];
  }
}

/* Goes to the minimum over the free variables, and fixes at zero those that would fall below on the way. */
fn settle() {
  while (freeCount > 0u) {
    substitute_back();
    var share = 1f;
    var stuck = tasks;
    for (var k = 0u; k < freeCount; k++) {
      let value = minimiser[freed[k]];
      let possible = select(value / (value - aim[k]), 0f, value <= 0f);
      if ((aim[k] <= 0f) & ((possible < share) | (stuck == tasks))) {
        share = possible;
        stuck = k;
      }
    }
    for (var k = 0u; k < freeCount; k++) {
      let value = minimiser[freed[k]];
      minimiser[freed[k]] = max(select(fma(share, aim[k] - value, value), aim[k], stuck == tasks), 0f);
    }
    if (stuck == tasks) { return; }
    fix(stuck);
  }
}

/* The fixed variable that lowers the sum fastest when it rises; tasks where none does. */
fn steepest(largest: f32) -> u32 {
  var best = tasks;
  var descent = 0f;
  for (var i = 0u; i < tasks; i++) {
    if (standing[i] != fixed) { continue; }
    var slope = rightSide[i];
    var size = abs(slope);
    var terms = 0f;
    for (var k = 0u; k < freeCount; k++) {
      let term = cosines[i * tasks + freed[k]] * minimiser[freed[k]];
      slope -= term;
      terms += abs(term);
    }
    size = max(max(size, terms), 1e-7f * largest);
    if (slope > max(descent, 2e-6f * size)) {
      best = i;
      descent = slope;
    }
  }
  return best;
}

/* One step of iterative refinement, with the diagonal as it was. */
fn refine() {
  for (var k = 0u; k < freeCount; k++) {
    let i = freed[k];
    var rest = rightSide[i];
    for (var m = 0u; m < freeCount; m++) {
      rest = fma(-cosines[i * tasks + freed[m]], minimiser[freed[m]], rest);
    }
    for (var m = 0u; m < k; m++) { rest = fma(-triangle[row_of(k) + m], forward[m], rest); }
    forward[k] = rest / triangle[row_of(k) + k];
  }
  substitute_back();
  for (var k = 0u; k < freeCount; k++) {
    minimiser[freed[k]] = max(minimiser[freed[k]] + aim[k], 0f);
  }
}

fn nonNegative() {
  var largest = 0f;
  freeCount = 0u;
  for (var i = 0u; i < tasks; i++) {
    largest = max(largest, abs(rightSide[i]));
    minimiser[i] = 0f;
    standing[i] = fixed;
  }
  for (var round = 0u; round < 6u * tasks + 10u; round++) {
    let next = steepest(largest);
    if (next == tasks) { break; }
    if (release(next)) { settle(); }
    let stays = standing[next] == released;
    for (var i = 0u; i < tasks; i++) {
      if (stays & (standing[i] == refused)) { standing[i] = fixed; }
    }
    if (!stays) { standing[next] = refused; }
  }
  refine();
}
`;
