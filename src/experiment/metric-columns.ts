/** What a training step reports, as the columns of one row of numbers. */
import { pairsOf } from '#lib/gramian.ts';

/**
 * Columns of a metrics row, one row per training step, T tasks:
 * step, seconds of training, learning rate, gradient norm (before clipping), T losses, T training metrics, T task weights.
 */
export function metricColumns(tasks: readonly string[]): string[] {
  return [
    'step',
    'seconds',
    'learningRate',
    'gradientNorm',
    ...tasks.map((task) => `loss/${task}`),
    ...tasks.map((task) => `metric/${task}`),
    ...tasks.map((task) => `weight/${task}`),
  ];
}

/**
 * Columns of a row of Gramians of T task gradients: step (trained when it was measured, the one of that batch included),
 * whether the gradients were by all shared parameters (1) or by the shared representation (0), then the products.
 */
export function gramianColumns(tasks: number): string[] {
  return ['step', 'byParameters', ...pairsOf(tasks).map(([i, j]) => gramianColumn(i, j))];
}

/** The column of the product of the gradients of tasks i ≤ j. */
function gramianColumn(i: number, j: number): string {
  return `gramian/${i}/${j}`;
}
