/** Keeps what trials leave behind out of tfjs's pool of free buffers, which would hold and reuse it for good. */
import type * as tf from '../tf.ts';
import { flush } from './stopwatch.ts';

/** The buffers that come into the pool after this is made. */
export class FreshStorage {
  readonly #backend: tf.WebGPUBackend;
  readonly #before: ReadonlySet<GPUBuffer>;

  constructor(backend: tf.WebGPUBackend) {
    this.#backend = backend;
    this.#before = new Set([...freeBuffers(backend).values()].flat());
  }

  /** Destroys those of them that are free. */
  release(): void {
    flush(this.#backend); // nothing encoded may still use them
    const manager = this.#backend.bufferManager;
    for (const [key, buffers] of freeBuffers(this.#backend)) {
      const fresh = buffers.filter((buffer) => !this.#before.has(buffer));
      if (fresh.length === 0) continue;
      freeBuffers(this.#backend).set(
        key,
        buffers.filter((buffer) => this.#before.has(buffer)),
      );
      for (const buffer of fresh) {
        manager['numBytesAllocated'] -= buffer.size;
        manager['numFreeBuffers']--;
        buffer.destroy();
      }
    }
  }
}

function freeBuffers({ bufferManager }: tf.WebGPUBackend): Map<string, GPUBuffer[]> {
  return bufferManager['freeBuffers'];
}
