import { expect, test } from 'vitest';
import { calmerRate } from './stable-rate.ts';
import { optimiserSchema } from './training.ts';

test('suggests a tenth of the rate, and never one that is known to be too high', () => {
  const sgd = optimiserSchema.parse({ kind: 'sgd' });
  expect(calmerRate({ learningRate: 0.3, optimiser: sgd })).toBe(0.03);
  expect(calmerRate({ learningRate: 100, optimiser: sgd })).toBe(0.05);
  expect(calmerRate({ learningRate: 100, optimiser: optimiserSchema.parse({ kind: 'adam' }) })).toBe(0.002);
  expect(calmerRate({ learningRate: 0.0012345, optimiser: sgd })).toBe(0.000123);
});
