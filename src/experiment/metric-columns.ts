/** What a training step reports, as the columns of one row of numbers. */

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
