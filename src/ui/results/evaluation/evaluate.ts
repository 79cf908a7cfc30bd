/** What an evaluation says of a task that has classes or labels: how well it ranks them, and whether its confidence is honest. */
import { type Calibration, calibrationOf } from '#lib/calibration.ts';
import { areaUnderRoc, averagePrecision, macroMean, type RankCurve, rankCurve } from '#lib/rank-curves.ts';
import { every } from '../class-scores.ts';
import type { TaskResult } from '../task-results.ts';
import { precisionPath, rocPath } from './share-plot.ts';

/** One class against the rest, or one label against its absence. */
export interface Ranking {
  readonly name: string;
  readonly curve: RankCurve;
  /** NaN where no image is so, or every one. */
  readonly area: number;
  /** NaN where no image is so. */
  readonly averagePrecision: number;
  /** The curves as SVG paths of a share plot; empty where there is none. */
  readonly paths: { readonly roc: string; readonly precision: string };
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
/** Outputs turned into probabilities before the page gets its turn again. */
const atOnce = 10_000;

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
  const table = await probabilities(result, names.length, turn);
  const rankings: Ranking[] = [];
  for (const [k, name] of names.entries()) {
    const curve = rankCurve(columnOf(table, k, names.length), truthsOf(result, k, names.length));
    rankings.push({
      name,
      curve,
      area: areaUnderRoc(curve),
      averagePrecision: averagePrecision(curve),
      paths: { roc: rocPath(curve), precision: precisionPath(curve) },
    });
    await turn();
  }
  const calibration = calibrate(result, table, names.length);
  await turn();
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

/** Softmax of every row (classes) or sigmoid of every output (labels), in double precision; NaN for rows with a NaN or +∞. */
async function probabilities(
  { outputs, column }: TaskResult,
  width: number,
  turn: () => Promise<void>,
): Promise<Float64Array> {
  const table = Float64Array.from(outputs);
  const normalise = column.kind === 'class' ? softmax : sigmoid;
  const rows = Math.max(1, Math.floor(atOnce / width));
  for (let start = 0; start < table.length; start += width) {
    normalise(table, start, start + width);
    if ((start / width) % rows === rows - 1) await turn();
  }
  return table;
}

/** In place, as plain loops: the longest part of it all. */
function softmax(table: Float64Array, start: number, end: number): void {
  let top = -Infinity;
  for (let i = start; i < end; i++) top = Math.max(top, table[i] ?? 0);
  let total = 0;
  for (let i = start; i < end; i++) {
    const weight = Math.exp((table[i] ?? 0) - top);
    table[i] = weight;
    total += weight;
  }
  // A NaN or +∞ among the logits makes the total NaN, and with it the whole row.
  for (let i = start; i < end; i++) table[i] = (table[i] ?? 0) / total;
}

function sigmoid(table: Float64Array, start: number, end: number): void {
  let isFinite = true;
  for (let i = start; i < end; i++) isFinite &&= Number.isFinite(table[i]);
  for (let i = start; i < end; i++) table[i] = isFinite ? 1 / (1 + Math.exp(-(table[i] ?? 0))) : Number.NaN;
}

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

/** How sure of the likeliest class, and whether it is right; of labels, the probability of each, and whether it is there. */
function calibrate({ targets, column }: TaskResult, table: Float64Array, width: number): Calibration {
  if (column.kind !== 'class') return calibrationOf(table, targets, binCount);
  const confidences = new Float64Array(targets.length);
  const rights = new Float64Array(targets.length);
  for (const [sample, truth] of targets.entries()) {
    let top = sample * width;
    for (let i = top + 1; i < (sample + 1) * width; i++) if ((table[i] ?? 0) > (table[top] ?? 0)) top = i;
    confidences[sample] = table[top] ?? Number.NaN;
    rights[sample] = Number.isNaN(truth) ? Number.NaN : top - sample * width === truth ? 1 : 0;
  }
  return calibrationOf(confidences, rights, binCount);
}

function countUnscored({ targets, column }: TaskResult, table: Float64Array, width: number): number {
  const labels = column.kind === 'class' ? 1 : width;
  let count = 0;
  for (let sample = 0; sample * width < table.length; sample++) {
    if (!Number.isNaN(table[sample * width])) continue;
    const row = targets.subarray(sample * labels, (sample + 1) * labels);
    if (row.some((truth) => !Number.isNaN(truth))) count++;
  }
  return count;
}
