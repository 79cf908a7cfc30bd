/** Copies the numbers of tensors into variables of the same shapes, in their storage: a recorded pass sees the new ones. */
import * as tf from '../tf.ts';
import { bufferOf, forgetHostCopy } from './dispatch.ts';

/** @param pairs from, to */
export function copyInto(
  backend: tf.WebGPUBackend,
  pairs: Iterable<readonly [tf.Tensor, tf.Variable]>,
): void {
  const known = [...pairs];
  for (const { dataId } of known.flat()) backend.uploadToGPU(dataId);
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  for (const [from, to] of known) {
    const target = bufferOf(backend, to);
    backend['commandEncoder'].copyBufferToBuffer(bufferOf(backend, from), 0, target, 0, target.size);
    forgetHostCopy(backend, to);
  }
  backend.submitQueue();
}
