/** What an experiment's data reference points at: a built-in data set, or one of the reader's that this thread knows of. */
import { z } from 'zod';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { problemOf } from '#experiment/parse.ts';
import { describe, ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';
import { type BuiltinDataset } from './builtin/builtin.ts';
import { builtinDatasets } from './builtin/index.ts';
import { isOwnSet, type SetManifest } from './sets/manifest.ts';
import { registeredSet } from './sets/registry.ts';
import { infoOf, parseSettings, settingsSchema } from './sets/settings.ts';

type DataReference = Experiment['data'];

/** What an experiment is told whose data set is not here. */
const missingSet = {
  rule: 'is not kept in this browser',
  remedy: 'Import this data set again, or open the run where it was trained.',
} as const;

/** The built-in set of a reference. Throws ExperimentError for an unknown one. */
export function builtinFor(data: DataReference): BuiltinDataset {
  const found = Object.values(builtinDatasets).find(({ id }) => id === data.source);
  if (found) return found;
  const problem = { path: 'data.source', found: describe(data.source) };
  if (isOwnSet(data.source)) throw new ExperimentError([{ ...problem, ...missingSet }]);
  const remedy = `Use one of ${Object.keys(builtinDatasets).join(', ')}.`;
  throw new ExperimentError([{ ...problem, rule: 'must be a data set that is here', remedy }]);
}

/** Does something with settings. Throws ExperimentError where they are not those of the data set. */
function withSettings<Result>(data: DataReference, work: () => Result): Result {
  try {
    return work();
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
 * What a reference's data set is, before it is built; of a deleted one what it was. Throws ExperimentError for an unknown set or
 * invalid settings.
 */
export function infoFor(data: DataReference): DatasetInfo {
  const own = registeredSet(data.source);
  return withSettings(data, () =>
    own ? infoOf(own, parseSettings(own, data.settings)) : builtinFor(data).info(data.settings),
  );
}

/** The schema of a reference's settings, flat. Throws ExperimentError for an unknown set. */
export function settingsFor(data: DataReference): z.ZodObject {
  const own = registeredSet(data.source);
  return own ? settingsSchema(own) : builtinFor(data).settings;
}

/** The settings with defaults filled in. Throws ExperimentError for an unknown set or invalid settings. */
function fullSettings(data: DataReference): Readonly<Record<string, unknown>> {
  const own = registeredSet(data.source);
  return withSettings(data, () =>
    own ? { ...parseSettings(own, data.settings) } : builtinFor(data).settings.parse(data.settings),
  );
}

/**
 * Whether two references point at the same data set with the same settings, defaults filled in. Throws ExperimentError for
 * an unknown set.
 */
export function isSameData(one: DataReference, other: DataReference): boolean {
  const textOf = (data: DataReference) => {
    infoFor(data); // throws where they are invalid
    return JSON.stringify(Object.entries(fullSettings(data)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };
  return one.source === other.source && textOf(one) === textOf(other);
}

/** The reference with the revision that it means: an edit of labels later changes no experiment that was there before. */
export function pinned(data: DataReference): DataReference {
  const own = registeredSet(data.source);
  if (!own || data.settings['revision'] !== undefined) return data;
  return { ...data, settings: { ...data.settings, revision: latestOf(own) } };
}

const latestOf = (own: SetManifest): number => own.revisions.at(-1)?.number ?? 1;
