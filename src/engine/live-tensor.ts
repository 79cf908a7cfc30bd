/** A small tensor whose numbers the host replaces between steps: in place, so that a recorded step sees the new ones. */
import * as tf from './tf.ts';
import { replaceNumbers } from './webgpu/host-copy.ts';

export class LiveTensor {
  readonly tensor: tf.Variable<tf.Rank.R1>;

  /** float32 [values.length] */
  constructor(values: Float32Array) {
    const initial = tf.tensor1d(values);
    this.tensor = tf.variable(initial, false);
    initial.dispose();
  }

  /** Steps encoded before still see the old numbers. Throws where the length differs. */
  set(values: Float32Array<ArrayBuffer>): void {
    if (values.length !== this.tensor.size)
      throw new Error(`LiveTensor: holds ${this.tensor.size} numbers, not ${values.length}`);
    replaceNumbers(this.tensor, values);
  }

  dispose(): void {
    this.tensor.dispose();
  }
}
