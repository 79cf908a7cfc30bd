/** The same experiment with several seeds: how much of a difference is chance? */
import { describe, ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import type { StudyPlan } from './study.ts';

/** More would be a mistake of typing. */
const mostSeeds = 1000;

/** The largest that the schema takes. */
const largestSeed = 0xffffffff;

/**
 * Plans runs with the seeds S, S + 1, … from the experiment's own on. A seed decides initial weights, composition of the
 * data, order of the batches, and augmentation.
 * Throws ExperimentError for a count that is none, or seeds that would pass the largest.
 */
export function seedStudy(experiment: Experiment, count: number): StudyPlan {
  const { seed } = experiment;
  if (!Number.isInteger(count) || count < 1 || count > mostSeeds)
    throw new ExperimentError([
      {
        path: 'seeds',
        rule: `must be a whole number from 1 to ${mostSeeds}`,
        found: describe(count),
        remedy: 'Three to five tell most.',
      },
    ]);
  if (seed + count - 1 > largestSeed)
    throw new ExperimentError([
      {
        path: 'seed',
        rule: `${count} seeds from ${seed} on would pass ${largestSeed}, the largest`,
        found: describe(seed),
        remedy: 'Begin with a smaller one.',
      },
    ]);
  return {
    kind: 'seeds',
    name: `${count} seeds`,
    members: Array.from({ length: count }, (_, n) => ({
      label: `seed ${seed + n}`,
      experiment: { ...experiment, seed: seed + n },
    })),
    turn: null,
    stopping: null,
    budget: null,
    baseline: null,
  };
}
