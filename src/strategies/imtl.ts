/** IMTL: balanced losses (IMTL-L) and balanced gradients (IMTL-G) together. */
import { z } from 'zod';
import { equalProjections, equalProjectionsWgsl, imtlG } from './imtl-g.ts';
import { bound } from './imtl-l.ts';
import { learn, learned, learning, learningNumbers, learnWgsl } from './learned.ts';
import { counts, countsWgsl } from './losses.ts';
import { defineStrategy } from './strategy.ts';

const schema = z.strictObject(learning(0.01));

export const imtl = defineStrategy({
  name: 'Impartial (IMTL)',
  help: 'Balances tasks twice. Each loss gets a learned factor that keeps it near 1, on which its head trains; the shared part of the network follows the direction that goes equally far along the gradient of every task. Helps when tasks differ both in the scale of their losses and in how hard they pull.',
  ...(imtlG.paper ? { paper: imtlG.paper } : {}),
  differs:
    'As IMTL-G and IMTL-L: LibMTL fails on gradients that are linearly dependent, and leaves s to the network’s optimiser; here s has its own, and stays within ±20. TorchJD has only IMTL-G.',
  needs: 'gramian',
  remembers: true,
  schema,
  numbers: learningNumbers,
  initialState: (tasks) => learned(new Float64Array(tasks)),
  /** IMTL-G's weights of the gradients times e^s; then s steps down ∂/∂s (e^s·L − s) = e^s·L − 1. The state: see learned.ts. */
  step({ losses, gramian, state, settings }) {
    const tasks = losses.length;
    const heads = state.slice(0, tasks).map(Math.exp);
    const weights = equalProjections(gramian, heads).map((weight, t) => weight * (heads[t] ?? 1));
    const gradient = Array.from(losses, (loss, t) => (counts(loss) ? loss * (heads[t] ?? 1) - 1 : undefined));
    const next = learn(state, gradient, settings);
    for (let t = 0; t < tasks; t++) next[t] = Math.min(bound, Math.max(-bound, next[t] ?? 0));
    return { weights, heads, state: next };
  },
  wgsl: {
    lanes: (tasks) => (tasks > 8 ? 32 : 1),
    weighsHeads: true,
    code: `${countsWgsl}${learnWgsl}${equalProjectionsWgsl}
var<workgroup> scales: array<f32, tasks>;

fn factor_of(t: u32) -> f32 { return scales[t]; }

fn weigh(lane: u32) {
  for (var t = lane; t < tasks; t += lanes) { scales[t] = exp(state[t]); }
  equal_projections(lane);
  for (var t = lane; t < tasks; t += lanes) {
    weights[t] = weight_of(t) * scales[t];
    heads[t] = scales[t];
  }
  if (lane > 0u) { return; }
  begin_learning();
  for (var t = 0u; t < tasks; t++) {
    if (counts(losses[t])) { learn(t, fma(losses[t], scales[t], -1f)); }
    state[t] = clamp(state[t], -${bound}f, ${bound}f);
  }
}`,
  },
});
