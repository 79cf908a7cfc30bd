/** What a step of an experiment costs, from the document alone: for figures, and for axes in FLOPs or backward passes. */
import { infoFor } from '#data/resolve.ts';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { planNetwork, type NetworkPlan } from '#experiment/plan.ts';
import { costOfPlan, type StepCost } from '#experiment/run-cost.ts';
import type { Experiment } from '#experiment/schema.ts';
import { stepKey } from '#experiment/step-estimate.ts';
import { stepNeeds, type StepNeeds } from '#experiment/step-needs.ts';
import { isStrategy, strategyOf } from '#strategies/index.ts';

export type { StepCost };

/** All that a forecast begins with. */
export interface RunOutline {
  readonly info: DatasetInfo;
  readonly plan: NetworkPlan;
  readonly needs: StepNeeds;
  readonly cost: StepCost;
  /** Stands for all that the time of a step depends on, but for the adapter. */
  readonly key: string;
}

const known = new WeakMap<Experiment, RunOutline | null>();

/** Null where the data, the method or the network are none that can be here. Remembered per document. */
export function outlineOf(experiment: Experiment): RunOutline | null {
  const before = known.get(experiment);
  if (before !== undefined) return before;
  const outline = outlined(experiment);
  known.set(experiment, outline);
  return outline;
}

/** The cost of a step; null where the data, the method or the network are none that can be here. */
export function costOf(experiment: Experiment): StepCost | null {
  return outlineOf(experiment)?.cost ?? null;
}

function outlined(experiment: Experiment): RunOutline | null {
  const { kind, gradients } = experiment.strategy;
  if (!isStrategy(kind)) return null;
  try {
    const info = infoFor(experiment.data);
    const plan = planNetwork(experiment, info);
    const needs = stepNeeds(strategyOf(kind), gradients);
    const cost = costOfPlan(plan, experiment.training, info, needs);
    return { info, plan, needs, cost, key: stepKey(experiment, info) };
  } catch {
    return null; // a document of other data, or a network that does not fit: there is nothing to count
  }
}
