/**
 * Buffers that several plans work in, each as if they were its own: plans run one after the other, and none leaves a
 * result behind for its next run.
 */

const usage = () => GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

export class Arena {
  readonly #device: GPUDevice;
  /** The largest first. */
  #buffers: GPUBuffer[] = [];

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** All buffers together, in bytes. */
  get bytes(): number {
    return this.#buffers.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Buffers of at least these sizes in bytes, all different. The device reports where there is no room for one.
   * @param sizes the largest first
   */
  reserve(sizes: readonly number[]): GPUBuffer[] {
    const free = [...this.#buffers];
    return sizes.map((size) => {
      const fitting = free.findLastIndex((buffer) => buffer.size >= size);
      const [known] = fitting < 0 ? [] : free.splice(fitting, 1);
      return known ?? this.#create(size);
    });
  }

  /** Frees the buffers; plans that use them must not run any more. */
  dispose(): void {
    for (const buffer of this.#buffers) buffer.destroy();
    this.#buffers = [];
  }

  #create(size: number): GPUBuffer {
    const buffer = this.#device.createBuffer({ label: 'arena', size, usage: usage() });
    this.#buffers.push(buffer);
    this.#buffers.sort((a, b) => b.size - a.size);
    return buffer;
  }
}
