/**
 * What the GPU would be told by a piece of work, seen at tfjs's one way to the queue and its one source of buffers. The work
 * goes through all its motions, but no kernel runs and no result takes room.
 */
import type * as tf from '../tf.ts';
import { intercept } from './intercept.ts';

/** One tenancy of a buffer: tfjs hands the same buffer out again and again. */
export interface Storage {
  readonly buffer: GPUBuffer;
  /** In bytes. */
  readonly size: number;
  /** tfjs took the buffer during the work; else it was in use before. */
  readonly isNew: boolean;
  /** What the host wrote, as bytes: made when asked for, since most of it is data that stays. */
  written?: () => Uint8Array<ArrayBuffer>;
  /** The tensor that the host wrote it for; uniforms have none. */
  owner?: object;
}

interface BoundGroup {
  readonly layout: GPUBindGroupLayout;
  readonly entries: readonly {
    binding: number;
    storage: Storage;
    offset: number;
    size: number | undefined;
  }[];
}

export interface WatchedDispatch extends BoundGroup {
  readonly pipeline: GPUComputePipeline;
  readonly workgroups: [number, number, number];
}

/** Bytes of a buffer that stands for one of any size: only a kernel that runs would notice. */
const standInSize = 256;

/** Watches from its creation to `end`. */
export class Watch {
  readonly dispatches: WatchedDispatch[] = [];
  /** Why the work cannot be replayed: the first reason. */
  problem: string | undefined;
  readonly #storages = new Map<GPUBuffer, Storage>();
  readonly #groups = new Map<GPUBindGroup, BoundGroup>();
  readonly #standIns = new Set<GPUBuffer>();
  readonly #undo: (() => void)[];

  constructor(backend: tf.WebGPUBackend) {
    const { device, bufferManager } = backend;
    this.#undo = [
      intercept(bufferManager, 'acquireBuffer', (acquire) => (size, usage, isMapped, reuse) => {
        const isResult = !isMapped && (usage & GPUBufferUsage.STORAGE) !== 0;
        const buffer = isResult ? this.#standIn(device, usage) : acquire(size, usage, isMapped, reuse);
        this.#storages.set(buffer, { buffer, size, isNew: true });
        return buffer;
      }),
      intercept(bufferManager, 'releaseBuffer', (release) => (buffer, reuse) => {
        if (this.#standIns.delete(buffer)) buffer.destroy();
        else release(buffer, reuse);
      }),
      intercept(backend, 'uploadToGPU', (upload) => (dataId) => {
        const { values, resource, dtype } = backend.tensorMap.get(dataId);
        upload(dataId);
        const uploaded = backend.tensorMap.get(dataId).resource;
        if (resource || !values || !(uploaded instanceof GPUBuffer)) return;
        Object.assign(this.storageOf(uploaded), {
          owner: dataId,
          written: () => bytesOf(values, dtype),
        });
      }),
      ...[...new Set([backend.queue, device.queue])].map((queue) =>
        intercept(queue, 'writeBuffer', (write) => (buffer, offset, data, start, size) => {
          write(buffer, offset, data, start, size);
          const bytes = copyOf(data);
          if (buffer.usage & GPUBufferUsage.UNIFORM) this.storageOf(buffer).written = () => bytes;
          else this.#note(`writes ${bytes.length} bytes from the host into a buffer`);
        }),
      ),
      intercept(backend, 'read', (read) => (dataId) => {
        this.#noteRead(backend, dataId);
        return read(dataId);
      }),
      intercept(backend, 'readSync', (read) => (dataId) => {
        this.#noteRead(backend, dataId);
        return read(dataId);
      }),
      intercept(device, 'createBindGroup', (create) => (descriptor) => {
        const group = create(descriptor);
        this.#groups.set(group, this.#boundGroup(descriptor));
        return group;
      }),
      intercept(
        device,
        'createCommandEncoder',
        (create) => (descriptor) => this.#encoder(create(descriptor)),
      ),
    ];
  }

  end(): void {
    for (const undo of this.#undo) undo();
    if (this.#standIns.size > 0) this.problem ??= 'it keeps a result for longer than it lasts itself';
  }

  /** The present tenancy of a buffer. */
  storageOf(buffer: GPUBuffer): Storage {
    const known = this.#storages.get(buffer) ?? { buffer, size: buffer.size, isNew: false };
    this.#storages.set(buffer, known);
    return known;
  }

  #standIn(device: GPUDevice, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = device.createBuffer({ size: standInSize, usage });
    this.#standIns.add(buffer);
    return buffer;
  }

  #note(what: string): void {
    const last = this.dispatches.at(-1)?.pipeline.label;
    this.problem ??= last === undefined ? `it ${what} at its start` : `it ${what} after the kernel ${last}`;
  }

  #noteRead(backend: tf.WebGPUBackend, dataId: object): void {
    const { values, shape } = backend.tensorMap.get(dataId);
    if (!values) this.#note(`reads a tensor of shape [${shape.join(', ')}] back`);
  }

  #boundGroup({ layout, entries }: GPUBindGroupDescriptor): BoundGroup {
    return {
      layout,
      entries: Array.from(entries, ({ binding, resource }) => {
        if (!('buffer' in resource) || !(resource.buffer instanceof GPUBuffer))
          throw new Error('record: a kernel binds something other than a buffer');
        const { buffer, offset = 0, size } = resource;
        return { binding, storage: this.storageOf(buffer), offset, size };
      }),
    };
  }

  #encoder(encoder: GPUCommandEncoder): GPUCommandEncoder {
    intercept(encoder, 'beginComputePass', (begin) => (descriptor) => {
      const pass = begin(descriptor);
      let pipeline: GPUComputePipeline | undefined;
      let group: BoundGroup | undefined;
      intercept(pass, 'setPipeline', (set) => (next) => {
        pipeline = next;
        return set(next);
      });
      intercept(pass, 'setBindGroup', (set) => (index: number, next: GPUBindGroup | null | undefined) => {
        group = next ? this.#groups.get(next) : undefined;
        return set(index, next);
      });
      intercept(pass, 'dispatchWorkgroups', () => (x, y = 1, z = 1) => {
        if (pipeline && group) this.dispatches.push({ ...group, pipeline, workgroups: [x, y, z] });
      });
      return pass;
    });
    return encoder;
  }
}

/** The bytes that tfjs uploads for these values. */
function bytesOf(values: tf.BackendValues, dtype: tf.DataType): Uint8Array<ArrayBuffer> {
  const Words = dtype === 'float32' ? Float32Array : Int32Array;
  const words = new Words(values.length);
  for (let i = 0; i < values.length; i++) words[i] = Number(values[i]);
  return new Uint8Array(words.buffer);
}

function copyOf(data: AllowSharedBufferSource): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
  return Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}
