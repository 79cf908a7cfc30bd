/** What a method on whole gradients remembers: float32 tensors on the device, one after the other in a checkpoint. */
import * as tf from '../tf.ts';
import { readNow, replaceNumbers } from '../webgpu/host-copy.ts';

export class Memory {
  readonly variables: readonly tf.Variable[];

  /** Throws RangeError where the numbers are not those of the shapes together. */
  constructor(shapes: readonly (readonly number[])[], initial: ArrayLike<number>) {
    const pieces = split(shapes, Float32Array.from(initial));
    this.variables = tf.tidy(() =>
      shapes.map((shape, k) => tf.variable(tf.tensor(pieces[k] ?? [], [...shape]), false)),
    );
  }

  /** All numbers, as they are at the call. */
  async read(): Promise<Float32Array> {
    if (this.variables.length === 0) return new Float32Array();
    const pieces = await readNow(this.variables);
    const state = new Float32Array(this.variables.reduce((sum, { size }) => sum + size, 0));
    let at = 0;
    for (const piece of pieces) {
      state.set(piece, at);
      at += piece.length;
    }
    return state;
  }

  /** Puts them back; what does not fit is left out. */
  write(state: Float32Array): void {
    const shapes = this.variables.map(({ shape }) => shape);
    if (state.length !== shapes.reduce((sum, shape) => sum + tf.util.sizeFromShape(shape), 0)) return;
    for (const [k, piece] of split(shapes, state).entries()) {
      const variable = this.variables[k];
      if (variable) replaceNumbers(variable, piece);
    }
  }

  dispose(): void {
    for (const variable of this.variables) variable.dispose();
  }
}

function split(shapes: readonly (readonly number[])[], state: Float32Array): Float32Array<ArrayBuffer>[] {
  let at = 0;
  const pieces = shapes.map((shape) => {
    const size = tf.util.sizeFromShape([...shape]);
    at += size;
    return Float32Array.from(state.subarray(at - size, at));
  });
  if (at !== state.length) throw new RangeError(`Memory: holds ${at} numbers, not ${state.length}`);
  return pieces;
}
