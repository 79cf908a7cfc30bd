/** IMTL-G: a direction that is as much for one task as for any other. */
import { z } from 'zod';
import { choleskyWgsl, factorise, substitute } from './solvers/cholesky.ts';
import { scale, scaleWgsl } from './solvers/scale.ts';
import { defineStrategy } from './strategy.ts';

const schema = z.strictObject({});

/** The weights' sizes may add up to this many times what the weights add up to. */
const most = 1e3;

/**
 * Weights [T] that add up to 1 of the gradients, each times its factor [T] > 0, in the direction with equal projections on
 * all of them; all of T live gradients, 0 for those that are zero. With their cosines Q it is Q·v = 1 and w ∝ v / norm. That
 * is the shortest combination of unit gradients whose weights add up to 1, which exists also where Q is singular: something
 * is added to its diagonal then, so that of several the one of least norm comes out.
 */
export function equalProjections(gramian: Float64Array, factors: Float64Array): Float64Array {
  const tasks = factors.length;
  const { cosines, inverseNorms } = scale(gramian, tasks);
  const ones = inverseNorms.map((inverse) => (inverse > 0 ? 1 : 0));
  let factor: Float64Array | undefined;
  for (let ridge = 0; !factor; ridge = Math.max(10 * ridge, 1e-11)) {
    const raised = cosines.map((cosine, k) => (k % (tasks + 1) === 0 ? cosine + ridge : cosine));
    factor = factorise(raised, tasks, [...ones.keys()]);
  }
  const shares = substitute(factor, ones).map((v, t) => (v * (inverseNorms[t] ?? 0)) / (factors[t] ?? 1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const size = shares.reduce((sum, share) => sum + Math.abs(share), 0);
  if (size === 0) return shares.fill(1 / tasks);
  const divisor = Math.max(Math.abs(total), size / most) * (total < 0 ? -1 : 1);
  return shares.map((share) => share / divisor);
}

/** The same by all lanes of a rule's workgroup, which declares `factor_of(t)`; then `weight_of(t)` for any lane. */
export const equalProjectionsWgsl = `${scaleWgsl}${choleskyWgsl}
/** v / norm */
var<workgroup> shares: array<f32, tasks>;

fn share_of(t: u32) -> f32 { return shares[t] / factor_of(t); }

fn weight_of(t: u32) -> f32 {
  var total = 0f;
  var size = 0f;
  for (var k = 0u; k < tasks; k++) {
    total += share_of(k);
    size += abs(share_of(k));
  }
  let divisor = max(abs(total), size * ${1 / most}f) * select(1f, -1f, total < 0f);
  return select(share_of(t) / divisor, 1f / f32(tasks), size == 0f);
}

/**
 * By how much the projection on gradient t is off 1, with twice the digits of float32: what rounding takes from each sum, each
 * product and the norm is kept.
 */
fn rest_of(t: u32) -> f32 {
  let square = gramian[t * tasks + t];
  var sum = square * inverseNorms[t];
  var lost = 0.5f * inverseNorms[t] * fma(-sum, sum, square);
  for (var j = 0u; j < tasks; j++) {
    let product = -gramian[t * tasks + j];
    let term = product * shares[j];
    let next = sum + term;
    let added = next - sum;
    lost += fma(product, shares[j], -term) + ((sum - (next - added)) + (term - added));
    sum = next;
  }
  return (sum + lost) * inverseNorms[t];
}

fn equal_projections(lane: u32) {
  scale(lane, 0f);
  var ridge = 0f;
  for (var attempt = 0u; attempt < 10u; attempt++) {
    for (var k = lane; k < tasks * tasks; k += lanes) {
      factor[k] = cosines[k] + select(0f, ridge, k % (tasks + 1u) == 0u);
    }
    if (factorise(lane, tasks)) { break; }
    ridge = max(10f * ridge, 1e-4);
  }
  for (var t = lane; t < tasks; t += lanes) { shares[t] = 0f; }
  // The later rounds correct what rounding and the ridge did in the first.
  for (var round = 0u; round < 3u; round++) {
    workgroupBarrier();
    for (var t = lane; t < tasks; t += lanes) { solution[t] = rest_of(t); }
    substitute(lane, tasks);
    for (var t = lane; t < tasks; t += lanes) { shares[t] = fma(solution[t], inverseNorms[t], shares[t]); }
  }
  workgroupBarrier();
}
`;

export const imtlG = defineStrategy({
  name: 'Equal projections (IMTL-G)',
  help: 'Looks for a direction that goes equally far along the gradient of every task, whatever their lengths, so that no task is favoured merely because its gradient is long. Weights may become negative: a task that the others help anyway is held back. Helps when one task dominates; under strong conflict the weights can swing widely.',
  paper: {
    title: 'Towards Impartial Multi-task Learning',
    authors: 'Liu, Li, Kuang, Xue, Chen, Yang, Liao, Zhang',
    venue: 'ICLR 2021',
    url: 'https://openreview.net/forum?id=IMPnRXEWpvr',
  },
  differs:
    'Same as LibMTL and TorchJD where the gradients are linearly independent. Where they are not, LibMTL fails or divides by zero and TorchJD’s pseudo-inverse may give unequal projections, or turn against all tasks; here gradients that are parallel share their weight, and the direction is the shortest with equal projections, which is zero where they cancel out. A task without gradient weighs 0. Weights that should add up to 1 but nearly cancel are limited to 1000 in sum of sizes.',
  needs: 'gramian',
  schema,
  numbers: () => ({}),
  initialState: () => new Float64Array(),
  step: ({ losses, gramian, state }) => ({
    weights: equalProjections(gramian, new Float64Array(losses.length).fill(1)),
    state,
  }),
  wgsl: {
    lanes: (tasks) => (tasks > 8 ? 32 : 1),
    code: `${equalProjectionsWgsl}
fn factor_of(t: u32) -> f32 { return 1f; }
fn weigh(lane: u32) {
  equal_projections(lane);
  for (var t = lane; t < tasks; t += lanes) { weights[t] = weight_of(t); }
}`,
  },
});
