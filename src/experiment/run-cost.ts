/**
 * What a run costs by its shapes alone: arithmetic and backward passes of its steps, and what keeping it takes of storage.
 * Nothing here is measured. The conventions, on which all axes and figures rest:
 * a multiply-add is two operations, a backward pass is two forward ones, and validations do not count as training.
 */
import { sizeOf } from '#lib/shape.ts';
import type { DatasetInfo } from './dataset-info.ts';
import { forecastMemory } from './memory.ts';
import { gramianColumns, metricColumns } from './metric-columns.ts';
import { planNetwork, type NetworkPlan } from './plan.ts';
import type { Experiment } from './schema.ts';
import type { StepNeeds } from './step-needs.ts';
import { flopsOfStep } from './strategy-cost.ts';
import { effectiveBatchSize, spanInSteps, type Training } from './training.ts';

export interface StepCost {
  /** Floating-point operations of one training step: forward, backward, and the method's products of gradients. */
  readonly flops: number;
  /**
   * Times that the trunk is gone back through in a step: once, but for methods that look at the gradients by all shared
   * parameters: once per task, and as often for each batch of those that draw several.
   */
  readonly backwardPasses: number;
}

/** The cost of one training step of a plan. */
export function costOfPlan(
  plan: NetworkPlan,
  training: Training,
  info: DatasetInfo,
  needs: StepNeeds,
): StepCost {
  const batch = effectiveBatchSize(info.counts.train, training.batchSize);
  const passes = needs.gradients === 'parameters' ? needs.batches * plan.heads.length : 1;
  return { flops: flopsOfStep(plan, batch, needs), backwardPasses: passes };
}

/**
 * The cost of one training step of an experiment. Throws ExperimentError where the network does not fit the data.
 * @param info of its data set
 * @param needs of its multi-task method
 */
export function costOfStep(experiment: Experiment, info: DatasetInfo, needs: StepNeeds): StepCost {
  return costOfPlan(planNetwork(experiment, info), experiment.training, info, needs);
}

/** What so many steps have cost together: for x axes, and for "trained with as much arithmetic". */
export function costAfter({ flops, backwardPasses }: StepCost, steps: number): StepCost {
  return { flops: flops * steps, backwardPasses: backwardPasses * steps };
}

/** Steps that cost as much arithmetic as `flops`, at least one. */
export function stepsFor({ flops }: StepCost, budget: number): number {
  return Math.max(1, Math.round(budget / flops));
}

/** Bytes that keeping a run takes, once it is done. */
export interface StorageForecast {
  /** A row per step, measured gradients, and the outputs of the last validation and of the test. */
  readonly curves: number;
  /** The two checkpoints that stay, each with as many best weights as there may be. */
  readonly checkpoints: number;
  readonly total: number;
}

/** Numbers of all rows of measured gradients, by step and by layer of the trunk. */
function numbersOfGradients(
  plan: NetworkPlan,
  needs: StepNeeds,
  steps: number,
  every: number | null,
): number {
  const tasks = plan.heads.length;
  const columns = gramianColumns(tasks).length;
  const measured = every === null || tasks < 2 ? 0 : Math.floor(steps / every);
  const layers = plan.trunk.filter(({ parameterCount }) => parameterCount > 0).length;
  const rows = needs.gradients === 'none' ? measured : steps;
  return rows * columns + measured * (layers * (columns - 2) + tasks);
}

/**
 * What keeping a run takes at most.
 * @param watchEvery steps between two measurements of the task gradients; null for none
 */
export function storageOfRun(
  plan: NetworkPlan,
  training: Training,
  info: DatasetInfo,
  needs: StepNeeds,
  watchEvery: number | null,
): StorageForecast {
  const inSteps = (span: Training['length']) =>
    spanInSteps(span, info.counts.train, effectiveBatchSize(info.counts.train, training.batchSize));
  const steps = inSteps(training.length);
  const tasks = plan.heads.map(({ task }) => task.id);
  const outputs = plan.heads.reduce((sum, { layers }) => sum + sizeOf(layers.at(-1)?.output ?? []), 0);
  const evaluated = info.counts.validation + info.counts.test;
  const curves =
    4 *
    (steps * metricColumns(tasks).length +
      numbersOfGradients(plan, needs, steps, watchEvery) +
      evaluated * outputs);
  const validations = info.counts.validation > 0 ? Math.ceil(steps / inSteps(training.validateEvery)) : 0;
  // The best by the mean, and the best of each task, each set of weights once.
  const best = Math.min(validations, tasks.length > 1 ? tasks.length + 1 : 1);
  const weights = 4 * plan.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const { optimiser, method } = forecastMemory(plan, training, info, needs);
  const checkpoints = Math.max(1, Math.min(2, validations)) * (weights * (1 + best) + optimiser + method);
  return { curves, checkpoints, total: curves + checkpoints };
}
