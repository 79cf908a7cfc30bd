/** Where the steps of a run lie on the axis that runs are compared on: in steps, epochs, seconds, FLOPs, backward passes. */
import { infoFor } from '#data/resolve.ts';
import { ExperimentError } from '#experiment/problem.ts';
import { costOfStep } from '#experiment/run-cost.ts';
import type { Experiment } from '#experiment/schema.ts';
import { stepNeeds } from '#experiment/step-needs.ts';
import { effectiveBatchSize, stepsPerEpoch } from '#experiment/training.ts';
import type { CompareAxis } from '#stores/compare.ts';
import { strategyOf } from '#strategies/index.ts';

export const axisNames: Readonly<Record<CompareAxis, string>> = {
  step: 'Step',
  epoch: 'Epoch',
  seconds: 'Seconds',
  flops: 'FLOPs',
  passes: 'Backward passes',
};

/** What one step is on every axis but that of time. */
type Units = Readonly<Record<Exclude<CompareAxis, 'seconds'>, number>>;

const units = new WeakMap<Experiment, Units>();

function work(experiment: Experiment): Units {
  try {
    const info = infoFor(experiment.data);
    const { train } = info.counts;
    const epoch = stepsPerEpoch(train, effectiveBatchSize(train, experiment.training.batchSize));
    const { kind, gradients } = experiment.strategy;
    const cost = costOfStep(experiment, info, stepNeeds(strategyOf(kind), gradients));
    return { step: 1, epoch: 1 / epoch, flops: cost.flops, passes: cost.backwardPasses };
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    return { step: 1, epoch: Number.NaN, flops: Number.NaN, passes: Number.NaN }; // its data set is not here
  }
}

/** What one step of an experiment is on an axis; NaN where its data set is not here to tell. */
export function unitOf(experiment: Experiment, axis: Exclude<CompareAxis, 'seconds'>): number {
  let known = units.get(experiment);
  if (!known) units.set(experiment, (known = work(experiment)));
  return known[axis];
}

/** Whether a run has a place on an axis. */
export function isOnAxis(experiment: Experiment, axis: CompareAxis): boolean {
  return axis === 'seconds' || !Number.isNaN(unitOf(experiment, axis));
}
