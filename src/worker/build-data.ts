/** Builds the data set of a reference: a built-in one, or one of the reader's, read from where it is kept. */
import type { ByteSource } from '#data/byte-source.ts';
import { builtinIds } from '#data/builtin/builtin.ts';
import { builtinDatasets } from '#data/builtin/index.ts';
import type { Dataset } from '#data/dataset.ts';
import type { OnProgress } from '#data/pace.ts';
import { loadSet } from '#data/sets/load-set.ts';
import { isOwnSet } from '#data/sets/manifest.ts';
import { problemOf } from '#experiment/parse.ts';
import { ExperimentError } from '#experiment/problem.ts';
import type { Experiment } from '#experiment/schema.ts';

/** Rejects in plain words where it is not here, its settings are not its own, or the signal says so. */
export async function buildData(
  data: Experiment['data'],
  seed: number,
  source: ByteSource,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Dataset> {
  if (isOwnSet(data.source)) return loadSet(data, seed, onProgress, signal);
  const id = builtinIds.find((each) => each === data.source);
  if (!id) throw new Error(`There is no data set "${data.source}"; there are ${builtinIds.join(', ')}.`);
  const definition = builtinDatasets[id];
  const settings = definition.settings.safeParse(data.settings);
  if (!settings.success) {
    const problems = settings.error.issues.map((issue) => problemOf(issue, data.settings));
    throw new ExperimentError(problems.map((each) => ({ ...each, path: `data.settings.${each.path}` })));
  }
  return definition.build(data.settings, seed, source, onProgress, signal);
}
