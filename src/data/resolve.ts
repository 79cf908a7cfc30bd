/** What an experiment's data reference points at. */
import { z } from 'zod';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { problemOf } from '#experiment/parse.ts';
import { describe, ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { type BuiltinDataset } from './builtin/builtin.ts';
import { builtinDatasets } from './builtin/index.ts';

/** The built-in set of a reference. Throws ExperimentError for an unknown one. */
export function builtinFor(data: Experiment['data']): BuiltinDataset {
  const found = Object.values(builtinDatasets).find(({ id }) => id === data.source);
  if (found) return found;
  throw new ExperimentError([
    {
      path: 'data.source',
      rule: 'must be a data set that is here',
      found: describe(data.source),
      remedy: `Use one of ${Object.keys(builtinDatasets).join(', ')}.`,
    },
  ]);
}

/** What a reference's data set is, before it is built. Throws ExperimentError for an unknown set or invalid settings. */
export function infoFor(data: Experiment['data']): DatasetInfo {
  const builtin = builtinFor(data);
  try {
    return builtin.info(data.settings);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const document = { data };
    throw new ExperimentError(
      error.issues.map((issue) =>
        problemOf({ ...issue, path: ['data', 'settings', ...issue.path] }, document),
      ),
    );
  }
}

/**
 * Whether two references point at the same data set with the same settings, defaults filled in. Throws ExperimentError for
 * an unknown set.
 */
export function isSameData(one: Experiment['data'], other: Experiment['data']): boolean {
  const settingsOf = (data: Experiment['data']) => {
    infoFor(data); // throws where they are invalid
    return JSON.stringify(builtinFor(data).settings.parse(data.settings));
  };
  return one.source === other.source && settingsOf(one) === settingsOf(other);
}
