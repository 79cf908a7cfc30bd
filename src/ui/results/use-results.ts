/** Which evaluation is looked at: the test or the latest validation, of the run that is on the page. */
import { useMemo } from 'react';
import { datasetKey, useDataset } from '#stores/dataset.ts';
import { useRun } from '#stores/run-state.ts';
import { type Results, resultsOf } from './task-results.ts';

export type Part = 'test' | 'validation';

export interface ResultsChoice {
  readonly results: Results | null;
  readonly parts: readonly Part[];
  readonly part: Part;
  /** Why there are no results, in a sentence; null where there are. */
  readonly reason: string | null;
}

/** @param wanted the part asked for; null for the test where there is one */
export function useResults(wanted: Part | null): ResultsChoice {
  const experiment = useRun((state) => state.experiment);
  const test = useRun((state) => state.test);
  const validation = useRun((state) => state.validations.at(-1) ?? null);
  const summary = useDataset((state) => (state.status === 'ready' ? state.summary : null));
  const key = useDataset((state) => state.key);
  const part: Part = wanted === 'validation' || !test ? 'validation' : 'test';
  const evaluation = part === 'test' ? test : validation;
  const isSameData = experiment !== null && datasetKey(experiment) === key;
  const results = useMemo(
    () =>
      experiment && evaluation && summary && isSameData ? resultsOf(evaluation, experiment, summary) : null,
    [experiment, evaluation, summary, isSameData],
  );
  const parts: Part[] = [
    ...(test ? (['test'] as const) : []),
    ...(validation ? (['validation'] as const) : []),
  ];
  return { results, parts, part, reason: reasonFor() };

  function reasonFor(): string | null {
    if (results) return null;
    if (!experiment) return 'Train first: predictions come with the first validation.';
    if (!evaluation) return 'No validation yet. The first one brings predictions.';
    return isSameData
      ? 'The data set is on its way.'
      : 'These predictions belong to another data set. Choose that set again to see them.';
  }
}
