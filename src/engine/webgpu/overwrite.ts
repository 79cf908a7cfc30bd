/** Replaces numbers of a tensor from the host, in its storage: a recorded step that reads it sees the new ones. */
import type * as tf from '../tf.ts';
import { bufferOf, forgetHostCopy } from './dispatch.ts';
import { flush } from './queue.ts';

/**
 * Writes numbers into a tensor. Work encoded before still sees the old ones.
 * @param start the first number to replace
 */
export function overwrite(
  backend: tf.WebGPUBackend,
  tensor: tf.TensorInfo,
  values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>,
  start = 0,
): void {
  backend.uploadToGPU(tensor.dataId);
  flush(backend);
  backend.device.queue.writeBuffer(bufferOf(backend, tensor), start * values.BYTES_PER_ELEMENT, values);
  forgetHostCopy(backend, tensor);
}
