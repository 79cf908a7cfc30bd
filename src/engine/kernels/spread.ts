/** The gradients of Sum and Mean, for every backend: tfjs's multiply by ones of the input's size, made on the host each time. */
import * as tf from '../tf.ts';

/** Tells tfjs's autodiff to spread a sum's gradient over what was summed. */
export function installSumGradients(): void {
  for (const kernelName of [tf.Sum, tf.Mean]) {
    tf.unregisterGradient(kernelName);
    tf.registerGradient({
      kernelName,
      inputsToSave: ['x'],
      gradFunc: (dy, [x], attributes) => {
        if (!(dy instanceof tf.Tensor) || !x)
          throw new Error(`${kernelName}: its gradient needs one dy and x`);
        const axes = tf.util.parseAxisParam((attributes as unknown as tf.SumAttrs).axis, x.shape);
        const count =
          kernelName === tf.Mean ? axes.reduce((size, axis) => size * (x.shape[axis] ?? 1), 1) : 1;
        return { x: () => spread(count === 1 ? dy : dy.div(count), x.shape, axes) };
      },
    });
  }
}

/** Repeats a tensor along axes that it lacks. */
function spread(dy: tf.Tensor, shape: number[], axes: readonly number[]): tf.Tensor {
  const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const repeats = shape.map((extent, axis) => (axes.includes(axis) ? extent : 1));
  return dy.reshape(kept).tile(repeats);
}
