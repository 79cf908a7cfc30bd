/** MoCo: MGDA on gradients that are tracked over steps, so that noise does not bias the weights. */
import { z } from 'zod';
import { softmax } from './losses.ts';
import { gramianOf, rowNorms, weightedSum } from './matrix.ts';
import { defineStrategy } from './strategy.ts';

const epsilon = 1e-8;

const schema = z.strictObject({
  beta: z.number().min(0).max(1).default(0.5).meta({
    title: 'Tracking β',
    description: 'How far the tracked gradients move towards those of the step.',
  }),
  betaDecay: z.number().min(0).max(2).default(0.5).meta({
    title: 'Decay of the tracking',
    description: 'β is divided by the number of the step to this power.',
  }),
  gamma: z.number().min(0).max(10).default(0.1).meta({
    title: 'Step size of the weights γ',
    description: 'How far the weights move per step.',
  }),
  gammaDecay: z.number().min(0).max(2).default(0.5).meta({
    title: 'Decay of the step size',
    description: 'γ is divided by the number of the step to this power.',
  }),
  rho: z.number().min(0).max(10).default(0).meta({
    title: 'Pull towards equal weights ρ',
    description: 'Keeps the weights from settling on a single task.',
  }),
});

export const moco = defineStrategy({
  name: 'Gradient correction (MoCo)',
  help: 'Like MGDA it seeks a direction on which all tasks agree, but from gradients that it tracks over many steps: those of a single batch are noisy, and noise leads MGDA’s weights astray. Helps with small batches. Keeps a gradient per task in memory, and starts slowly, as tracking begins at 0.',
  paper: {
    title: 'Mitigating Gradient Bias in Multi-objective Learning: A Provably Convergent Approach',
    authors: 'Fernando, Shen, Liu, Chaudhury, Murugesan, Chen',
    venue: 'ICLR 2023',
    url: 'https://openreview.net/forum?id=dLAYGdKTi2',
  },
  differs:
    'The same as LibMTL: gradients as long as their losses, weights by a softmax, where the paper projects on the simplex.',
  needs: 'jacobian',
  gradients: 'parameters',
  remembers: true,
  schema,
  numbers: ({ beta, betaDecay, gamma, gammaDecay, rho }) => ({ beta, betaDecay, gamma, gammaDecay, rho }),
  initialState(tasks, parameters) {
    const state = new Float64Array(tasks + 1 + tasks * parameters);
    return state.fill(1 / tasks, 0, tasks);
  },
  /**
   * h_t = L_t·g_t/(|g_t| + ε); y ← y − β_k·(y − h); λ ← softmax(λ − γ_k·(Y·Yᵀ + ρ)·λ); the direction is Σ λ_t·y_t. The state: λ, [T]; the number
   * k of steps done; y, [T, P].
   */
  step({ losses, jacobian, state, settings: { beta, betaDecay, gamma, gammaDecay, rho } }) {
    const tasks = losses.length;
    const width = jacobian.length / tasks;
    const steps = (state[tasks] ?? 0) + 1;
    const pace = beta / steps ** betaDecay;
    const factors = rowNorms(jacobian, tasks).map((norm, t) => (losses[t] ?? 0) / (norm + epsilon));
    const tracked = jacobian.map((g, i) => {
      const y = state[tasks + 1 + i] ?? 0;
      return y - pace * (y - g * (factors[Math.floor(i / width)] ?? 0));
    });
    const products = gramianOf(tracked, tasks);
    const shares = state.slice(0, tasks);
    const logits = Array.from(shares, (share, i) => {
      const row = products.subarray(i * tasks, (i + 1) * tasks);
      const slope = row.reduce((sum, value, j) => sum + value * (shares[j] ?? 0), rho * share);
      return share - (gamma / steps ** gammaDecay) * slope;
    });
    const weights = softmax(logits);
    const next = new Float64Array(state.length);
    next.set(weights);
    next[tasks] = steps;
    next.set(tracked, tasks + 1);
    return { weights, state: next, grad: weightedSum(weights, tracked) };
  },
});
