/** Learning rates that training seldom survives, and what to try instead. */
import type { Optimiser, Training } from './training.ts';

/** Rates above these are seldom stable: rules of thumb for the networks that train here. */
export const highestStableRates: Readonly<Record<Optimiser['kind'], number>> = {
  sgd: 0.5,
  adam: 0.02,
  adamw: 0.02,
};

/** A rate to go on with after a breakdown: a tenth, and a tenth of the highest at most; three digits. */
export function calmerRate({
  learningRate,
  optimiser,
}: Pick<Training, 'learningRate' | 'optimiser'>): number {
  const rate = Math.min(learningRate, highestStableRates[optimiser.kind]) / 10;
  return Number(rate.toPrecision(3));
}
