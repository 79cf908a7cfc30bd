/**
 * Numbers that a method learns by gradient descent of its own, one per task, apart from the network's optimiser: plain
 * gradient descent or Adam (Kingma & Ba 2015, as in PyTorch: β 0.9 and 0.999, ε 1e-8), in TypeScript and in WGSL.
 *
 * The state begins with 3·T + 2 numbers: the T learned ones; Adam's running means of the gradients and of their squares, [T]
 * each; and the running means of 1 beside these two, by which Adam makes up for starting at 0.
 */
import { z } from 'zod';

const keptMean = 0.9;
const keptSquare = 0.999;
const epsilon = 1e-8;

/** The settings, to be spread into a schema. */
export const learning = (rate: number) => ({
  optimiser: z.enum(['adam', 'sgd']).default('adam').meta({
    title: 'Optimiser of the weights',
    description:
      'Adam moves the weights at its own steady pace; plain gradient descent by the size of the gradients.',
  }),
  learningRate: z.number().gt(0).max(10).default(rate).meta({
    title: 'Learning rate of the weights',
    description: 'How far the weights move per step, apart from the learning rate of the network.',
  }),
});

export interface Learning {
  readonly optimiser: 'adam' | 'sgd';
  readonly learningRate: number;
}

/** The settings as WGSL sees them. */
export function learningNumbers({ optimiser, learningRate }: Learning) {
  return { learningRate, adam: optimiser === 'adam' ? 1 : 0 };
}

/** How many numbers of the state {@link learned} and {@link learn} use. */
export const learningSize = (tasks: number) => 3 * tasks + 2;

/** The state before the first step, with `more` zeros of the method's own behind. */
export function learned(values: Float64Array, more = 0): Float64Array {
  const state = new Float64Array(learningSize(values.length) + more);
  state.set(values);
  return state;
}

/** The state after a step down the gradient [T]; a task with gradient undefined stays as it is. */
export function learn(
  state: Float64Array,
  gradient: readonly (number | undefined)[],
  { optimiser, learningRate }: Learning,
): Float64Array {
  const tasks = gradient.length;
  const next = state.slice();
  const at = (place: number) => next[place] ?? 0;
  for (const [place, kept] of [keptMean, keptSquare].entries())
    next[3 * tasks + place] = kept * at(3 * tasks + place) + (1 - kept);
  for (const [t, g] of gradient.entries()) {
    if (g === undefined) continue;
    next[tasks + t] = keptMean * at(tasks + t) + (1 - keptMean) * g;
    next[2 * tasks + t] = keptSquare * at(2 * tasks + t) + (1 - keptSquare) * g * g;
    const mean = at(tasks + t) / at(3 * tasks);
    const square = at(2 * tasks + t) / at(3 * tasks + 1);
    next[t] = at(t) - learningRate * (optimiser === 'adam' ? mean / (Math.sqrt(square) + epsilon) : g);
  }
  return next;
}

/** `begin_learning()` once per step, then `learn(t, gradient)` for each task that moves; of rules with these settings. */
export const learnWgsl = `
fn begin_learning() {
  state[3u * tasks] = fma(${keptMean}f, state[3u * tasks], ${1 - keptMean}f);
  state[3u * tasks + 1u] = fma(${keptSquare}f, state[3u * tasks + 1u], ${1 - keptSquare}f);
}
fn learn(t: u32, gradient: f32) {
  state[tasks + t] = fma(${keptMean}f, state[tasks + t], ${1 - keptMean}f * gradient);
  state[2u * tasks + t] = fma(${keptSquare}f, state[2u * tasks + t], ${1 - keptSquare}f * gradient * gradient);
  let mean = state[tasks + t] / state[3u * tasks];
  let square = state[2u * tasks + t] / state[3u * tasks + 1u];
  let direction = select(gradient, mean / (sqrt(square) + ${epsilon}f), setting_adam() != 0f);
  state[t] = fma(-setting_learningRate(), direction, state[t]);
}
`;
