/**
 * Times work on the GPU: by timestamps where the device has them, which leave out what the way there and back takes, else
 * from submit to done. Browsers coarsen timestamps to 0.1 ms: let the work last some milliseconds.
 */
import * as tf from '../tf.ts';
import { flush } from '../webgpu/queue.ts';

/** What each `encode` adds to tfjs's encoder goes into passes of its own; all of it is one submit. */
type Work = readonly [encode: () => void, ...more: (() => void)[]];

/** Resolves when the GPU has nothing left to do. */
export async function idle(backend: tf.WebGPUBackend): Promise<void> {
  flush(backend);
  await backend.device.queue.onSubmittedWorkDone();
}

/** Milliseconds that the GPU is busy with `work`, all of it together; it should be {@link idle} before. */
export async function gpuMilliseconds(backend: tf.WebGPUBackend, work: Work): Promise<number> {
  const { device } = backend;
  const stamps = device.features.has('timestamp-query') ? new Stamps(device) : undefined;
  try {
    const start = performance.now();
    inOneSubmit(() => {
      for (const [i, encode] of work.entries())
        inOwnPass(backend, encode, stamps?.writes(i === 0, i === work.length - 1));
      stamps?.fetch(encoderOf(backend));
    });
    flush(backend);
    await device.queue.onSubmittedWorkDone();
    const elapsed = performance.now() - start;
    // Some drivers offer timestamps and write none.
    return (await stamps?.read()) ?? elapsed;
  } finally {
    stamps?.dispose();
  }
}

/** A time at the start of one pass and one at the end of another. */
class Stamps {
  readonly #set: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #mapped: GPUBuffer;

  constructor(device: GPUDevice) {
    const size = 16;
    this.#set = device.createQuerySet({ type: 'timestamp', count: 2 });
    const source = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
    this.#resolved = device.createBuffer({ size, usage: source });
    this.#mapped = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  }

  writes(atBeginning: boolean, atEnd: boolean): GPUComputePassTimestampWrites | undefined {
    if (!atBeginning && !atEnd) return undefined;
    return {
      querySet: this.#set,
      ...(atBeginning ? { beginningOfPassWriteIndex: 0 } : {}),
      ...(atEnd ? { endOfPassWriteIndex: 1 } : {}),
    };
  }

  fetch(encoder: GPUCommandEncoder): void {
    encoder.resolveQuerySet(this.#set, 0, 2, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#mapped, 0, 16);
  }

  /** Milliseconds between the two, or undefined where they make no sense. */
  async read(): Promise<number | undefined> {
    await this.#mapped.mapAsync(GPUMapMode.READ);
    const [start = 0n, end = 0n] = new BigUint64Array(this.#mapped.getMappedRange());
    return end > start ? Number(end - start) / 1e6 : undefined;
  }

  dispose(): void {
    this.#set.destroy();
    this.#resolved.destroy();
    this.#mapped.destroy();
  }
}

function inOwnPass(
  backend: tf.WebGPUBackend,
  encode: () => void,
  timestampWrites: GPUComputePassTimestampWrites | undefined,
): void {
  backend.endComputePassEncoder();
  const encoder = encoderOf(backend);
  backend['computePassEncoder'] = encoder.beginComputePass(timestampWrites ? { timestampWrites } : {});
  encode();
  backend.endComputePassEncoder();
}

function encoderOf(backend: tf.WebGPUBackend): GPUCommandEncoder {
  backend.ensureCommandEncoderReady();
  return backend['commandEncoder'];
}

/** tfjs submits after every so many dispatches by itself; not while `work` runs. */
function inOneSubmit(work: () => void): void {
  const flag = 'WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE';
  const usual = tf.env().getNumber(flag);
  tf.env().set(flag, Number.MAX_SAFE_INTEGER);
  try {
    work();
  } finally {
    tf.env().set(flag, usual);
  }
}
