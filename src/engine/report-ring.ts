/**
 * The latest reports of the training step on the GPU, and their way to the host, many at once: each step writes its own
 * into the next row, and counts itself.
 */
import * as tf from './tf.ts';
import { bufferOf, dispatch } from './webgpu/dispatch.ts';

/** Rows; as many steps may go into one submit. */
const capacity = 256;
const threads = 64;

export class ReportRing {
  readonly capacity = capacity;
  readonly #backend: tf.WebGPUBackend;
  readonly #width: number;
  readonly #rows: tf.Variable;
  /** Buffers to read from that no submit is using. */
  #free: GPUBuffer[] = [];

  /** @param width numbers of a report */
  constructor(backend: tf.WebGPUBackend, width: number) {
    this.#backend = backend;
    this.#width = width;
    this.#rows = tf.tidy(() => tf.variable(tf.zeros([capacity, width]), false));
  }

  /**
   * Encodes, as the last of a step, what keeps its report and counts it.
   * @param parts of the report, one after the other: float32, at most five
   * @param step steps done before, int32 [1]; one more afterwards
   */
  push(parts: readonly tf.Tensor[], step: tf.Tensor): void {
    dispatch(this.#backend, {
      name: 'report',
      parameters: { width: this.#width, parts: parts.length },
      code: reportCode,
      buffers: [
        ...parts.map((tensor, k) => ({
          name: `part${k}`,
          element: 'f32',
          tensor,
          access: 'read' as const,
        })),
        { name: 'steps', element: 'i32', tensor: step, access: 'update' },
        { name: 'rows', element: 'f32', tensor: this.#rows, access: 'update' },
      ],
      workgroups: [1, 1, 1],
    });
  }

  /** Steps after `step` whose reports lie in one piece. */
  inOnePiece(step: number): number {
    return capacity - (step % capacity);
  }

  /**
   * Encodes the way back of the reports of `count` steps, which lie in one piece.
   * @param first steps done before the first of them
   * @returns what to call when the encoder's work is submitted: resolves with [count, width]
   */
  fetch(encoder: GPUCommandEncoder, first: number, count: number): () => Promise<Float32Array> {
    const row = this.#width * 4;
    const staging = this.#free.pop() ?? this.#createStaging();
    const start = (first % capacity) * row;
    encoder.copyBufferToBuffer(bufferOf(this.#backend, this.#rows), start, staging, 0, count * row);
    return async () => {
      await staging.mapAsync(GPUMapMode.READ, 0, count * row);
      const reports = new Float32Array(staging.getMappedRange(0, count * row).slice(0));
      staging.unmap();
      this.#free.push(staging);
      return reports;
    };
  }

  dispose(): void {
    this.#rows.dispose();
    for (const staging of this.#free) staging.destroy();
    this.#free = [];
  }

  #createStaging(): GPUBuffer {
    return this.#backend.device.createBuffer({
      size: capacity * this.#width * 4,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
  }
}

/** One workgroup, whose threads all have read the counter before one of them counts on. */
function reportCode({ width, parts }: { width: number; parts: number }): string {
  const copies = Array.from(
    { length: parts },
    (
      _,
      k,
    ) => `  for (var i = thread; i < arrayLength(&part${k}); i += ${threads}u) { rows[at + i] = part${k}[i]; }
  at += arrayLength(&part${k});`,
  );
  return `@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) thread: u32) {
  let step = steps[0];
  storageBarrier();
  workgroupBarrier();
  var at = u32(step) % ${capacity}u * ${width}u;
${copies.join('\n')}
  if (thread == 0u) { steps[0] = step + 1; }
}`;
}
