/** What runs cost by their shapes: counts by hand on LeNet. */
import { expect, it } from 'vitest';
import { forecastMemory } from './memory.ts';
import { planNetwork } from './plan.ts';
import { ExperimentError } from './problem.ts';
import { costAfter, costOfStep, stepsFor, storageOfRun } from './run-cost.ts';
import { leastNeeds, stepNeeds, type StepNeeds } from './step-needs.ts';
import { experimentOn, pairsInfo } from './testing.ts';

const experiment = experimentOn(pairsInfo);
const plan = planNetwork(experiment, pairsInfo);
const { training } = experiment;
const gramian = stepNeeds({ needs: 'gramian' }, 'representation');
const exact = stepNeeds({ needs: 'gramian' }, 'parameters');
const cost = (needs: StepNeeds) => costOfStep(experiment, pairsInfo, needs);

it('counts three forward passes of the batch for a plain step, and one backward pass', () => {
  expect(cost(leastNeeds)).toEqual({ flops: 3 * 256 * plan.flops, backwardPasses: 1 });
});

it('counts a multiply-add as two operations', () => {
  const [dense] = plan.heads[0]?.layers.slice(-1) ?? [];
  expect(dense?.flops).toBe(2 * 10 * 50);
});

it('counts a backward pass of the trunk for each task and batch by all parameters', () => {
  expect(cost(gramian).backwardPasses).toBe(1);
  expect(cost(exact).backwardPasses).toBe(2);
  expect(cost({ ...exact, batches: 3 }).backwardPasses).toBe(6);
  const trunk = plan.trunk.reduce((sum, { flops }) => sum + flops, 0);
  expect(cost(exact).flops).toBeGreaterThan(256 * (5 * trunk + 3 * (plan.flops - trunk)));
});

it('grows with the steps, and tells how many steps some arithmetic is', () => {
  const each = cost(exact);
  expect(costAfter(each, 780)).toEqual({ flops: 780 * each.flops, backwardPasses: 1560 });
  expect(costAfter(each, 0).flops).toBe(0);
  expect(stepsFor(each, 780 * each.flops)).toBe(780);
  expect(stepsFor(each, 1)).toBe(1);
});

it('takes no more of a batch than there are images', () => {
  const few = { ...pairsInfo, counts: { ...pairsInfo.counts, train: 100 } };
  expect(costOfStep(experiment, few, leastNeeds).flops).toBe(3 * 100 * plan.flops);
});

it('throws where the network does not fit', () => {
  const small = { ...pairsInfo, image: { ...pairsInfo.image, height: 2, width: 2 } };
  expect(() => costOfStep(experiment, small, leastNeeds)).toThrow(ExperimentError);
});

it('forecasts storage: a row per step, the last outputs, and two checkpoints with their best weights', () => {
  const { curves, checkpoints, total } = storageOfRun(plan, training, pairsInfo, leastNeeds, null);
  const steps = 10 * 78;
  expect(curves).toBe(4 * (steps * (4 + 3 * 2) + 4000 * 20));
  // Adam keeps two numbers per parameter; best weights by the mean and by each of two tasks.
  expect(checkpoints).toBe(2 * 4 * plan.parameterCount * (1 + 2 + 3));
  expect(forecastMemory(plan, training, pairsInfo).optimiser).toBe(8 * plan.parameterCount);
  expect(total).toBe(curves + checkpoints);
});

it('adds the measured gradients, of every step where the method needs them', () => {
  const curves = (needs: StepNeeds, every: number | null) =>
    storageOfRun(plan, training, pairsInfo, needs, every).curves;
  const none = curves(leastNeeds, null);
  const layers = plan.trunk.filter(({ parameterCount }) => parameterCount > 0).length;
  expect(curves(leastNeeds, 50) - none).toBe(4 * 15 * (5 + 3 * layers + 2));
  expect(curves(gramian, null) - none).toBe(4 * 780 * 5);
});

it('keeps one checkpoint of a run without a validation', () => {
  const bare = { ...pairsInfo, counts: { ...pairsInfo.counts, validation: 0 } };
  const { checkpoints } = storageOfRun(plan, training, bare, leastNeeds, null);
  expect(checkpoints).toBe(4 * plan.parameterCount * 3);
});
