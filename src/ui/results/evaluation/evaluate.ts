/** What an evaluation says of a task that has classes or labels: how well it ranks them, and whether its confidence is honest. */
import { type Calibration, calibrationOf } from '#lib/calibration.ts';
import { areaUnderRoc, averagePrecision, macroMean, type RankCurve, rankCurve } from '#lib/rank-curves.ts';
import { every } from '../class-scores.ts';
import type { TaskResult } from '../task-results.ts';

/** One class against the rest, or one label against its absence. */
export interface Ranking {
  readonly name: string;
  readonly curve: RankCurve;
  /** NaN where no image is so, or every one. */
  readonly area: number;
  /** NaN where no image is so. */
  readonly averagePrecision: number;
}

export interface TaskEvaluation {
  readonly rankings: readonly Ranking[];
  /** Means over the classes that have the figure. */
  readonly macro: { readonly area: number; readonly averagePrecision: number };
  readonly calibration: Calibration;
  /** Labelled images whose outputs are no finite numbers: they are in no figure here. */
  readonly unscored: number;
}

/** As many as in Guo et al. */
const binCount = 15;
/** Rows judged before the page gets its turn again. */
const atOnce = 1000;

const known = new WeakMap<TaskResult, TaskEvaluation>();

/** What is already worked out of a result; null if `evaluateTask` has not been through with it. */
export function knownEvaluation(result: TaskResult): TaskEvaluation | null {
  return known.get(result) ?? null;
}

/**
 * Works it out from the stored outputs, in pieces so that the page stays alive, once per result.
 * @param names classes or labels, in the order of the outputs
 * @param turn gives the page its turn
 */
export async function evaluateTask(
  result: TaskResult,
  names: readonly string[],
  turn: () => Promise<void> = nextTurn,
): Promise<TaskEvaluation> {
  const before = known.get(result);
  if (before) return before;
  const isExclusive = result.column.kind === 'class';
  const table = await probabilities(result, names.length, turn);
  const rankings: Ranking[] = [];
  for (const [k, name] of names.entries()) {
    const curve = rankCurve(columnOf(table, k, names.length), truthsOf(result, k, names.length));
    rankings.push({ name, curve, area: areaUnderRoc(curve), averagePrecision: averagePrecision(curve) });
    await turn();
  }
  const calibration = isExclusive
    ? topCalibration(result, table, names.length)
    : calibrationOf(table, result.targets, binCount);
  const evaluation = {
    rankings,
    macro: {
      area: macroMean(rankings.map(({ area }) => area)),
      averagePrecision: macroMean(rankings.map((ranking) => ranking.averagePrecision)),
    },
    calibration,
    unscored: countUnscored(result, table, names.length),
  };
  known.set(result, evaluation);
  return evaluation;
}

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve));

/** Softmax of every row (classes) or sigmoid of every output (labels), in double precision; NaN where an output is not finite. */
async function probabilities(
  { outputs, column }: TaskResult,
  width: number,
  turn: () => Promise<void>,
): Promise<Float64Array> {
  const table = new Float64Array(outputs.length);
  for (let start = 0; start < outputs.length; start += width) {
    const row = outputs.subarray(start, start + width);
    table.set(
      row.every(Number.isFinite)
        ? column.kind === 'class'
          ? softmax(row)
          : sigmoid(row)
        : row.map(() => Number.NaN),
      start,
    );
    if ((start / width) % atOnce === atOnce - 1) await turn();
  }
  return table;
}

function softmax(logits: Float32Array): Float64Array {
  const top = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const weights = Float64Array.from(logits, (logit) => Math.exp(logit - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

const sigmoid = (logits: Float32Array) => Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));

/** Column k of a row-major table. */
function columnOf(table: Float64Array, k: number, width: number): Float64Array {
  return Float64Array.from(
    { length: table.length / width },
    (_, row) => table[row * width + k] ?? Number.NaN,
  );
}

/** 1 where a sample is of class k or has label k, 0 where not, NaN where nobody says. */
function truthsOf({ column, targets }: TaskResult, k: number, width: number): Float32Array {
  if (column.kind !== 'class') return every(targets, k, width);
  return targets.map((truth) => (Number.isNaN(truth) ? Number.NaN : truth === k ? 1 : 0));
}

/** Calibration of the likeliest class: how sure the network is of it, and whether it is right. */
function topCalibration({ targets }: TaskResult, table: Float64Array, width: number): Calibration {
  const confidences = new Float64Array(targets.length);
  const rights = targets.map((truth, sample) => {
    const row = table.subarray(sample * width, (sample + 1) * width);
    const top = row.reduce((most, probability) => Math.max(most, probability), -Infinity);
    confidences[sample] = top;
    return Number.isNaN(truth) ? Number.NaN : row.indexOf(top) === truth ? 1 : 0;
  });
  return calibrationOf(confidences, rights, binCount);
}

function countUnscored({ targets, column }: TaskResult, table: Float64Array, width: number): number {
  let count = 0;
  for (let sample = 0; sample * width < table.length; sample++) {
    const labels = column.kind === 'class' ? 1 : width;
    const isLabelled = targets
      .subarray(sample * labels, (sample + 1) * labels)
      .some((truth) => !Number.isNaN(truth));
    if (isLabelled && Number.isNaN(table[sample * width])) count++;
  }
  return count;
}
