/**
 * Differentiation in pieces: tfjs differentiates one function at a time, but here the heads are differentiated first, each
 * task for itself, and then the trunk, by what the method makes of it, once or once for each task.
 */
import * as tf from './tf.ts';

/** Runs `work`, whose operations are noted down so that {@link backward} can go back through them, as often as it likes. */
export function taped<Result>(work: () => Result): Result {
  const engine = tf.engine();
  engine['startTape']();
  try {
    return work();
  } finally {
    engine['endTape']();
    const { state } = engine;
    for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
    state.activeTape = [];
  }
}

/**
 * The gradients of y, multiplied by `dy` of its shape, by each of `xs`; zeros where y does not depend on one. Only inside
 * {@link taped}. A trunk's running statistics, and whatever else its forward pass changed, stay as they are.
 */
export function backward(y: tf.Tensor, dy: tf.Tensor, xs: readonly tf.Tensor[]): tf.Tensor[] {
  if (xs.length === 0) return [];
  const { grads } = tf.engine().gradients(() => y, [...xs], dy, true);
  // tfjs says that it gives a tensor for each, but gives nothing where there is no way to it.
  const found: readonly (tf.Tensor | null | undefined)[] = grads;
  return xs.map((x, i) => found[i] ?? tf.zerosLike(x));
}
