/** When training breaks down: a loss or a gradient that is no longer a number, and what to tell a person then. */

/** Where it was first seen. */
export interface Breakdown {
  /** The step that it happened in, counted from 1. */
  readonly step: number;
  /** Index of the task whose loss it is; undefined where it is the gradient. */
  readonly task: number | undefined;
  /** NaN or an infinity. */
  readonly value: number;
}

/**
 * A plain sentence with what to try.
 * @param task name of the task, where it was a loss
 */
export function explainBreakdown(
  { step, value }: Breakdown,
  task: string | undefined,
  learningRate: number,
  isClipped: boolean,
): string {
  const what = task === undefined ? 'the gradient' : `the loss of "${task}"`;
  const remedy = isClipped ? '' : ', or clip the gradient norm, to 1 for example';
  return `At step ${step} ${what} became ${value}. Lower the learning rate (it was ${learningRate.toPrecision(2)})${remedy}.`;
}
