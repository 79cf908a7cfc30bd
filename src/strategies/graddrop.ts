/** GradDrop: each coordinate follows either the gradients that raise it or those that lower it, by chance. */
import { z } from 'zod';
import { weightedSum } from './matrix.ts';
import { defineStrategy } from './strategy.ts';

const schema = z.strictObject({
  leak: z.number().min(0).max(1).default(0).meta({
    title: 'Leak',
    description: 'Share of every gradient that passes in any case; 1: the plain sum.',
  }),
});

export const graddrop = defineStrategy({
  name: 'Gradient sign dropout (GradDrop)',
  help: 'Looks at every number of the gradients by itself. Where all tasks agree on its sign, it takes the sum; where they do not, it keeps either the positive or the negative parts, more likely those that weigh more. So tasks do not cancel one another out, and over time the network is led to where they agree. Works on the whole gradients, and adds some noise to each step.',
  paper: {
    title: 'Just Pick a Sign: Optimizing Deep Multitask Models with Gradient Sign Dropout',
    authors: 'Chen, Ngiam, Huang, Luong, Kretzschmar, Chai, Anguelov',
    venue: 'NeurIPS 2020',
    url: 'https://arxiv.org/abs/2010.06808',
  },
  differs:
    'The same as TorchJD. LibMTL first multiplies the gradients by the sign of the representation and adds them up over the batch; its result depends on the representation, which no method here sees.',
  needs: 'jacobian',
  schema,
  numbers: ({ leak }) => ({ leak }),
  initialState: () => new Float64Array(),
  /** P = (1 + Σ g / Σ |g|)/2 by coordinate; where P > u, the positive parts stay, where P < u the negative ones. */
  step({ losses, jacobian, state, settings: { leak }, random }) {
    const tasks = losses.length;
    const width = jacobian.length / tasks;
    const weights = new Float64Array(tasks).fill(1);
    const grad = weightedSum(weights, jacobian);
    for (const [p, sum] of grad.entries()) {
      const chance = random();
      let sizes = 0;
      for (let t = 0; t < tasks; t++) sizes += Math.abs(jacobian[t * width + p] ?? 0);
      const purity = sizes === 0 ? 0.5 : (1 + sum / sizes) / 2;
      const kept = purity > chance ? (sizes + sum) / 2 : purity < chance ? (sum - sizes) / 2 : 0;
      grad[p] = leak * sum + (1 - leak) * kept;
    }
    return { weights, state, grad };
  },
});
