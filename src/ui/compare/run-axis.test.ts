/** Where steps lie on the axes by which runs are compared. */
import { expect, it } from 'vitest';
import { infoFor } from '#data/resolve.ts';
import { costOfStep } from '#experiment/run-cost.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { strategyOf } from '#strategies/index.ts';
import { experiment } from '../runs/testing.ts';
import { isOnAxis, unitOf } from './run-axis.ts';

const { data, training } = experiment;

it('counts the work of a step as the experiment does', () => {
  const method = { kind: 'mgda', settings: {}, gradients: 'parameters' } as const;
  const mgda = { ...experiment, strategy: method };
  const needs = stepNeeds(strategyOf('mgda'), 'parameters');
  expect(unitOf(mgda, 'flops')).toBe(costOfStep(mgda, infoFor(data), needs).flops);
  expect([unitOf(mgda, 'passes'), unitOf(experiment, 'passes'), unitOf(experiment, 'step')]).toEqual([
    2, 1, 1,
  ]);
  expect(unitOf(mgda, 'flops')).toBeGreaterThan(unitOf(experiment, 'flops'));
});

it('counts epochs by batches that are whole', () => {
  const half = { ...experiment, training: { ...training, batchSize: infoFor(data).counts.train / 2 } };
  expect(unitOf(half, 'epoch')).toBe(0.5);
});

it('has no place for work of a data set that is not here, but for its steps and seconds', () => {
  const gone = { ...experiment, data: { source: 'not-here', settings: {} } };
  expect(
    (['step', 'seconds', 'epoch', 'flops', 'passes'] as const).map((axis) => isOnAxis(gone, axis)),
  ).toEqual([true, true, false, false, false]);
});
