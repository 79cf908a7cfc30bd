/**
 * Newton's method for the equilibria that bargaining between tasks leads to, in TypeScript and in WGSL: u > 0 with
 * (Q·u)ᵢ = bᵢ·uᵢ^−q, the minimum of the convex ½·uᵀQu − Σ bᵢ·uᵢ^(1−q) / (1−q); of ½·uᵀQu − Σ bᵢ·log uᵢ for q = 1. It exists
 * just where no mixture of the gradients behind Q, with weights above zero, cancels out. Steps are relative to u, which
 * makes the systems to be solved as well conditioned as they can be, and go less than all the way where that would
 * overshoot: Boyd and Vandenberghe, "Convex Optimization", 9.5.
 */
import { factorise, substitute } from './cholesky.ts';

const mostSteps = 60;
/** Where nothing changes by more than this share, full steps converge quadratically. */
const near = 0.05;

/** u [n] for cosines Q [n, n], b [n] and q; undefined where there is none, or rounding hides it. */
export function equilibrium(
  cosines: Float64Array,
  goals: Float64Array,
  power: number,
): Float64Array | undefined {
  let point = start(cosines, goals, power);
  let before = Infinity;
  for (let round = 0; round < mostSteps; round++) {
    const change = relativeChange(cosines, goals, power, point);
    if (!change) return undefined;
    const largest = Math.max(...change.map(Math.abs));
    const share = largest < near ? 1 : shareOfStep(cosines, goals, power, point, change);
    point = point.map((value, t) => value * (1 + share * (change[t] ?? 0)));
    if (largest < 1e-13 || (largest < near && largest > before / 2)) return point;
    before = largest;
  }
  return before * power < 2 * near ? point : undefined;
}

/** The minimum along the ray of what would be the solution if all gradients were orthogonal. */
function start(cosines: Float64Array, goals: Float64Array, power: number): Float64Array {
  const alone = goals.map((goal) => goal ** (1 / (1 + power)));
  const linear = alone.reduce((sum, value) => sum + value * value, 0);
  const product = times(cosines, alone);
  const square = alone.reduce((sum, value, t) => sum + value * (product[t] ?? 0), 0);
  const length = (linear / Math.max(square, 1e-3 * linear)) ** (1 / (1 + power));
  return alone.map((value) => value * length);
}

/** Newton's step divided by u; undefined where rounding makes the system singular. */
function relativeChange(
  cosines: Float64Array,
  goals: Float64Array,
  power: number,
  point: Float64Array,
): Float64Array | undefined {
  const n = point.length;
  const product = times(cosines, point);
  const pull = point.map((value, t) => (goals[t] ?? 0) * value ** (1 - power));
  const unit = point.map((value, t) => 1 / Math.sqrt(value * value + power * (pull[t] ?? 0)));
  const scales = point.map((value, t) => value * (unit[t] ?? 0));
  const hessian = cosines.map((cosine, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return i === j ? 1 : cosine * (scales[i] ?? 0) * (scales[j] ?? 0);
  });
  const factor = factorise(hessian, n, [...point.keys()]);
  if (!factor) return undefined;
  const right = point.map((value, t) => ((pull[t] ?? 0) - value * (product[t] ?? 0)) * (unit[t] ?? 0));
  return substitute(factor, right).map((value, t) => value * (unit[t] ?? 0));
}

/** How much of a step to go, halving from all of it: nothing may lose nine tenths, nor the descent turn into much ascent. */
function shareOfStep(
  cosines: Float64Array,
  goals: Float64Array,
  power: number,
  point: Float64Array,
  change: Float64Array,
): number {
  const step = point.map((value, t) => value * (change[t] ?? 0));
  const [product, bend] = [times(cosines, point), times(cosines, step)];
  const slope = (share: number) =>
    step.reduce((sum, part, t) => {
      const next = (point[t] ?? 0) + share * part;
      const force = (product[t] ?? 0) + share * (bend[t] ?? 0);
      return sum + part * (force - (goals[t] ?? 0) * next ** -power);
    }, 0);
  const least = Math.min(...change);
  const descent = slope(0);
  let share = 1;
  for (let k = 0; k < 30 && (share * least < -0.9 || slope(share) > -0.5 * descent); k++) share /= 2;
  return share;
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  return vector.map((_, i) => vector.reduce((sum, value, j) => sum + (matrix[i * n + j] ?? 0) * value, 0));
}

