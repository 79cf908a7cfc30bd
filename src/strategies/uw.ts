/** Uncertainty weighting: each task's noise is learned, and noisy tasks weigh less. */
import { z } from 'zod';
import { learn, learned, learning, learningNumbers, learnWgsl } from './learned.ts';
import { counts, countsWgsl } from './losses.ts';
import { defineStrategy } from './strategy.ts';

/** s stays within ±this, far beyond where the best s for losses from 1e-6 to 1e6 lies. */
const bound = 20;

const schema = z.strictObject({
  initialLogVariance: z.number().min(-10).max(10).default(-0.5).meta({
    title: 'Log variance at the start',
    description: 'The logarithm of each task’s noise before the first step; a weight is e^−s / 2 of it.',
  }),
  ...learning(0.01),
});

export const uw = defineStrategy({
  name: 'Uncertainty weights (UW)',
  help: 'Learns how noisy each task is and divides its loss by that noise, while a penalty keeps it from declaring everything noise. In effect each weight comes close to 1 / (2 × loss), so that all tasks contribute alike whatever the scale of their losses. A sturdy first choice when losses differ in size.',
  paper: {
    title: 'Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and Semantics',
    authors: 'Kendall, Gal, Cipolla',
    venue: 'CVPR 2018',
    url: 'https://arxiv.org/abs/1705.07115',
  },
  differs:
    'Follows LibMTL: L·e^−s/2 + s/2 for every task (the paper has L·e^−s for classification). LibMTL leaves s to the network’s optimiser; here it has its own, and s stays within ±20.',
  needs: 'losses',
  remembers: true,
  schema,
  numbers: (settings) => learningNumbers(settings),
  initialState: (tasks, _, { initialLogVariance }) =>
    learned(new Float64Array(tasks).fill(initialLogVariance)),
  /** w = e^−s / 2; then s steps down ∂/∂s (L·e^−s + s)/2 = (1 − L·e^−s)/2. The state: see learned.ts. */
  step({ losses, state, settings }) {
    const tasks = losses.length;
    const weights = state.slice(0, tasks).map((s) => Math.exp(-s) / 2);
    const gradient = Array.from(losses, (loss, t) =>
      counts(loss) ? 0.5 - loss * (weights[t] ?? 0) : undefined,
    );
    const next = learn(state, gradient, settings);
    for (let t = 0; t < tasks; t++) next[t] = Math.min(bound, Math.max(-bound, next[t] ?? 0));
    return { weights, state: next };
  },
  wgsl: {
    code: `${countsWgsl}${learnWgsl}
fn weigh(lane: u32) {
  begin_learning();
  for (var t = 0u; t < tasks; t++) {
    weights[t] = exp(-state[t]) / 2f;
    if (counts(losses[t])) { learn(t, fma(-losses[t], weights[t], 0.5f)); }
    state[t] = clamp(state[t], -${bound}f, ${bound}f);
  }
}`,
  },
});
