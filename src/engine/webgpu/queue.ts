/** What tfjs holds back, sent off or given back: its encoded work, and its pool of free buffers. */
import type * as tf from '../tf.ts';

/** Submits what is encoded so far, if anything is; tfjs then frees what it no longer needs. */
export function flush(backend: tf.WebGPUBackend): void {
  if (!backend['commandEncoder']) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** The buffers that tfjs keeps for its next tensors. */
export function freeBuffers(backend: tf.WebGPUBackend): readonly GPUBuffer[] {
  return [...poolOf(backend).values()].flat();
}

/** Destroys them, but for some; nothing encoded may still use them. */
export function destroyFree(backend: tf.WebGPUBackend, keep?: ReadonlySet<GPUBuffer>): void {
  const { bufferManager } = backend;
  for (const [key, buffers] of poolOf(backend)) {
    for (const buffer of buffers) {
      if (keep?.has(buffer)) continue;
      bufferManager.numBytesAllocated -= buffer.size;
      bufferManager['numFreeBuffers']--;
      buffer.destroy();
    }
    const kept = buffers.filter((buffer) => keep?.has(buffer));
    poolOf(backend).set(key, kept);
  }
}

function poolOf({ bufferManager }: tf.WebGPUBackend): Map<string, GPUBuffer[]> {
  return bufferManager['freeBuffers'];
}
