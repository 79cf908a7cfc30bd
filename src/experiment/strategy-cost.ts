/** What a multi-task method costs over equal weights, before anything runs. */
import { sizeOf } from '#lib/shape.ts';
import type { DatasetInfo } from './dataset-info.ts';
import { forecastMemory } from './memory.ts';
import type { NetworkPlan } from './plan.ts';
import { leastNeeds, type StepNeeds } from './step-needs.ts';
import { effectiveBatchSize, type Training } from './training.ts';

export interface StrategyCost {
  /** Floating-point operations of a step, times those of equal weights. */
  readonly arithmetic: number;
  /** GPU memory beyond that of equal weights. */
  readonly bytes: number;
}

/**
 * Floating-point operations of a training step: a backward pass is counted as two forward ones. The heads go back once on each
 * batch, the trunk once on one, or for each task on each; the products of T gradients of n numbers take T(T+1)n, adding them
 * up 2Tn.
 */
export function flopsOfStep(plan: NetworkPlan, batch: number, needs: StepNeeds): number {
  const trunk = plan.trunk.reduce((sum, { flops }) => sum + flops, 0);
  const heads = plan.flops - trunk;
  const { gradients, batches, looksAgain } = needs;
  const count = batches * plan.heads.length;
  const passes = gradients === 'parameters' ? count : 1;
  const again = looksAgain ? plan.flops : 0;
  const networks = batch * (batches * (trunk + 3 * heads) + 2 * passes * trunk + again);
  if (gradients === 'none') return networks;
  const length = gradients === 'parameters' ? plan.sharedParameterCount : batch * sizeOf(plan.representation);
  return networks + count * (count + 3) * length;
}

/** The cost of a step of a plan, from the shapes alone: not measured. */
export function strategyCost(
  plan: NetworkPlan,
  training: Training,
  info: DatasetInfo,
  needs: StepNeeds,
): StrategyCost {
  const batch = effectiveBatchSize(info.counts.train, training.batchSize);
  const bytesWith = (each: StepNeeds) => forecastMemory(plan, training, info, each).total;
  return {
    arithmetic: flopsOfStep(plan, batch, needs) / flopsOfStep(plan, batch, leastNeeds),
    bytes: bytesWith(needs) - bytesWith(leastNeeds),
  };
}
