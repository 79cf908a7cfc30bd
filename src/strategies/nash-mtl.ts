/** Nash-MTL: the tasks bargain over the direction. */
import { z } from 'zod';
import { choleskyWgsl } from './solvers/cholesky.ts';
import { equilibrium, newtonWgsl } from './solvers/newton.ts';
import { scale, scaleWgsl } from './solvers/scale.ts';
import { defineStrategy, type RuleInput, type RuleOutput } from './strategy.ts';

const schema = z.strictObject({
  maxNorm: z.number().min(0).max(1e6).default(1).meta({
    title: 'Largest norm',
    description: 'The direction is shortened to this length where it is longer; 0 leaves it as it is.',
  }),
  updateEvery: z.int().min(1).max(1000).default(1).meta({
    title: 'Bargain every',
    description: 'Steps from one bargain to the next; the weights stay in between.',
  }),
});

type Settings = z.infer<typeof schema>;

export const nashMtl = defineStrategy({
  name: 'Nash-MTL',
  help: 'Treats the direction as a deal between the tasks and takes the one that Nash proposed for bargaining: where no change would help one task, in per cent, more than it costs the others. All tasks get better, and it does not matter on which scale their losses are. Helps when losses differ in scale or one task dominates. Where the gradients cancel each other out there is no deal, and the last one stays.',
  paper: {
    title: 'Multi-Task Learning as a Bargaining Game',
    authors: 'Navon, Shamsian, Achituve, Maron, Kawaguchi, Chechik, Fetaya',
    venue: 'ICML 2022',
    url: 'https://arxiv.org/abs/2202.01017',
  },
  differs:
    'Solved exactly, by Newton’s method on a convex function. LibMTL and TorchJD linearise a part of it and repeat 20 times: the same within 1e-6 mostly, but 70 to 84 % off in the direction for two of four sets of gradients with norms from 1e-3 to 1e3, and under strong conflict they return equal weights where there is a solution (25 of 480 random sets). A task whose gradient is zero stays out of the deal. LibMTL also multiplies the losses of the heads by the weights; here each head trains on its own loss.',
  needs: 'gramian',
  remembers: true,
  schema,
  numbers: ({ maxNorm, updateEvery }) => ({ maxNorm, updateEvery }),
  /** The weights of the last bargain, ones before the first, [T]; steps since then, 0 where the next is due, [1]. */
  initialState: (tasks) => Float64Array.from({ length: tasks + 1 }, (_, k) => (k < tasks ? 1 : 0)),
  step,
  wgsl: {
    lanes: (tasks) => (tasks > 8 ? 32 : 1),
    code: `${scaleWgsl}${choleskyWgsl}${newtonWgsl}
var<workgroup> kept: array<f32, tasks>;
var<workgroup> age: f32;

fn weigh(lane: u32) {
  if (lane == 0u) { age = state[tasks]; }
  for (var t = lane; t < tasks; t += lanes) {
    kept[t] = state[t];
    goals[t] = 1f;
  }
  scale(lane, 0f);
  let steps = workgroupUniformLoad(&age);
  if (steps < 0.5) {
    if (equilibrium(lane, 1f)) {
      for (var t = lane; t < tasks; t += lanes) {
        kept[t] = select(kept[t], point[t] * inverseNorms[t], inverseNorms[t] > 0f);
      }
    }
  }
  workgroupBarrier();
  for (var t = lane; t < tasks; t += lanes) {
    var sum = 0f;
    for (var j = 0u; j < tasks; j++) { sum = fma(gramian[t * tasks + j], kept[j], sum); }
    product[t] = sum * kept[t];
  }
  workgroupBarrier();
  var square = 0f;
  for (var t = 0u; t < tasks; t++) { square += product[t]; }
  let most = setting_maxNorm();
  let clip = select(1f, most * inverseSqrt(square), (most > 0f) & (square > most * most));
  for (var t = lane; t < tasks; t += lanes) {
    weights[t] = select(0f, kept[t] * clip, inverseNorms[t] > 0f);
    state[t] = kept[t];
  }
  if (lane == 0u) { state[tasks] = select(0f, steps + 1f, steps + 1.5 < setting_updateEvery()); }
}`,
  },
});

/**
 * α with αᵢ·(G·α)ᵢ = 1 for all tasks, so that |g|² = T; then the whole shortened to the largest norm. In terms of u = α·n, n
 * the gradients' norms, and of their cosines Q: uᵢ·(Q·u)ᵢ = 1.
 */
function step({ losses, gramian, state, settings }: RuleInput<Settings>): RuleOutput {
  const tasks = losses.length;
  const { cosines, inverseNorms } = scale(gramian, tasks);
  let kept = state.slice(0, tasks);
  const age = state[tasks] ?? 0;
  const found = age === 0 ? equilibrium(cosines, new Float64Array(tasks).fill(1), 1) : undefined;
  if (found)
    kept = kept.map((old, t) => {
      const inverse = inverseNorms[t] ?? 0;
      return inverse > 0 ? (found[t] ?? 0) * inverse : old;
    });
  const square = gramian.reduce(
    (sum, product, k) => sum + product * (kept[Math.floor(k / tasks)] ?? 0) * (kept[k % tasks] ?? 0),
    0,
  );
  const clip = settings.maxNorm > 0 ? Math.min(1, settings.maxNorm / Math.sqrt(Math.max(square, 0))) : 1;
  const weights = kept.map((weight, t) => ((inverseNorms[t] ?? 0) > 0 ? weight * clip : 0));
  const next = age + 1 < settings.updateEvery ? age + 1 : 0;
  return { weights, state: Float64Array.from([...kept, next]) };
}
