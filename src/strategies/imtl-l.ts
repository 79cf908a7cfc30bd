/** IMTL-L: learns a factor for each loss that brings all losses to the same size. */
import { z } from 'zod';
import { learn, learned, learning, learningNumbers, learnWgsl } from './learned.ts';
import { counts, countsWgsl } from './losses.ts';
import { defineStrategy } from './strategy.ts';

/** s stays within ±this, far beyond where the best s for losses from 1e-6 to 1e6 lies. */
export const bound = 20;

const schema = z.strictObject(learning(0.01));

export const imtlL = defineStrategy({
  name: 'Balanced losses (IMTL-L)',
  help: 'Learns one factor per task so that each loss, times its factor, stays near 1. No task can then dominate merely because its loss is measured on a larger scale. Like uncertainty weights, but without an assumption about noise; combine it with balanced gradients in IMTL.',
  paper: {
    title: 'Towards Impartial Multi-task Learning',
    authors: 'Liu, Li, Kuang, Xue, Chen, Yang, Liao, Zhang',
    venue: 'ICLR 2021',
    url: 'https://openreview.net/forum?id=IMPnRXEWpvr',
  },
  differs:
    'LibMTL has it only together with IMTL-G, and leaves s to the network’s optimiser; here s has its own, and stays within ±20.',
  needs: 'losses',
  remembers: true,
  schema,
  numbers: learningNumbers,
  initialState: (tasks) => learned(new Float64Array(tasks)),
  /** w = e^s; then s steps down ∂/∂s (e^s·L − s) = e^s·L − 1. The state: see learned.ts. */
  step({ losses, state, settings }) {
    const tasks = losses.length;
    const weights = state.slice(0, tasks).map(Math.exp);
    const gradient = Array.from(losses, (loss, t) =>
      counts(loss) ? loss * (weights[t] ?? 0) - 1 : undefined,
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
    weights[t] = exp(state[t]);
    if (counts(losses[t])) { learn(t, fma(losses[t], weights[t], -1f)); }
    state[t] = clamp(state[t], -${bound}f, ${bound}f);
  }
}`,
  },
});
