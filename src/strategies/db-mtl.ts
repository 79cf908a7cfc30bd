/** DB-MTL: log losses for balanced losses, and gradients of equal length for balanced gradients. */
import { z } from 'zod';
import { counts } from './losses.ts';
import { rowNorms, weightedSum } from './matrix.ts';
import { defineStrategy } from './strategy.ts';

const epsilon = 1e-8;
/** A tracked gradient below this length is none. */
const leastNorm = 1e-20;

const schema = z.strictObject({
  beta: z.number().min(0).max(1).default(0.9).meta({
    title: 'Memory β',
    description:
      'How much the gradients of former steps count; 0: only those of this step, without any memory.',
  }),
  betaDecay: z.number().min(0).max(2).default(0).meta({
    title: 'Decay of the memory σ',
    description: 'β is divided by the number of the step to this power.',
  }),
});

export const dbMtl = defineStrategy({
  name: 'Dual balancing (DB-MTL)',
  help: 'Balances twice: it trains on the logarithms of the losses, so that their scales do not matter, and stretches the (smoothed) gradients of all tasks to the length of the longest, so that none is drowned. A strong and simple choice when tasks differ in scale; it does not look at conflicts. Smoothing keeps a gradient per task in memory.',
  paper: {
    title: 'Dual-Balancing for Multi-Task Learning',
    authors: 'Lin, Jiang, Ye, Zhang, Chen, Chen, Liu, Kwok',
    venue: 'arXiv 2023',
    url: 'https://arxiv.org/abs/2308.12029',
  },
  differs:
    'The same as LibMTL, but for a gradient of 0: its weight is 0, where LibMTL’s is 1e8 times the longest gradient, to no effect on the direction.',
  needs: 'jacobian',
  gradients: 'parameters',
  remembers: true,
  schema,
  numbers: ({ beta, betaDecay }) => ({ beta, betaDecay }),
  initialState: (tasks, parameters) => new Float64Array(1 + tasks * parameters),
  /**
   * h_t = g_t/(L_t + ε); b ← h + β/k^σ·(b − h); the direction is Σ (max |b|/(|b_t| + ε))·b_t, and the heads train on log losses. The state: the
   * number k of steps done; then b, [T, P].
   */
  step({ losses, jacobian, state, settings: { beta, betaDecay } }) {
    const tasks = losses.length;
    const width = jacobian.length / tasks;
    const steps = (state[0] ?? 0) + 1;
    const memory = beta / steps ** betaDecay;
    const heads = losses.map((loss) => (counts(loss) ? 1 / (loss + epsilon) : 0));
    const tracked = jacobian.map((g, i) => {
      const h = g * (heads[Math.floor(i / width)] ?? 0);
      return h + memory * ((state[1 + i] ?? 0) - h);
    });
    const norms = rowNorms(tracked, tasks);
    const longest = Math.max(...norms);
    const factors = norms.map((norm) => (norm > leastNorm ? longest / (norm + epsilon) : 0));
    const next = new Float64Array(state.length);
    next[0] = steps;
    next.set(tracked, 1);
    const weights = factors.map((factor, t) => factor * (heads[t] ?? 0));
    return { weights, heads, state: next, grad: weightedSum(factors, tracked) };
  },
});
