/** Which of the predictions that are kept of a run are of weights that are kept, too. */
import type { Checkpoint, Evaluation } from '#engine/types.ts';
import { outputWidths } from '#exporters/capsule.ts';
import type { Predictions } from '#exporters/predictions-file.ts';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import type { RunRecord } from '#storage/run-record.ts';
import type { Witness } from './capsule-jobs.ts';

/**
 * An evaluation of which only outputs are known: what the weights said when their capsule was made. Scores are of
 * evaluations that the run itself made.
 */
export function unscored({ split, step, outputs }: Predictions): Evaluation {
  return { split, step, seconds: 0, tasks: {}, meanLoss: Number.NaN, outputs };
}

/** Whether an evaluation is one of this run as it is now: it may have gone back, or become another network, since. */
function isOf(
  { test, validations, experiment }: RunRecord,
  info: DatasetInfo,
  evaluation: Evaluation,
): boolean {
  const { split, step, tasks, outputs } = evaluation;
  const isScored = split === 'test' ? test?.step === step : validations.some((each) => each.step === step);
  const widths = Object.entries(outputWidths({ experiment, data: { info, fingerprint: null } }));
  const rows = info.counts[split];
  const fits = rows > 0 && widths.every(([task, width]) => outputs[task]?.length === rows * width);
  return fits && (isScored || Object.keys(tasks).length === 0);
}

/** The predictions that are kept of a run: of the test part first. */
export function keptPredictions(
  record: RunRecord,
  info: DatasetInfo,
  evaluations: readonly Evaluation[],
): Predictions[] {
  const of = (split: Predictions['split']) =>
    evaluations
      .filter((each) => each.split === split && isOf(record, info, each))
      .map(({ step, outputs }) => ({ split, step, outputs, samples: null }));
  return [...of('test'), ...of('validation')];
}

/** The weights of a step: a checkpoint's own, or the best that it keeps; undefined where it has none of that step. */
export function witnessOf(
  { experiment }: RunRecord,
  { tensors, normalisation, step, best }: Checkpoint,
  wanted: number,
): Witness | undefined {
  const found = step === wanted ? { step, tensors } : best.find((each) => each.step === wanted);
  return found && { experiment, tensors: found.tensors, normalisation, step: wanted };
}