/**
 * The same by all lanes of a rule's workgroup, below `scaleWgsl` and `choleskyWgsl`: Q is `cosines`, the caller writes
 * `goals` (with barriers around the call, as for `factorise`), and `equilibrium` puts u into `point`. It returns whether there
 * is one. `q` must be uniform.
 */
export const newtonWgsl = `
var<workgroup> goals: array<f32, tasks>;
var<workgroup> point: array<f32, tasks>;
var<workgroup> product: array<f32, tasks>;
var<workgroup> change: array<f32, tasks>;
var<workgroup> bend: array<f32, tasks>;
var<workgroup> unit: array<f32, tasks>;
var<workgroup> stride: vec2f;

fn row_times(t: u32, relative: bool) -> f32 {
  var sum = 0f;
  for (var j = 0u; j < tasks; j++) {
    sum = fma(cosines[t * tasks + j], point[j] * select(1f, change[j], relative), sum);
  }
  return sum;
}

fn start_newton(lane: u32, q: f32) {
  for (var t = lane; t < tasks; t += lanes) { point[t] = pow(goals[t], 1f / (1f + q)); }
  workgroupBarrier();
  var linear = 0f;
  var square = 0f;
  for (var t = 0u; t < tasks; t++) { linear = fma(point[t], point[t], linear); }
  for (var t = lane; t < tasks; t += lanes) { product[t] = row_times(t, false); }
  workgroupBarrier();
  for (var t = 0u; t < tasks; t++) { square = fma(point[t], product[t], square); }
  workgroupBarrier();
  let length = pow(linear / max(square, 1e-3 * linear), 1f / (1f + q));
  for (var t = lane; t < tasks; t += lanes) { point[t] *= length; }
}

fn newton_slope(share: f32, q: f32) -> f32 {
  var slope = 0f;
  for (var t = 0u; t < tasks; t++) {
    let next = fma(share * point[t], change[t], point[t]);
    let force = fma(share, bend[t], product[t]);
    slope = fma(point[t] * change[t], force - goals[t] * pow(next, -q), slope);
  }
  return slope;
}

/** x: how much of the step to go; y: its largest element. */
fn newton_stride(q: f32) -> vec2f {
  var least = 0f;
  var largest = 0f;
  for (var t = 0u; t < tasks; t++) {
    least = min(least, change[t]);
    largest = max(largest, abs(change[t]));
  }
  var share = 1f;
  if (largest < ${near}f) { return vec2f(share, largest); }
  let descent = newton_slope(0f, q);
  for (var k = 0u; k < 30u; k++) {
    if (share * least >= -0.9) {
      if (newton_slope(share, q) <= -0.5 * descent) { break; }
    }
    share *= 0.5;
  }
  return vec2f(share, largest);
}

fn equilibrium(lane: u32, q: f32) -> bool {
  start_newton(lane, q);
  var before = 1e30;
  for (var round = 0u; round < ${mostSteps}u; round++) {
    workgroupBarrier();
    for (var t = lane; t < tasks; t += lanes) {
      let pull = goals[t] * pow(point[t], 1f - q);
      product[t] = row_times(t, false);
      unit[t] = inverseSqrt(fma(point[t], point[t], q * pull));
      solution[t] = (pull - point[t] * product[t]) * unit[t];
    }
    workgroupBarrier();
    for (var k = lane; k < tasks * tasks; k += lanes) {
      let i = k / tasks;
      let j = k % tasks;
      factor[k] = select(cosines[k] * (point[i] * unit[i]) * (point[j] * unit[j]), 1f, i == j);
    }
    if (!factorise(lane, tasks)) { return false; }
    substitute(lane, tasks);
    for (var t = lane; t < tasks; t += lanes) { change[t] = solution[t] * unit[t]; }
    workgroupBarrier();
    for (var t = lane; t < tasks; t += lanes) { bend[t] = row_times(t, true); }
    workgroupBarrier();
    if (lane == 0u) { stride = newton_stride(q); }
    let found = workgroupUniformLoad(&stride);
    for (var t = lane; t < tasks; t += lanes) { point[t] = fma(found.x * point[t], change[t], point[t]); }
    workgroupBarrier();
    if ((found.y < 1e-6) | ((found.y < ${near}f) & (found.y > 0.5 * before))) { return true; }
    before = found.y;
  }
  return before * q < ${2 * near}f;
}
`;
