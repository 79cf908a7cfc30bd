/** What of a run's settings may change while it goes, and the checks that it does not change more. */
import { z } from 'zod';
import { problemOf } from '#experiment/parse.ts';
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { Training } from '#experiment/training.ts';
import { startingWeights } from '#strategies/index.ts';
import { stateNames } from './kernels/optimiser-update.ts';

/** The settings of before with the live changes. Throws Error in plain words where a change needs a new run. */
export function adjusted(before: Training, after: Training): Training {
  const fixed = (what: string) =>
    new Error(`${what} cannot change during a run: reset the run to use the new one.`);
  if (before.batchSize !== after.batchSize) throw fixed('The batch size');
  if (before.optimiser.kind !== after.optimiser.kind) throw fixed('The optimiser');
  if (stateNames(before.optimiser).length !== stateNames(after.optimiser).length)
    throw fixed('Momentum from or to 0');
  return after;
}

/** Throws Error in plain words where another experiment is about other data: other samples, parts or shuffling. */
export function requireSameData(before: Experiment, after: Experiment): void {
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  if (!same(before.data, after.data)) throw new Error('A run keeps its data set: train anew on another one.');
  if (before.seed !== after.seed) throw new Error('A run keeps its seed: train anew with another one.');
}

/** Throws in plain words where the experiment's multi-task method is unknown or its settings are invalid. */
export function checkStrategy({ strategy, tasks }: Pick<Experiment, 'strategy' | 'tasks'>): void {
  try {
    startingWeights(
      strategy,
      tasks.map(({ id }) => id),
    );
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const problems = error.issues.map((issue) => problemOf(issue, strategy.settings));
    throw new ExperimentError(problems.map((each) => ({ ...each, path: `strategy.settings.${each.path}` })));
  }
}
