/** What a step of an experiment costs, from the document alone: for figures, and for axes in FLOPs or backward passes. */
import { infoFor } from '#data/resolve.ts';
import { costOfStep, type StepCost } from '#experiment/run-cost.ts';
import type { Experiment } from '#experiment/schema.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { isStrategy, strategyOf } from '#strategies/index.ts';

export type { StepCost };

const known = new WeakMap<Experiment, StepCost | null>();

/** The cost of a step; null where the data, the method or the network are none that can be here. Remembered per document. */
export function costOf(experiment: Experiment): StepCost | null {
  const before = known.get(experiment);
  if (before !== undefined) return before;
  const cost = counted(experiment);
  known.set(experiment, cost);
  return cost;
}

function counted(experiment: Experiment): StepCost | null {
  const { kind, gradients } = experiment.strategy;
  if (!isStrategy(kind)) return null;
  try {
    return costOfStep(experiment, infoFor(experiment.data), stepNeeds(strategyOf(kind), gradients));
  } catch {
    return null; // a document of other data, or a network that does not fit: there is nothing to count
  }
}
