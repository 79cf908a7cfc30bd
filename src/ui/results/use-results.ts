/** Which evaluation is looked at: the test or a validation, with which weights, of the run that is on the page. */
import { useState } from 'react';
import { datasetKey, useDataset } from '#stores/dataset.ts';
import { type RunState, useRun } from '#stores/run-state.ts';
import type { Evaluation } from './curve-charts.ts';
import { type Results, resultsOf } from './task-results.ts';
import { keyOfStep, stepOf, type WeightsKey } from './weights-choice.ts';

export type Part = 'test' | 'validation';

export interface ResultsChoice {
  readonly results: Results | null;
  readonly parts: readonly Part[];
  readonly part: Part;
  /** The weights asked for, or else those of what is shown. */
  readonly weights: WeightsKey;
  /** Why there are no results, in a sentence; null where there are. */
  readonly reason: string | null;
  /** Whether evaluating the chosen weights would bring results. */
  readonly isUnevaluated: boolean;
  readonly onPart: (part: Part) => void;
  readonly onWeights: (weights: WeightsKey) => void;
}

type Run = Pick<RunState, 'experiment' | 'step' | 'best' | 'test' | 'validations'>;

/** The evaluation of some weights on a part; without a wish the test, or the latest validation. */
function evaluationOf(part: Part, wanted: WeightsKey | null, run: Run): Evaluation | null {
  const { test, validations } = run;
  if (part === 'validation' && (wanted === null || wanted === 'last')) return validations.at(-1) ?? null;
  if (wanted === null) return test;
  const step = stepOf(wanted, run);
  if (part === 'test') return test?.step === step ? test : null;
  return validations.findLast((each) => each.step === step) ?? null;
}

/** The weights of what is shown where none were asked for. */
function shownWeights(part: Part, { experiment, ...run }: Run): WeightsKey {
  return part === 'test' && run.test && experiment ? keyOfStep(run.test.step, experiment, run) : 'last';
}

export function useResults(): ResultsChoice {
  const [wantedPart, onPart] = useState<Part | null>(null);
  const [wanted, onWeights] = useState<WeightsKey | null>(null);
  const experiment = useRun((state) => state.experiment);
  const test = useRun((state) => state.test);
  const validations = useRun((state) => state.validations);
  const best = useRun((state) => state.best);
  // Elsewhere it does not matter, and would draw everything anew with every step.
  const step = useRun((state) => (wanted === 'last' ? state.step : 0));
  const summary = useDataset((state) => (state.status === 'ready' ? state.summary : null));
  const key = useDataset((state) => state.key);
  const run = { experiment, test, validations, best, step };
  const part: Part = wantedPart ?? (test ? 'test' : 'validation');
  const evaluation = evaluationOf(part, wanted, run);
  // Of a run that was opened again only the outputs of the latest are there.
  const isEvaluated = Object.keys(evaluation?.outputs ?? {}).length > 0;
  const isSameData = experiment !== null && datasetKey(experiment) === key;
  // The same object for the same evaluation.
  const results =
    experiment && evaluation && isEvaluated && summary && isSameData
      ? resultsOf(evaluation, experiment, summary)
      : null;
  const parts: Part[] = [
    ...(test ? (['test'] as const) : []),
    ...(validations.length > 0 ? (['validation'] as const) : []),
  ];
  const isUnevaluated =
    experiment !== null && isSameData && summary !== null && !isEvaluated && validations.length > 0;
  const weights = wanted ?? shownWeights(part, run);
  return { results, parts, part, weights, reason: reasonFor(), isUnevaluated, onPart, onWeights };

  function reasonFor(): string | null {
    if (results) return null;
    if (!experiment) return 'Train first: predictions come with the first validation.';
    if (validations.length === 0 && !test) return 'No validation yet. The first one brings predictions.';
    if (!isSameData)
      return 'These predictions belong to another data set. Choose that set again to see them.';
    return isUnevaluated
      ? `No predictions of these weights on the ${part} part yet.`
      : 'The data set is on its way.';
  }
}
