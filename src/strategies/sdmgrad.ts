/** SDMGrad: MGDA for noisy gradients, from three batches, held near the mean of all tasks. */
import { z } from 'zod';
import { ontoSimplex, simplexWgsl } from './solvers/simplex.ts';
import { defineStrategy, type RuleInput } from './strategy.ts';

const rate = 5;
const momentum = 0.5;
const epsilon = 1e-8;

const schema = z.strictObject({
  lambda: z.number().min(0).max(100).default(0.3).meta({
    title: 'Pull towards the mean λ',
    description:
      '0: the direction that helps the worst-off task most, as MGDA; large: the mean of all gradients.',
  }),
  iterations: z.int().min(1).max(200).default(20).meta({
    title: 'Iterations',
    description: 'Steps by which the weights are improved, starting from those of the step before.',
  }),
});

type Settings = z.infer<typeof schema>;

export const sdmgrad = defineStrategy({
  name: 'Stochastic direction-oriented (SDMGrad)',
  help: 'Seeks a direction that improves all tasks, like MGDA, but stays close to the mean gradient, and copes with noise: weights found from one batch and applied to the same batch fit its noise. So each step draws three batches: two to find the weights, one to apply them to. Costs three times as much per step.',
  paper: {
    title: 'Direction-oriented Multi-objective Learning: Simple and Provable Stochastic Algorithms',
    authors: 'Xiao, Ban, Ji',
    venue: 'NeurIPS 2023',
    url: 'https://arxiv.org/abs/2305.18409',
  },
  differs:
    'The same as LibMTL, whose inner learning rate 5 and momentum 0.5 are kept. The heads follow the mean of the three batches.',
  needs: 'gramian',
  gradients: 'parameters',
  batches: 3,
  remembers: true,
  schema,
  numbers: ({ lambda, iterations }) => ({ lambda, iterations }),
  initialState: (tasks) => new Float64Array(tasks).fill(1 / tasks),
  /**
   * Minimises w·A·w/2 + λ·w·A·1/T on the simplex, where A are the products of the gradients of batches 2 and 3 over their mean norm
   * squared; the direction is (Σ w·g + λ·mean g)/(1 + λ) over those of batch 1. The state: w, [T].
   */
  step({ losses, gramian, state, settings: { lambda, iterations } }) {
    const tasks = losses.length / 3;
    const products = scaledProducts(gramian, tasks);
    const times = (w: Float64Array) =>
      products.map((row) => row.reduce((sum, value, j) => sum + value * ((w[j] ?? 0) + lambda / tasks), 0));
    let shares: Float64Array = state.slice();
    let speed: Float64Array = new Float64Array(tasks);
    for (let k = 0; k < iterations; k++) {
      const slope = times(shares);
      speed = speed.map((value, t) => momentum * value + (slope[t] ?? 0));
      shares = ontoSimplex(shares.map((share, t) => share - rate * (speed[t] ?? 0)));
    }
    const weights = new Float64Array(3 * tasks);
    for (const [t, share] of shares.entries()) weights[t] = (share + lambda / tasks) / (1 + lambda);
    return { weights, state: shares };
  },
  wgsl: {
    lanes: (tasks) => tasks / 3,
    code: `const size = tasks / 3u;
${simplexWgsl('size')}
var<workgroup> shares: array<f32, size>;

fn weigh(lane: u32) {
  let row = (size + lane) * tasks + 2u * size;
  var scale = 0f;
  for (var t = 0u; t < size; t++) {
    scale += sqrt(max(gramian[(size + t) * tasks + 2u * size + t], 0f)) / f32(size);
  }
  let lambda = setting_lambda();
  var share = state[lane];
  var speed = 0f;
  for (var k = 0u; k < u32(setting_iterations()); k++) {
    shares[lane] = share;
    workgroupBarrier();
    var slope = 0f;
    for (var t = 0u; t < size; t++) { slope = fma(gramian[row + t], shares[t] + lambda / f32(size), slope); }
    speed = fma(${momentum}f, speed, slope / fma(scale, scale, ${epsilon}f));
    share = onto_simplex(lane, fma(-${rate}f, speed, share));
  }
  state[lane] = share;
  weights[lane] = (share + lambda / f32(size)) / (1f + lambda);
  weights[size + lane] = 0f;
  weights[2u * size + lane] = 0f;
}`,
  },
});

/** Rows of the products of the gradients of batch 2 with those of batch 3, over the square of their mean norm. */
function scaledProducts(gramian: RuleInput<Settings>['gramian'], tasks: number): Float64Array[] {
  const rows = Array.from({ length: tasks }, (_, i) => {
    const at = (tasks + i) * 3 * tasks + 2 * tasks;
    return gramian.slice(at, at + tasks);
  });
  const scale = rows.reduce((sum, row, i) => sum + Math.sqrt(Math.max(row[i] ?? 0, 0)), 0) / tasks;
  return rows.map((row) => row.map((value) => value / (scale * scale + epsilon)));
}
