/** FAMO: all tasks are to improve at the same rate, found out from losses alone. */
import { z } from 'zod';
import { learn, learned, learnWgsl, type Learning } from './learned.ts';
import { counts, countsWgsl, softmax, softmaxWgsl } from './losses.ts';
import { defineStrategy } from './strategy.ts';

const epsilon = 1e-8;

const schema = z.strictObject({
  learningRate: z.number().gt(0).max(10).default(0.025).meta({
    title: 'Learning rate of the weights',
    description: 'How far the logits of the weights move per step.',
  }),
  decay: z.number().min(0).max(1).default(1e-3).meta({
    title: 'Decay γ',
    description: 'Draws the weights back towards equal ones.',
  }),
});

type Settings = z.infer<typeof schema>;

const learningOf = ({ learningRate }: Settings): Learning => ({ optimiser: 'adam', learningRate });

export const famo = defineStrategy({
  name: 'Fast adaptive optimisation (FAMO)',
  help: 'Wants every task’s loss to fall by the same share per step. After each step it looks at the losses of the same batch once more, and raises the weights of tasks that fell by less. It does without the gradient of each task, so it costs one extra forward pass however many tasks there are. A good choice for many tasks.',
  paper: {
    title: 'FAMO: Fast Adaptive Multitask Optimization',
    authors: 'Liu, Feng, Stone, Liu',
    venue: 'NeurIPS 2023',
    url: 'https://arxiv.org/abs/2306.03792',
  },
  differs:
    'The same as LibMTL, with the smallest possible losses taken as 0. A task whose loss is 0, before or after the step, is left out.',
  needs: 'losses',
  remembers: true,
  schema,
  numbers: (settings) => ({ learningRate: settings.learningRate, adam: 1, decay: settings.decay }),
  initialState: (tasks) => learned(new Float64Array(tasks), tasks),
  /** w_t = (p_t/L_t) / Σ p/L with p = softmax(ξ). The state: see learned.ts; behind it the losses before the update, [T]. */
  step({ losses, state }) {
    const tasks = losses.length;
    const shares = softmax(Array.from(state.subarray(0, tasks)));
    const parts = shares.map((share, t) =>
      counts(losses[t] ?? 0) ? share / ((losses[t] ?? 0) + epsilon) : 0,
    );
    const sum = parts.reduce((total, part) => total + part, 0);
    const next = state.slice();
    next.set(losses, state.length - tasks);
    return { weights: parts.map((part) => (sum === 0 ? 0 : part / sum)), state: next };
  },
  /** ξ steps down p·(d − p·d) + γ·ξ, where d_t is by how much log L_t fell. */
  observe({ losses, state, settings }) {
    const tasks = losses.length;
    const shares = softmax(Array.from(state.subarray(0, tasks)));
    const before = state.slice(state.length - tasks);
    const falls = Array.from(losses, (loss, t) =>
      counts(loss) && counts(before[t] ?? 0) ? Math.log(((before[t] ?? 0) + epsilon) / (loss + epsilon)) : 0,
    );
    const mean = falls.reduce((sum, fall, t) => sum + (shares[t] ?? 0) * fall, 0);
    const gradient = falls.map(
      (fall, t) => (shares[t] ?? 0) * (fall - mean) + settings.decay * (state[t] ?? 0),
    );
    return learn(state, gradient, learningOf(settings));
  },
  wgsl: {
    code: `${countsWgsl}${softmaxWgsl}
fn weigh(lane: u32) {
  for (var t = 0u; t < tasks; t++) { weights[t] = state[t]; }
  softmax_weights();
  var sum = 0f;
  for (var t = 0u; t < tasks; t++) {
    weights[t] = select(0f, weights[t] / (losses[t] + ${epsilon}f), counts(losses[t]));
    sum += weights[t];
    state[3u * tasks + 2u + t] = losses[t];
  }
  for (var t = 0u; t < tasks; t++) { weights[t] = select(weights[t] / sum, 0f, sum == 0f); }
}`,
    observe: `${countsWgsl}${softmaxWgsl}${learnWgsl}
fn fall(t: u32) -> f32 {
  let before = state[3u * tasks + 2u + t];
  let after = losses[t];
  // log(a/b) by the difference where a is close to b, whose quotient has lost it to rounding.
  let change = (before - after) / (after + ${epsilon}f);
  let small = change * (1f - change * (0.5f - change * (1f / 3f - change * (0.25f - change * (0.2f - change / 6f)))));
  let large = log((before + ${epsilon}f) / (after + ${epsilon}f));
  return select(0f, select(large, small, abs(change) < 0.05f), counts(before) & counts(after));
}
fn weigh(lane: u32) {
  for (var t = 0u; t < tasks; t++) { weights[t] = state[t]; }
  softmax_weights();
  var mean = 0f;
  for (var t = 0u; t < tasks; t++) { mean = fma(weights[t], fall(t), mean); }
  begin_learning();
  for (var t = 0u; t < tasks; t++) { learn(t, fma(weights[t], fall(t) - mean, setting_decay() * state[t])); }
}`,
  },
});
