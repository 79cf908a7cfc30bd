/** The timeline of a run: which of its checkpoints stay, so that one can go back to them. */

/** In-between checkpoints of a run, at most. */
const mostBetween = 8;

/** Bytes that they may take together. */
const budgetBetween = 64 * 2 ** 20;

export interface Course {
  /** Steps of the checkpoints that there are, the last one's perhaps among them. */
  readonly steps: readonly number[];
  /** Step of the last one, where the run is: those of later steps are of a course that it left. */
  readonly last: number;
  /** Step of the weights that are the best by the mean; undefined before the first validation. */
  readonly best: number | undefined;
  readonly totalSteps: number;
  /** What one checkpoint takes. */
  readonly bytes: number;
}

/**
 * The steps whose checkpoints stay, rising: the last one, the one whose weights were the best by the mean, and those
 * nearest to even distances over the whole run: at most eight of these, and fewer where a network is so large that eight
 * would take more than 64 MiB. Asked at every new checkpoint it keeps those that it would keep if it were asked at the end.
 */
export function checkpointsKept({ steps, last, best, totalSteps, bytes }: Course): number[] {
  const there = [...new Set([...steps.filter((step) => step < last), last])].toSorted((a, b) => a - b);
  const count = Math.min(mostBetween, Math.floor(budgetBetween / bytes));
  const marks = Array.from({ length: count }, (_, i) => ((i + 1) * totalSteps) / (count + 1));
  const kept = new Set([last, ...there.filter((step) => step === best), ...marks.map(nearestOf(there))]);
  return there.filter((step) => kept.has(step));
}

/** The first of the nearest. */
const nearestOf = (steps: readonly number[]) => (mark: number) =>
  steps.reduce(
    (nearest, step) => (Math.abs(step - mark) < Math.abs(nearest - mark) ? step : nearest),
    Infinity,
  );
