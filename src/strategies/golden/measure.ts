/** How far a method is from a golden case. */
import { weightedSum } from '../matrix.ts';
import type { CaseStep } from './adapters.ts';

/**
 * The error of a direction [P] relative to the reference's length. Below 1e-6 of the shortest task gradient or 1e-7 of the
 * whole Jacobian a length is cancellation, and these take its place; the Jacobian's own length where the reference is 0.
 */
export function directionError(direction: ArrayLike<number>, step: CaseStep): number {
  return norm(difference(direction, step.grad)) / sizeOf(step);
}

function sizeOf({ grad, jacobian, losses }: CaseStep): number {
  const width = grad.length;
  const rows = Array.from(losses, (_, t) => norm(jacobian.subarray(t * width, (t + 1) * width)));
  const whole = norm(jacobian);
  const length = norm(grad);
  const size = length <= 1e-9 * whole ? whole : Math.max(length, 1e-6 * Math.min(...rows), 1e-7 * whole);
  return size === 0 ? 1 : size;
}

/** The error of weights [N] by the direction that they make of the task gradients. */
export function weightsError(weights: Float64Array, step: CaseStep): number {
  return directionError(weightedSum(weights, step.jacobian), step);
}

/**
 * What rounding the weights [N] to float32 makes of the direction at least, relative as {@link weightsError}: where gradients
 * all but cancel, no float32 is closer.
 */
export function roundingError(weights: Float64Array, step: CaseStep): number {
  const width = step.grad.length;
  const rounded = weights.reduce(
    (sum, weight, t) => sum + Math.abs(weight) * norm(step.jacobian.subarray(t * width, (t + 1) * width)),
    0,
  );
  return (2 ** -23 * rounded) / sizeOf(step);
}

/** The largest error of a number of weights [T], relative to the largest of them; 0 where the record has none. */
export function sizeError(weights: Float64Array, { weights: expected }: CaseStep): number {
  if (!expected) return 0;
  const size = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...difference(weights, expected).map(Math.abs));
  return Number.isNaN(worst) ? Infinity : worst / size;
}

function difference(a: ArrayLike<number>, b: Float64Array): Float64Array {
  return b.map((value, i) => (a[i] ?? Number.NaN) - value);
}

function norm(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] ?? 0);
    if (Number.isNaN(size)) return Infinity;
    largest = Math.max(largest, size);
  }
  if (largest === 0 || largest === Infinity) return largest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] ?? 0) / largest) ** 2;
  return largest * Math.sqrt(sum);
}
