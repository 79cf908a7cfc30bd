/** Smooth Tchebycheff scalarisation: trains mostly the task that is furthest from where it was, smoothly. */
import { z } from 'zod';
import { counts, countsWgsl, softmax, softmaxWgsl } from './losses.ts';
import { defineStrategy } from './strategy.ts';

const schema = z.strictObject({
  mu: z.number().min(0.01).max(100).default(1).meta({
    title: 'Smoothness μ',
    description: 'Small: nearly all weight goes to the task that lags most. Large: all tasks weigh alike.',
  }),
  warmUpEpochs: z.int().min(0).max(1000).default(4).meta({
    title: 'Warm-up epochs',
    description:
      'Epochs on the sum of log losses, before one more in which the losses to compare with are measured.',
  }),
});

export const stch = defineStrategy({
  name: 'Smooth Tchebycheff (STCH)',
  help: 'Wants the worst task to do well: it measures each loss against what it was after a warm-up, and gives most weight to the task that has improved least since. The maximum is smoothed, so that weights do not jump between tasks. Helps when every task has to reach its goal and none may fall behind.',
  paper: {
    title: 'Smooth Tchebycheff Scalarization for Multi-Objective Optimization',
    authors: 'Lin, Zhang, Yang, Liu, Wang, Zhang',
    venue: 'ICML 2024',
    url: 'https://arxiv.org/abs/2402.19078',
  },
  differs:
    'The gradient is LibMTL’s, to rounding; LibMTL returns ones as weights beside it. A task whose loss is 0, which LibMTL cannot take, is left out.',
  needs: 'losses',
  remembers: true,
  schema,
  numbers: ({ mu, warmUpEpochs }) => ({ mu, warmUpEpochs }),
  initialState: (tasks) => new Float64Array(tasks + 1),
  /**
   * w_t = 1/L_t in the warm-up and the epoch after it, whose mean losses are the nadir z; then T·softmax(log(L/z)/μ)_t / L_t, the
   * gradient of T·μ·log Σ exp(log(L/z)/μ). The state: z, [T], and the number of steps done.
   */
  step({ losses, state, settings: { mu, warmUpEpochs }, stepsPerEpoch }) {
    const tasks = losses.length;
    const next = state.slice();
    const steps = state[tasks] ?? 0;
    next[tasks] = steps + 1;
    const measuring = steps - warmUpEpochs * stepsPerEpoch;
    if (measuring === 0) next.fill(0, 0, tasks);
    if (measuring >= 0 && measuring < stepsPerEpoch)
      for (const [t, loss] of losses.entries()) next[t] = (next[t] ?? 0) + loss / stepsPerEpoch;
    if (measuring < stepsPerEpoch)
      return { weights: losses.map((loss) => (counts(loss) ? 1 / loss : 0)), state: next };
    const logits = Array.from(losses, (loss, t) => {
      const nadir = next[t] ?? 0;
      return counts(loss) ? (Math.log(loss) - Math.log(counts(nadir) ? nadir : loss)) / mu : undefined;
    });
    const counted = logits.filter((logit) => logit !== undefined).length;
    const weights = softmax(logits).map((share, t) =>
      share === 0 ? 0 : (counted * share) / (losses[t] ?? 1),
    );
    return { weights, state: next };
  },
  wgsl: {
    code: `${countsWgsl}${softmaxWgsl}
fn weigh(lane: u32) {
  let start = u32(setting_warmUpEpochs()) * stepsPerEpoch;
  let steps = u32(state[tasks]);
  state[tasks] += 1f;
  var counted = 0f;
  for (var t = 0u; t < tasks; t++) {
    let loss = losses[t];
    if (steps == start) { state[t] = 0f; }
    if ((steps >= start) & (steps < start + stepsPerEpoch)) { state[t] += loss / f32(stepsPerEpoch); }
    weights[t] = -1e31f;
    if (counts(loss)) {
      counted += 1f;
      weights[t] = log(loss / select(loss, state[t], counts(state[t]))) / setting_mu();
    }
  }
  if (steps >= start + stepsPerEpoch) { softmax_weights(); }
  for (var t = 0u; t < tasks; t++) {
    let share = select(1f, counted * weights[t], steps >= start + stepsPerEpoch);
    let counting = counts(losses[t]);
    weights[t] = select(0f, share / select(1f, losses[t], counting), counting);
  }
}`,
  },
});
