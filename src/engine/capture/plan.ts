/**
 * A recording made ready to run again: pipelines and bind groups on buffers of its own, in an order that never changes.
 * Running it involves no tfjs. Results on the way share buffers by lifetime.
 */
import * as tf from '../tf.ts';
import type { Arena } from './arena.ts';
import { assignBuffers } from '#lib/lifetimes.ts';
import type { RecordedDispatch, Recording, Resource } from './recording.ts';

interface PlannedDispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

type Constant = Extract<Resource, { kind: 'constant' }>;

export class Plan {
  /** Name of the kernel of each dispatch, in order. */
  readonly kernels: readonly string[];
  /** Where the results lie after each run. */
  readonly outputs: readonly { readonly buffer: GPUBuffer; readonly size: number }[];
  /** Bytes that results on the way would take without sharing, and take with it. */
  readonly memory: { readonly unshared: number; readonly shared: number };
  readonly #dispatches: readonly PlannedDispatch[];
  readonly #copies: readonly { from: GPUBuffer; to: GPUBuffer; size: number }[];
  readonly #constants = new Map<string, GPUBuffer>();
  /** tfjs's records of the variables; what it read back of them before is stale after a run. */
  readonly #variables: readonly object[];

  /** @param arena gives the buffers for the results on the way */
  constructor(backend: tf.WebGPUBackend, recording: Recording, arena: Arena) {
    const { device } = backend;
    const { dispatches, transients, reassigned, outputs } = recording;
    const { sizes, places } = assignBuffers(lifetimesOf(recording));
    const buffers = arena.reserve(sizes);
    const bufferOf = (index: number): GPUBuffer => found(buffers[places[index] ?? -1]);
    const homes = new Map(reassigned.map(({ name, home }) => [name, home]));
    const bind = (resource: Resource): GPUBufferBinding => {
      switch (resource.kind) {
        case 'lasting':
          return { buffer: resource.buffer, offset: resource.offset, ...sized(resource.size) };
        case 'variable':
          return { buffer: found(homes.get(resource.name)) };
        case 'constant':
          return { buffer: this.#constant(device, resource) };
        case 'transient':
          return { buffer: bufferOf(resource.index), ...sized(transients[resource.index]) };
      }
    };
    this.#dispatches = dispatches.map(({ pipeline, layout, bindings, workgroups }) => ({
      pipeline,
      workgroups,
      group: device.createBindGroup({
        layout,
        entries: bindings.map(({ binding, resource }) => ({ binding, resource: bind(resource) })),
      }),
    }));
    this.kernels = dispatches.map(({ kernel }) => kernel);
    this.#copies = reassigned.map(({ value, home }) => ({
      from: bufferOf(value),
      to: home,
      size: home.size,
    }));
    this.outputs = outputs.map((index) => ({ buffer: bufferOf(index), size: transients[index] ?? 0 }));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    this.memory = { unshared: sum(transients), shared: sum(sizes) };
    this.#variables = variablesIn(backend, dispatches, new Set(homes.values()));
  }

  /** Encodes one run. The results are those of the last run encoded. */
  encode(encoder: GPUCommandEncoder): void {
    const pass = encoder.beginComputePass();
    let current: GPUComputePipeline | undefined;
    for (const { pipeline, group, workgroups } of this.#dispatches) {
      if (pipeline !== current) pass.setPipeline(pipeline);
      current = pipeline;
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
    }
    pass.end();
    this.#finish(encoder);
  }

  /** Encodes one run as {@link encode} does, each dispatch in a pass of its own that writes these timestamps. */
  encodeTimed(
    encoder: GPUCommandEncoder,
    timestamps: (dispatch: number) => GPUComputePassTimestampWrites,
  ): void {
    for (const [i, { pipeline, group, workgroups }] of this.#dispatches.entries()) {
      const pass = encoder.beginComputePass({ timestampWrites: timestamps(i) });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
      pass.end();
    }
    this.#finish(encoder);
  }

  #finish(encoder: GPUCommandEncoder): void {
    for (const { from, to, size } of this.#copies) encoder.copyBufferToBuffer(from, 0, to, 0, size);
    for (const variable of this.#variables) Object.assign(variable, { values: null });
  }

  /** What the host wrote for the kernels, in bytes. */
  get constantBytes(): number {
    return Array.from(this.#constants.values(), ({ size }) => size).reduce((sum, size) => sum + size, 0);
  }

  /** Frees what is the plan's alone. */
  dispose(): void {
    for (const buffer of this.#constants.values()) buffer.destroy();
    this.#constants.clear();
  }

  #constant(device: GPUDevice, { usage, bytes }: Constant): GPUBuffer {
    // Uniforms are small and many alike; whatever is large is its own.
    const key = bytes.length > 1024 ? `large ${this.#constants.size}` : `${usage} ${bytes.join()}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const buffer = device.createBuffer({ size: bytes.length, usage, mappedAtCreation: true });
    new Uint8Array(buffer.getMappedRange()).set(bytes);
    buffer.unmap();
    this.#constants.set(key, buffer);
    return buffer;
  }
}

/** From the first dispatch that binds a result to the last; results of the whole last to the end. */
function lifetimesOf({ dispatches, transients, reassigned, outputs }: Recording) {
  const lifetimes = transients.map((size) => ({ size, first: dispatches.length, last: 0 }));
  for (const [at, { bindings }] of dispatches.entries()) {
    for (const { resource } of bindings) {
      const lifetime = resource.kind === 'transient' ? lifetimes[resource.index] : undefined;
      if (!lifetime) continue;
      lifetime.first = Math.min(lifetime.first, at);
      lifetime.last = at;
    }
  }
  for (const index of [...outputs, ...reassigned.map(({ value }) => value)])
    found(lifetimes[index]).last = dispatches.length;
  return lifetimes;
}

/** tfjs's records of all variables whose buffers the dispatches bind, or that are written back. */
function variablesIn(
  backend: tf.WebGPUBackend,
  dispatches: readonly RecordedDispatch[],
  buffers: Set<GPUBuffer>,
): object[] {
  for (const { bindings } of dispatches)
    for (const { resource } of bindings) if (resource.kind === 'lasting') buffers.add(resource.buffer);
  return Object.values(tf.engine().registeredVariables).flatMap(({ dataId }) => {
    const data = backend.tensorMap.has(dataId) ? backend.tensorMap.get(dataId) : undefined;
    return data?.resource instanceof GPUBuffer && buffers.has(data.resource) ? [data] : [];
  });
}

function sized(size: number | undefined): { size?: number } {
  return size === undefined ? {} : { size };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Plan: the recording names a storage that it does not have');
  return value;
}
