/** ExcessMTL: weights by how much of each loss could still be learned, not by how large it is. */
import { z } from 'zod';
import { defineStrategy } from './strategy.ts';

const epsilon = 1e-7;
/** Exponents stop here, so that float32 holds their powers on the GPU. */
const largestExponent = 60;

const schema = z.strictObject({
  stepSize: z.number().gt(0).max(10).default(0.01).meta({
    title: 'Step size of the weights',
    description: 'How fast weight moves to tasks with much left to learn.',
  }),
});

export const excessmtl = defineStrategy({
  name: 'Excess risk (ExcessMTL)',
  help: 'Estimates for each task how far its loss is above the best it can reach, from its gradient and how the gradients were so far, and moves weight to tasks that are far from it. A task with noisy labels has a large loss that nothing can bring down: methods that follow losses chase it, this one does not. Keeps a number per task and parameter in memory.',
  paper: {
    title: 'Robust Multi-Task Learning with Excess Risks',
    authors: 'He, Zhou, Zhang, Yun, Xu, Zeng, Chilimbi, Zhao',
    venue: 'ICML 2024',
    url: 'https://arxiv.org/abs/2402.02009',
  },
  differs: 'The same as LibMTL. A task whose first gradient is 0 begins with its first other one.',
  needs: 'jacobian',
  gradients: 'parameters',
  remembers: true,
  schema,
  numbers: ({ stepSize }) => ({ stepSize }),
  initialState(tasks, parameters) {
    const state = new Float64Array(2 * tasks + tasks * parameters);
    return state.fill(1, 0, tasks);
  },
  /**
   * S += g²; e_t = Σ g²/√(S + ε); w ← w·exp(η·e/e0), made to add up to T, with e0 of the first step, whose weights are ones. The
   * state: w and e0, [T] each; then S, [T, P].
   */
  step({ losses, jacobian, state, settings: { stepSize } }) {
    const tasks = losses.length;
    const width = jacobian.length / tasks;
    const next = state.slice();
    const excesses = losses.map((_, t) => {
      let sum = 0;
      for (let i = t * width; i < (t + 1) * width; i++) {
        const square = (jacobian[i] ?? 0) ** 2;
        next[2 * tasks + i] = (next[2 * tasks + i] ?? 0) + square;
        sum += square / Math.sqrt((next[2 * tasks + i] ?? 0) + epsilon);
      }
      return sum;
    });
    const raised = excesses.map((excess, t) => {
      const first = state[tasks + t] ?? 0;
      if (first === 0) next[tasks + t] = excess;
      const weight = state[t] ?? 0;
      return first > 0 ? weight * Math.exp(Math.min((stepSize * excess) / first, largestExponent)) : weight;
    });
    const sum = raised.reduce((total, weight) => total + weight, 0);
    const weights = raised.map((weight) => (tasks * weight) / sum);
    next.set(weights);
    return { weights, state: next };
  },
});
