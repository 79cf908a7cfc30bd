/** What methods cost: counts by hand on LeNet. */
import { expect, it } from 'vitest';
import { forecastMemory } from './memory.ts';
import { planNetwork } from './plan.ts';
import { leastNeeds, stepNeeds, type MethodNeeds } from './step-needs.ts';
import { strategyCost } from './strategy-cost.ts';
import { experimentOn, pairsInfo, shapesInfo } from './testing.ts';

const experiment = experimentOn(pairsInfo);
const plan = planNetwork(experiment, pairsInfo);
const { training } = experiment;
const trunk = plan.trunk.reduce((sum, { flops }) => sum + flops, 0);
const heads = plan.flops - trunk;
const [T, P] = [2, plan.sharedParameterCount];
const cost = (method: MethodNeeds, by: 'representation' | 'parameters' = 'representation') =>
  strategyCost(plan, training, pairsInfo, stepNeeds(method, by));
/** Times equal weights, with `extra` operations per batch of 256. */
const times = (network: number, extra = 0) => (network + extra / 256) / (3 * plan.flops);

it('is nothing for a method of losses, and one forward pass more for one that looks again', () => {
  expect(cost({ needs: 'losses' })).toEqual({ arithmetic: 1, bytes: 0 });
  const again = cost({ needs: 'losses', observe: () => {} });
  expect(again.arithmetic).toBeCloseTo(4 / 3, 10);
});

it('is next to nothing by the representation', () => {
  const { arithmetic, bytes } = cost({ needs: 'gramian' });
  expect(plan.representation).toEqual([50]);
  expect(arithmetic).toBeCloseTo(times(3 * plan.flops, T * (T + 3) * 256 * 50), 10);
  expect(arithmetic).toBeLessThan(1.01);
  expect(bytes).toBeGreaterThanOrEqual(0);
  expect(bytes).toBeLessThanOrEqual(4 * T * 256 * 50);
});

it('is a backward pass of the trunk per task by all parameters, whose gradients are kept', () => {
  const { arithmetic } = cost({ needs: 'gramian' }, 'parameters');
  expect(arithmetic).toBeCloseTo(times(trunk * 5 + heads * 3, T * (T + 3) * P), 10);
  expect(cost({ needs: 'gramian', gradients: 'parameters' })).toEqual(
    cost({ needs: 'gramian' }, 'parameters'),
  );
  // Where weights are large beside the activations, it is they that count: one set more for the second task.
  const large = planNetwork(experiment, { ...pairsInfo, image: { ...pairsInfo.image, height: 200 } });
  const one = { ...training, batchSize: 1 };
  const { bytes } = strategyCost(large, one, pairsInfo, stepNeeds({ needs: 'gramian' }, 'parameters'));
  expect(bytes / (4 * large.sharedParameterCount)).toBeGreaterThan(0.9);
  expect(bytes / (4 * large.sharedParameterCount)).toBeLessThan(1.2);
});

it('is three times that for a method of three batches', () => {
  const three = cost({ needs: 'gramian', gradients: 'parameters', batches: 3 });
  const six = 3 * T;
  expect(three.arithmetic).toBeCloseTo(times(3 * (trunk * 5 + heads * 3), six * (six + 3) * P), 10);
});

it('has a method that remembers gradients keep a matrix, which goes into the checkpoints, too', () => {
  const jacobian = { needs: 'jacobian', gradients: 'parameters' } as const;
  const needs = stepNeeds({ ...jacobian, remembers: true }, 'representation');
  expect(needs).toMatchObject({ gradients: 'parameters', matrix: true, keepsMatrix: true });
  const { method, checkpoint } = forecastMemory(plan, training, pairsInfo, needs);
  expect(method).toBe(4 * T * P);
  expect(checkpoint).toBe(forecastMemory(plan, training, pairsInfo).checkpoint + 2 * method);
  const forgets = cost(jacobian).bytes;
  expect(cost({ ...jacobian, remembers: true }).bytes - forgets).toBeGreaterThanOrEqual(3 * method);
  expect(forgets).toBeGreaterThanOrEqual(cost({ needs: 'gramian' }, 'parameters').bytes);
});

it('stays quick and finite for forty tasks', () => {
  const column = { id: 'shape', name: 'shape', kind: 'class', classes: ['a', 'b'] } as const;
  const columns = Array.from({ length: 40 }, (_, t) => ({ ...column, id: `t${t}` }));
  const info = { ...shapesInfo, columns };
  const many = experimentOn(info);
  const network = planNetwork(many, info);
  expect(network.heads).toHaveLength(40);
  for (const by of ['representation', 'parameters'] as const) {
    const needs = stepNeeds({ needs: 'gramian', batches: 3 }, by);
    const { arithmetic, bytes } = strategyCost(network, many.training, info, needs);
    expect(arithmetic).toBeGreaterThan(1.6);
    expect(bytes).toBeGreaterThan(0);
    expect(Number.isFinite(arithmetic + bytes)).toBe(true);
  }
  expect(strategyCost(network, many.training, info, leastNeeds)).toEqual({ arithmetic: 1, bytes: 0 });
});
