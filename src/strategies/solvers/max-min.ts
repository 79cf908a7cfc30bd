/**
 * CAGrad's inner problem, solved exactly in TypeScript and in WGSL: of all directions d no farther than γ = c·|g₀| from the mean
 * gradient g₀, the one whose least product with a task gradient is largest. Its dual asks for weights w ≥ 0 that add up to 1
 * with least w·a + γ·|Σ wᵢ·gᵢ|, a = the products of the gradients with g₀; then d = g₀ + γ·Σ wᵢ·gᵢ / |Σ wᵢ·gᵢ|.
 *
 * Which tasks weigh is found by an active set: for a given one the optimum has a closed form. With the gradients divided by
 * their norms, cosines Q, h = 1 / norm, b = products of g₀ with the unit gradients, all of the active tasks only:
 *   A = hᵀQ⁻¹h, p = hᵀQ⁻¹b, q = bᵀQ⁻¹b, ν = (p + √(p² − A·(q − γ²))) / A, and y = ν·Q⁻¹h − Q⁻¹b
 * is what d adds to g₀ by unit gradients; ν is the least product, and w·norm = y / (ν·A − p). A task whose product with d is
 * below ν joins; one whose weight would fall below 0 leaves. A root of something negative means that only that stops w.
 *
 * Where the active gradients are dependent, something is added to the diagonal of Q. Norms are relative to the largest.
 */
import { factorise, substitute } from './cholesky.ts';
import type { Scaled } from './scale.ts';

/** What tells zero from rounding, in float64 and in float32: on the diagonal, of a product, of |Σ wᵢ·gᵢ|², of |g₀|². */
const double = { ridge: 1e-11, slack: 1e-11, cancelled: 1e-9, none: 1e-14 };
const single = { ridge: 3e-6, slack: 2e-6, cancelled: 1e-5, none: 1e-7 };

interface Problem {
  readonly cosines: Float64Array;
  /** [T] h, with 0 for tasks without gradient. */
  readonly heights: Float64Array;
  /** [T] b */
  readonly slopes: Float64Array;
  /** γ */
  readonly radius: number;
}

/** [T] what the task that gains least wants added to the mean, in unit gradients; zeros where that is not defined. */
export function bestForWorst({ cosines, inverseNorms }: Scaled, c: number): Float64Array {
  const tasks = inverseNorms.length;
  const nothing = new Float64Array(tasks);
  const least = Math.min(...inverseNorms.filter((inverse) => inverse > 0));
  const heights = inverseNorms.map((inverse) => inverse / least);
  const norms = heights.map((height) => (height > 0 ? 1 / height : 0));
  const slopes = norms.map((_, t) => rowTimes(cosines, t, norms) / tasks);
  const square = dot(slopes, norms) / tasks;
  const mean = norms.reduce((sum, norm) => sum + norm, 0) / tasks;
  if (!(square > double.none * mean * mean) || c === 0) return nothing;
  const { pulls, product } = search({ cosines, heights, slopes, radius: c * Math.sqrt(square) });
  // A task without gradient gains from no direction: where the others gain, so do they from the mean.
  if (heights.includes(0) && product >= 0) return nothing;
  const length = pulls.reduce((sum, pull, t) => sum + pull * rowTimes(cosines, t, pulls), 0);
  const size = pulls.reduce((sum, pull) => sum + pull, 0);
  return length > double.cancelled * size * size ? pulls.map((pull) => pull / least) : nothing;
}

