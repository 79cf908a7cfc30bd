/** Keeps what trials leave behind out of tfjs's pool of free buffers, which would hold and reuse it for good. */
import type * as tf from '../tf.ts';
import { destroyFree, flush, freeBuffers } from '../webgpu/queue.ts';

/** The buffers that come into the pool after this is made. */
export class FreshStorage {
  readonly #backend: tf.WebGPUBackend;
  readonly #before: ReadonlySet<GPUBuffer>;

  constructor(backend: tf.WebGPUBackend) {
    this.#backend = backend;
    this.#before = new Set(freeBuffers(backend));
  }

  /** Destroys those of them that are free. */
  release(): void {
    flush(this.#backend); // nothing encoded may still use them
    destroyFree(this.#backend, this.#before);
  }
}
