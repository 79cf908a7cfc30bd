import { expect, test } from 'vitest';
import { kernelRows } from './kernel-rows.ts';

const kernel = { problem: '', variant: '', choice: 'only', count: 1, flops: 0 } as const;
const details = {
  mode: 'replayed',
  dispatches: 4,
  uploadedBytes: 0,
  planBytes: 0,
  heldBytes: 0,
  stepsPerSubmit: 1,
  stepMilliseconds: 20,
  scriptMilliseconds: 1,
} as const;

test('orders kernels by their share of the step, and gives their speed', () => {
  const rows = kernelRows({
    ...details,
    kernels: [
      { ...kernel, name: 'relu' },
      { ...kernel, name: 'unmeasured', flops: 1e9 },
      { ...kernel, name: 'small', flops: 2e6, milliseconds: 1 },
      { ...kernel, name: 'uncounted', milliseconds: 4 },
      { ...kernel, name: 'large', flops: 3e7, milliseconds: 10 },
    ],
  });
  expect(rows.map(({ name }) => name)).toEqual(['large', 'uncounted', 'small', 'unmeasured', 'relu']);
  expect(rows.map(({ share }) => share)).toEqual([0.5, 0.2, 0.05, Number.NaN, Number.NaN]);
  expect(rows.map(({ gigaflops }) => gigaflops)).toEqual([3, Number.NaN, 2, Number.NaN, Number.NaN]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(5);
});

test('knows no shares before the first step', () => {
  const kernels = [{ ...kernel, name: 'large', flops: 3e7, milliseconds: 10 }];
  expect(kernelRows({ ...details, stepMilliseconds: Number.NaN, kernels })[0]?.share).toBeNaN();
});