/** y [T] and ν. */
function search(problem: Problem) {
  const { heights } = problem;
  let active = [cheapest(problem)];
  const shares = heights.map((height, t) => (active.includes(t) ? 1 / height : 0));
  const refused = new Set<number>();
  const found = { pulls: new Float64Array(heights.length), product: 0 };
  let ridge = 0;
  for (let round = 0; round < 8 * heights.length + 8; round++) {
    const aim = optimum(problem, active, ridge);
    if (!aim) {
      ridge = Math.max(10 * ridge, double.ridge);
      continue;
    }
    const ways = active.map((t, k) => shareOfWay(shares[t] ?? 0, (aim.pulls[k] ?? 0) * aim.inverse));
    const way = Math.min(...ways);
    for (const [k, t] of active.entries()) {
      const share = shares[t] ?? 0;
      const moved = share + way * ((aim.pulls[k] ?? 0) * aim.inverse - share);
      shares[t] = way < 1 && ways[k] === way ? 0 : moved;
    }
    if (way > 0) refused.clear();
    if (way < 1) {
      for (const [k, t] of active.entries()) if (ways[k] === way) refused.add(t);
      active = active.filter((_, k) => ways[k] !== way);
      continue;
    }
    found.product = aim.product;
    found.pulls.fill(0);
    for (const [k, t] of active.entries()) found.pulls[t] = aim.pulls[k] ?? 0;
    const next = worst(problem, found, (t) => active.includes(t) || refused.has(t));
    if (next === undefined) break;
    active = [...active, next];
  }
  return found;
}

/** The task that weighs most cheaply alone. */
function cheapest({ heights, slopes, radius }: Problem): number {
  let best = heights.findIndex((height) => height > 0);
  const cost = (t: number) => ((slopes[t] ?? 0) + radius) / (heights[t] ?? 1);
  for (const [t, height] of heights.entries()) if (height > 0 && cost(t) < cost(best)) best = t;
  return best;
}

/** y of the active tasks, ν, and what turns y into weights; undefined where rounding hides them. */
function optimum({ cosines, heights, slopes, radius }: Problem, active: readonly number[], ridge: number) {
  const tasks = heights.length;
  const raised = ridge === 0 ? cosines : cosines.map((cosine, k) => cosine + (k % (tasks + 1) ? 0 : ridge));
  const factor = factorise(raised, tasks, active);
  if (!factor) return undefined;
  const [h, b] = [active.map((t) => heights[t] ?? 0), active.map((t) => slopes[t] ?? 0)];
  const [even, pull] = [substitute(factor, h), substitute(factor, b)];
  const [A, p, q] = [dot(even, h), dot(pull, h), dot(pull, b)];
  const root = Math.sqrt(Math.max(p * p - A * (q - radius * radius), 1e-16 * A * radius * radius));
  const product = (p + root) / A;
  return { product, inverse: 1 / root, pulls: even.map((value, k) => product * value - (pull[k] ?? 0)) };
}

/** The task whose product with the direction is farthest below ν, relative to its terms; undefined where none is below. */
function worst(
  { cosines, heights, slopes }: Problem,
  { pulls, product }: { pulls: Float64Array; product: number },
  skipped: (t: number) => boolean,
): number | undefined {
  let found: number | undefined;
  let most = double.slack;
  for (const [t, height] of heights.entries()) {
    if (height === 0 || skipped(t)) continue;
    const [slope, goal] = [slopes[t] ?? 0, product * height];
    const size = Math.abs(slope) + Math.abs(goal) + rowTimes(cosines.map(Math.abs), t, pulls);
    const lack = (goal - slope - rowTimes(cosines, t, pulls)) / size;
    if (lack <= most) continue;
    found = t;
    most = lack;
  }
  return found;
}

/** How much of the way from `value` to `aim` can be gone without falling below zero. */
function shareOfWay(value: number, aim: number): number {
  return aim >= 0 ? 1 : value / (value - aim);
}

function rowTimes(matrix: Float64Array, row: number, vector: Float64Array): number {
  return vector.reduce((sum, value, k) => sum + value * (matrix[row * vector.length + k] ?? 0), 0);
}

function dot(a: ArrayLike<number>, b: Float64Array | readonly number[]): number {
  let sum = 0;
  for (const [k, value] of b.entries()) sum += value * (a[k] ?? 0);
  return sum;
}

