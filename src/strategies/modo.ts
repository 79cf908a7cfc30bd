/** MoDo: weights by one small step at a time, each from independent batches. */
import { z } from 'zod';
import { ontoSimplex, simplexWgsl } from './solvers/simplex.ts';
import { defineStrategy } from './strategy.ts';

const schema = z.strictObject({
  gamma: z.number().gt(0).max(10).default(1e-3).meta({
    title: 'Step size of the weights γ',
    description: 'How far the weights move per step towards those of MGDA.',
  }),
  rho: z.number().min(0).max(10).default(0.1).meta({
    title: 'Pull towards equal weights ρ',
    description: 'Keeps the weights from settling on a single task.',
  }),
});

export const modo = defineStrategy({
  name: 'Double sampling (MoDo)',
  help: 'Moves its weights a little at each step towards those that MGDA would choose. It multiplies gradients of two independent batches, so that noise does not add up in their lengths, and applies the weights to a third batch. A middle way between equal weights and MGDA, which trades conflict avoidance for generalisation. Costs three times as much per step.',
  paper: {
    title:
      'Three-Way Trade-Off in Multi-Objective Learning: Optimization, Generalization and Conflict-Avoidance',
    authors: 'Chen, Fernando, Ying, Chen',
    venue: 'NeurIPS 2023',
    url: 'https://arxiv.org/abs/2305.20057',
  },
  differs: 'The same as LibMTL. The heads follow the mean of the three batches.',
  needs: 'gramian',
  gradients: 'parameters',
  batches: 3,
  remembers: true,
  schema,
  numbers: ({ gamma, rho }) => ({ gamma, rho }),
  initialState: (tasks) => new Float64Array(tasks).fill(1 / tasks),
  /**
   * w ← the point of the simplex nearest to w − γ·(A·w + ρ·w), where A are the products of the gradients of batches 1 and 2; the
   * direction is that of batch 3. The state: w, [T].
   */
  step({ losses, gramian, state, settings: { gamma, rho } }) {
    const tasks = losses.length / 3;
    const shares = ontoSimplex(
      state.map((share, i) => {
        const row = gramian.subarray(i * 3 * tasks + tasks, i * 3 * tasks + 2 * tasks);
        const slope = row.reduce((sum, value, j) => sum + value * (state[j] ?? 0), 0);
        return share - gamma * (slope + rho * share);
      }),
    );
    const weights = new Float64Array(3 * tasks);
    weights.set(shares, 2 * tasks);
    return { weights, state: shares };
  },
  wgsl: {
    lanes: (tasks) => tasks / 3,
    code: `const size = tasks / 3u;
${simplexWgsl('size')}
fn weigh(lane: u32) {
  var slope = setting_rho() * state[lane];
  for (var t = 0u; t < size; t++) { slope = fma(gramian[lane * tasks + size + t], state[t], slope); }
  let share = onto_simplex(lane, fma(-setting_gamma(), slope, state[lane]));
  state[lane] = share;
  weights[lane] = 0f;
  weights[size + lane] = 0f;
  weights[2u * size + lane] = share;
}`,
  },
});
