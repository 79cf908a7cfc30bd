/** The memory forecast: counts by hand, what it grows with, and what is refused. */
import { expect, it } from 'vitest';
import { forecastMemory, imageBudget, limitProblem, residentBytes } from './memory.ts';
import { planNetwork } from './plan.ts';
import { withPreset } from './presets/index.ts';
import type { Experiment } from './schema.ts';
import { leastNeeds } from './step-needs.ts';
import { experimentOn, pairsInfo, shapesInfo } from './testing.ts';

const experiment = experimentOn(pairsInfo);
const plan = planNetwork(experiment, pairsInfo);
const forecast = (training: Partial<Experiment['training']> = {}) =>
  forecastMemory(plan, { ...experiment.training, ...training }, pairsInfo);

it('adds up LeNet on Multi-Fashion as one does by hand', () => {
  const { parameters, gradients, optimiser, checkpoint, dataset, total, activations } = forecast();
  expect(parameters).toBe(3 * 4 * 47_450);
  expect(gradients).toBe(4 * 47_450);
  expect(optimiser).toBe(2 * 4 * 47_450);
  expect(checkpoint).toBe((1 + 2 * (1 + 2)) * 4 * 47_450);
  expect(dataset).toBe(24_000 * (36 * 36 + 2 * (4 + 4) + 4));
  expect(total).toBe(parameters + gradients + optimiser + checkpoint + activations + dataset);
});

it('counts what the first layer needs at the end, the most demanding moment of LeNet', () => {
  // Its input, its output, the gradients of that after and before its activation; what came before shares their room.
  const least = 4 * 256 * (36 * 36 + 3 * 32 * 32 * 10);
  const { activations, gradients } = forecast();
  expect(activations + gradients).toBeGreaterThan(least);
  expect(activations + gradients).toBeLessThan(1.3 * least);
});

it('grows with the batch, but never beyond the images there are', () => {
  const ratio = forecast({ batchSize: 512 }).activations / forecast().activations;
  expect(ratio).toBeCloseTo(2, 1);
  expect(forecast({ batchSize: 60_000 })).toEqual(forecast({ batchSize: 20_000 }));
});

it('knows what an optimiser keeps', () => {
  const sgd = { kind: 'sgd', nesterov: false, weightDecay: 0 } as const;
  expect(forecast({ optimiser: { ...sgd, momentum: 0.9 } }).optimiser).toBe(4 * 47_450);
  expect(forecast({ optimiser: { ...sgd, momentum: 0 } }).optimiser).toBe(0);
});

it('names the largest buffer', () => {
  expect(forecast({ batchSize: 16 }).largest).toEqual({ bytes: 24_000 * 36 * 36, name: 'the data set' });
  expect(forecast({ batchSize: 2048 }).largest).toEqual({
    bytes: 4 * 2048 * 32 * 32 * 10,
    name: 'the largest activation of a batch of 2048',
  });
  const large = withPreset(experimentOn(shapesInfo), 'multi-task-net');
  const small = { ...shapesInfo, counts: { train: 16, validation: 1, test: 1 } };
  const { largest } = forecastMemory(planNetwork(large, small), { ...large.training, batchSize: 1 }, small);
  expect(largest).toEqual({ bytes: 4 * 768 * 8192, name: 'the largest weight matrix' });
});

const limits = (bytes: number) => ({ maxBufferBytes: 2 ** 40, maxBindingBytes: bytes });

it('refuses a batch that does not fit the smaller limit, and says what would', () => {
  const large = forecast({ batchSize: 8192 });
  expect(limitProblem(large, limits(large.largest.bytes))).toBeUndefined();
  expect(limitProblem(large, limits(128 * 2 ** 20))).toEqual({
    path: 'training.batchSize',
    rule: 'the largest activation of a batch of 8192 must fit one buffer of this adapter, at most 134 MB',
    found: '336 MB',
    remedy: 'Use a smaller batch, fewer filters, or pool earlier.',
  });
});

it('refuses no data set for its size: one that does not fit streams, and a window is counted', () => {
  expect(limitProblem(forecast({ batchSize: 16 }), limits(1e6))).toBeUndefined();
  const budget = 1e6;
  const streamed = forecastMemory(
    plan,
    { ...experiment.training, batchSize: 16 },
    pairsInfo,
    leastNeeds,
    false,
    budget,
  );
  const whole = forecast({ batchSize: 16 });
  expect([whole.isStreamed, streamed.isStreamed]).toEqual([false, true]);
  expect(streamed.dataset).toBe(budget + 2 * 16 * 36 * 36 + 24_000 * (2 * (4 + 4) + 4));
  expect(whole.total - streamed.total).toBe(whole.dataset - streamed.dataset);
  expect(streamed.largest).toEqual({ bytes: budget, name: 'the window through which the data set streams' });
  expect(residentBytes(limits(1e6))).toBe(1e6);
  expect(residentBytes(limits(2 ** 40))).toBe(imageBudget);
});

it('refuses a layer whose weights do not fit', () => {
  const large = withPreset(experimentOn(shapesInfo), 'multi-task-net');
  const small = { ...shapesInfo, counts: { train: 16, validation: 1, test: 1 } };
  const needed = forecastMemory(planNetwork(large, small), { ...large.training, batchSize: 1 }, small);
  expect(limitProblem(needed, limits(1e6))).toMatchObject({
    path: 'trunk',
    rule: 'the largest weight matrix must fit one buffer of this adapter, at most 1.0 MB',
    remedy: 'Use a smaller layer.',
  });
});