/**
 * The same by all lanes of a rule's workgroup, below `scaleWgsl` and `choleskyWgsl` and after `scale`; the result is in
 * `pulls`, for any lane.
 */
export const bestForWorstWgsl = `
var<workgroup> heights: array<f32, tasks>;
var<workgroup> slopes: array<f32, tasks>;
/** 1: active; 2: refused. */
var<workgroup> roles: array<u32, tasks>;
var<workgroup> active_tasks: array<u32, tasks>;
var<workgroup> shares: array<f32, tasks>;
var<workgroup> even: array<f32, tasks>;
var<workgroup> pulls: array<f32, tasks>;
var<workgroup> lacks: array<f32, tasks>;
var<workgroup> active_count: u32;
var<workgroup> settled: u32;
var<workgroup> ridge: f32;
var<workgroup> radius: f32;
var<workgroup> least_product: f32;

fn times_pulls(t: u32) -> f32 {
  var sum = 0f;
  for (var j = 0u; j < tasks; j++) { sum = fma(cosines[t * tasks + j], pulls[j], sum); }
  return sum;
}

fn join(t: u32) {
  roles[t] = 1u;
  active_tasks[active_count] = t;
  active_count++;
}

/** Lane 0: the problem, and the task that weighs most cheaply alone. */
fn begin(c: f32) {
  var square = 0f;
  var mean = 0f;
  for (var t = 0u; t < tasks; t++) {
    let norm = select(0f, 1f / heights[t], heights[t] > 0f);
    square = fma(slopes[t], norm, square);
    mean += norm;
  }
  square /= f32(tasks);
  mean /= f32(tasks);
  ridge = 0f;
  active_count = 0u;
  least_product = 0f;
  if ((square <= ${single.none}f * mean * mean) | (c == 0f)) { return; }
  radius = c * sqrt(square);
  var best = 0u;
  var cost = 1e30;
  for (var t = 0u; t < tasks; t++) {
    let own = (slopes[t] + radius) / heights[t];
    if ((heights[t] > 0f) & (own < cost)) {
      best = t;
      cost = own;
    }
  }
  shares[best] = 1f / heights[best];
  join(best);
}

/** How much of the way to \`aim\` the k-th active task can go without falling below zero. */
fn way_of(k: u32, aim: f32) -> f32 {
  let share = shares[active_tasks[k]];
  return select(1f, share / (share - aim), aim < 0f);
}

/** Lane 0: goes to the optimum of the active tasks, or until one of them leaves. */
fn settle() {
  let n = active_count;
  var A = 0f;
  var p = 0f;
  var q = 0f;
  for (var k = 0u; k < n; k++) {
    let t = active_tasks[k];
    A = fma(even[k], heights[t], A);
    p = fma(solution[k], heights[t], p);
    q = fma(solution[k], slopes[t], q);
  }
  let root = sqrt(max(fma(p, p, -A * (q - radius * radius)), 1e-16 * A * radius * radius));
  let product = (p + root) / A;
  var way = 1f;
  var first = tasks;
  for (var k = 0u; k < n; k++) {
    even[k] = fma(product, even[k], -solution[k]);
    let own = way_of(k, even[k] / root);
    if (own < way) {
      way = own;
      first = k;
    }
  }
  var kept = 0u;
  for (var t = 0u; t < tasks; t++) { roles[t] = select(roles[t], 0u, (roles[t] == 2u) & (way > 0f)); }
  for (var k = 0u; k < n; k++) {
    let t = active_tasks[k];
    let aim = even[k] / root;
    let share = shares[t];
    let leaves = (k == first) | ((way < 1f) & (way_of(k, aim) <= way));
    shares[t] = select(max(fma(way, aim - share, share), 0f), 0f, leaves);
    active_tasks[kept] = t;
    roles[t] = select(1u, 2u, leaves);
    kept += select(1u, 0u, leaves);
  }
  active_count = kept;
  settled = select(0u, 1u, kept == n);
  if (kept < n) { return; }
  least_product = product;
  for (var t = 0u; t < tasks; t++) { pulls[t] = 0f; }
  for (var k = 0u; k < n; k++) { pulls[active_tasks[k]] = even[k]; }
}

fn lack_of(t: u32) -> f32 {
  let goal = least_product * heights[t];
  var size = abs(slopes[t]) + abs(goal);
  for (var j = 0u; j < tasks; j++) { size = fma(abs(cosines[t * tasks + j]), pulls[j], size); }
  let lack = (goal - slopes[t] - times_pulls(t)) / size;
  return select(0f, lack, (roles[t] == 0u) & (heights[t] > 0f));
}

/** Lane 0: the task that lacks most joins. */
fn admit() {
  var next = tasks;
  var most = ${single.slack}f;
  for (var t = 0u; t < tasks; t++) {
    if (lacks[t] > most) {
      next = t;
      most = lacks[t];
    }
  }
  if (next == tasks) { return; }
  settled = 0u;
  join(next);
}

fn search(lane: u32) {
  for (var round = 0u; round < 8u * tasks + 8u; round++) {
    let n = workgroupUniformLoad(&active_count);
    if (n == 0u) { return; }
    for (var k = lane; k < n * n; k += lanes) {
      let i = k / n;
      let j = k % n;
      let cosine = cosines[active_tasks[i] * tasks + active_tasks[j]];
      factor[i * tasks + j] = cosine + select(0f, ridge, i == j);
    }
    for (var k = lane; k < n; k += lanes) { solution[k] = heights[active_tasks[k]]; }
    if (!factorise(lane, n)) {
      if (lane == 0u) { ridge = max(10f * ridge, ${single.ridge}f); }
      continue;
    }
    substitute(lane, n);
    for (var k = lane; k < n; k += lanes) {
      even[k] = solution[k];
      solution[k] = slopes[active_tasks[k]];
    }
    substitute(lane, n);
    if (lane == 0u) { settle(); }
    if (workgroupUniformLoad(&settled) == 0u) { continue; }
    for (var t = lane; t < tasks; t += lanes) { lacks[t] = lack_of(t); }
    workgroupBarrier();
    if (lane == 0u) { admit(); }
    if (workgroupUniformLoad(&settled) == 1u) { return; }
  }
}

fn best_for_worst(lane: u32, c: f32) {
  var least = 1e30;
  var some_without = false;
  for (var t = 0u; t < tasks; t++) {
    some_without |= inverseNorms[t] == 0f;
    least = select(least, min(least, inverseNorms[t]), inverseNorms[t] > 0f);
  }
  for (var t = lane; t < tasks; t += lanes) {
    heights[t] = inverseNorms[t] / least;
    roles[t] = 0u;
    shares[t] = 0f;
    pulls[t] = 0f;
  }
  workgroupBarrier();
  for (var t = lane; t < tasks; t += lanes) {
    var sum = 0f;
    for (var j = 0u; j < tasks; j++) {
      sum += select(0f, cosines[t * tasks + j] / heights[j], heights[j] > 0f);
    }
    slopes[t] = sum / f32(tasks);
  }
  workgroupBarrier();
  if (lane == 0u) { begin(c); }
  search(lane);
  workgroupBarrier();
  for (var t = lane; t < tasks; t += lanes) { lacks[t] = pulls[t] * times_pulls(t); }
  workgroupBarrier();
  var length = 0f;
  var size = 0f;
  for (var t = 0u; t < tasks; t++) {
    length += lacks[t];
    size += pulls[t];
  }
  let defined = length > ${single.cancelled}f * size * size;
  let wanted = defined & !(some_without & (least_product >= 0f));
  workgroupBarrier();
  for (var t = lane; t < tasks; t += lanes) { pulls[t] = select(0f, pulls[t] / least, wanted); }
  workgroupBarrier();
}
`;
