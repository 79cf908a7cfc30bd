/** Whether an experiment's multi-task method is one that is there, with settings that it knows. */
import { z } from 'zod';
import { problemOf } from '#experiment/parse.ts';
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { startingWeights } from '#strategies/index.ts';

/** Throws ExperimentError where the method is unknown or its settings are invalid. */
export function checkMethod({ strategy, tasks }: Pick<Experiment, 'strategy' | 'tasks'>): void {
  try {
    startingWeights(
      strategy,
      tasks.map(({ id }) => id),
    );
  } catch (error) {
    if (error instanceof z.ZodError) {
      const at = ['strategy', 'settings'];
      throw new ExperimentError(
        error.issues.map((issue) => problemOf({ ...issue, path: [...at, ...issue.path] }, { strategy })),
      );
    }
    const rule = error instanceof Error ? error.message : String(error);
    throw new ExperimentError([
      { path: 'strategy.kind', rule, found: strategy.kind, remedy: 'Choose another strategy.' },
    ]);
  }
}
