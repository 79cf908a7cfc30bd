/** Estimates of a step's time, and what of a run is left. */
import { expect, it } from 'vitest';
import { estimateStep, secondsOf, stepKey, workLeft, type MeasuredStep } from './step-estimate.ts';
import { experimentOn, pairsInfo, shapesInfo } from './testing.ts';

const entry = (change: Partial<MeasuredStep>): MeasuredStep => ({
  key: 'other',
  milliseconds: 10,
  flops: 1e9,
  origin: 'run',
  at: 0,
  ...change,
});

it('takes the latest measurement of the same step', () => {
  const measured = [
    entry({ key: 'a', milliseconds: 12, at: 1 }),
    entry({ key: 'a', milliseconds: 9, at: 3 }),
    entry({ at: 5 }),
  ];
  expect(estimateStep(measured, 'a', 7)).toMatchObject({ milliseconds: 9, basis: 'measured', factor: 1.3 });
});

it('else scales the nearest network by its arithmetic, the less sure the further it is', () => {
  const measured = [
    entry({ flops: 1e9, milliseconds: 10 }),
    entry({ flops: 1e11, milliseconds: 500, at: 1 }),
  ];
  const near = estimateStep(measured, 'a', 2e11);
  expect(near).toMatchObject({ milliseconds: 1000, basis: 'scaled' });
  expect(estimateStep(measured, 'a', 1e11)?.factor).toBe(2);
  expect(estimateStep(measured, 'a', 1e12)?.factor).toBeCloseTo(4, 10);
  expect(estimateStep(measured, 'a', 1e8)?.milliseconds).toBe(1);
});

it('says nothing where nothing was measured', () => {
  expect(estimateStep([], 'a', 1e9)).toBeNull();
});

it('knows a step by what its time depends on, and by nothing else', () => {
  const experiment = experimentOn(pairsInfo);
  const key = stepKey(experiment, pairsInfo);
  const { training } = experiment;
  const same = [
    { ...experiment, name: 'Another', seed: 9 },
    {
      ...experiment,
      training: { ...training, learningRate: 1, length: { unit: 'steps', count: 3 } as const },
    },
  ];
  for (const other of same) expect(stepKey(other, pairsInfo)).toBe(key);
  const others = [
    { ...experiment, trunk: experiment.trunk.slice(1) },
    { ...experiment, training: { ...training, batchSize: 128 } },
    { ...experiment, strategy: { ...experiment.strategy, kind: 'mgda' } },
    { ...experiment, strategy: { ...experiment.strategy, gradients: 'parameters' as const } },
    { ...experiment, augmentation: { ...experiment.augmentation, flip: true } },
    { ...experiment, tasks: experiment.tasks.slice(1) },
  ];
  for (const other of others) expect(stepKey(other, pairsInfo)).not.toBe(key);
  expect(stepKey(experiment, shapesInfo)).not.toBe(key);
});

it('counts the validations that are left, the last one and the test', () => {
  const counts = { train: 1000, validation: 10, test: 100 };
  expect(workLeft(0, 100, 25, counts)).toEqual({ steps: 100, images: 4 * 10 + 100 });
  expect(workLeft(30, 100, 25, counts)).toEqual({ steps: 70, images: 3 * 10 + 100 });
  expect(workLeft(0, 90, 25, counts)).toEqual({ steps: 90, images: 4 * 10 + 100 });
  expect(workLeft(80, 90, 25, counts)).toEqual({ steps: 10, images: 10 + 100 });
  expect(workLeft(90, 90, 25, counts)).toEqual({ steps: 0, images: 0 });
  expect(secondsOf({ steps: 100, images: 200 }, 20, 5)).toBe(3);
});
