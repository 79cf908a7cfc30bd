import { expect, test } from 'vitest';
import type { Evaluation } from '#engine/types.ts';
import { withValidation } from './run.ts';

const at = (step: number, seconds: number, outputs: Evaluation['outputs'] = {}): Evaluation => ({
  split: 'validation',
  step,
  seconds,
  tasks: {},
  meanLoss: 1,
  outputs,
});

test('a validation of new weights comes after the others', () => {
  expect(withValidation([at(10, 1)], at(20, 2)).map(({ step }) => step)).toEqual([10, 20]);
});

test('one of weights that were validated before takes the place of that, at the time of that', () => {
  const outputs = { shape: Float32Array.of(1, 2) };
  const after = withValidation([at(10, 1), at(20, 2)], at(10, 9, outputs));
  expect(after.map(({ step, seconds }) => [step, seconds])).toEqual([
    [10, 1],
    [20, 2],
  ]);
  expect(after[0]?.outputs).toBe(outputs);
});

test('curves stay in order where older weights were not validated here', () => {
  expect(withValidation([at(20, 2)], at(10, 9)).map(({ step }) => step)).toEqual([10, 20]);
});
