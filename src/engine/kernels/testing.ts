/** What the tests of the kernels share: inputs that PyTorch's side draws too, comparison and counting. Not for the app. */
import { hash, toUniform } from '#lib/random.ts';
import { onDeviceError } from '../device.ts';
import * as tf from '../tf.ts';

/** Numbers in [−0.5, 0.5), as `noise` of scripts/fixtures/kernels.py. */
export function noise(size: number, ...words: readonly number[]): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => toUniform(hash(...words, i)) - 0.5);
}

/** {@link noise} as a tensor. */
export function noiseTensor<Rank extends tf.Rank>(
  shape: tf.ShapeMap[Rank],
  ...words: readonly number[]
): tf.Tensor<Rank> {
  return tf.tensor<Rank>(noise(tf.util.sizeFromShape(shape), ...words), shape);
}

/**
 * The largest difference between counterparts, on a scale of max(1, |expected|). Infinite where one is not a number or
 * the lengths differ.
 */
export function worstError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const want = expected[i] ?? Number.NaN;
    const error = Math.abs((actual[i] ?? Number.NaN) - want) / Math.max(1, Math.abs(want));
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  }
  return worst;
}

/** What tfjs holds at the moment: tensors, and their storages on the backend that is set. */
export function held(): { tensors: number; storages: number } {
  return { tensors: tf.memory().numTensors, storages: tf.engine().backend.numDataIds() };
}

/** What WebGPU complained of while `work` ran: a kernel that does not compile would only give zeros. */
export async function complaints(work: () => Promise<void>): Promise<string[]> {
  const messages: string[] = [];
  const stop = onDeviceError((message) => messages.push(message));
  await work();
  stop();
  return messages;
}
