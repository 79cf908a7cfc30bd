/** Takes a piece of GPU work through its motions and writes down what it would tell the GPU. */
import * as tf from '../tf.ts';
import { flush } from '../webgpu/queue.ts';
import type { Recording, Resource } from './recording.ts';
import { Watch, type Storage } from './watch.ts';

/** The recording, or why there is none. */
export type Recorded = { readonly recording: Recording } | { readonly problem: string };

/** A variable as it was before the work. */
interface Held {
  readonly variable: tf.Variable;
  readonly value: tf.Tensor;
  readonly buffer: GPUBuffer | undefined;
}

/**
 * Records the work without running it: all variables are afterwards what they were.
 * @param work returns the tensors that are its result; anything else that is new it must have disposed of
 */
export function record(backend: tf.WebGPUBackend, work: () => readonly tf.Tensor[]): Recorded {
  const before = hold(backend);
  flush(backend);
  const watch = new Watch(backend);
  try {
    const outputs = work();
    flush(backend);
    const namer = new Namer(backend, watch, before);
    const recording = namer.name(outputs);
    tf.dispose([...outputs]);
    putBack(before);
    flush(backend);
    watch.end();
    const problem = watch.problem ?? namer.problem;
    return problem === undefined ? { recording } : { problem };
  } finally {
    watch.end();
    for (const { value } of before.values()) value.dispose();
  }
}

/** Takes the work through its motions, on numbers that mean nothing: all variables are afterwards what they were. */
export function rehearse(backend: tf.WebGPUBackend, work: () => void): void {
  const before = hold(backend);
  try {
    work();
  } finally {
    putBack(before);
    for (const { value } of before.values()) value.dispose();
  }
}

/** All variables of this backend by name. They are uploaded first, as a first use would. */
function hold(backend: tf.WebGPUBackend): Map<string, Held> {
  const all = Object.entries(tf.engine().registeredVariables);
  return new Map(
    all.flatMap(([name, variable]) => {
      const { dataId } = variable;
      if (!backend.tensorMap.has(dataId)) return [];
      backend.uploadToGPU(dataId);
      // Outside of any `tidy`, so that it is ours to dispose of.
      const value = tf.keep(variable.clone());
      return [[name, { variable, value, buffer: bufferOf(backend, dataId) }] as const];
    }),
  );
}

function putBack(before: ReadonlyMap<string, Held>): void {
  for (const { variable, value } of before.values())
    if (!variable.isDisposed && variable.dataId !== value.dataId) variable.assign(value);
}

function bufferOf(backend: tf.WebGPUBackend, dataId: object): GPUBuffer | undefined {
  const resource = backend.tensorMap.has(dataId) ? backend.tensorMap.get(dataId).resource : undefined;
  return resource instanceof GPUBuffer ? resource : undefined;
}

/** Names the storages of a run so that they mean the same in every run. */
class Namer {
  problem: string | undefined;
  readonly #backend: tf.WebGPUBackend;
  readonly #watch: Watch;
  readonly #transients = new Map<Storage, number>();
  /** Old buffers of the variables that were given another tensor. */
  readonly #replaced = new Map<GPUBuffer, string>();
  readonly #reassigned: { name: string; home: GPUBuffer; next: GPUBuffer | undefined }[] = [];

  constructor(backend: tf.WebGPUBackend, watch: Watch, before: ReadonlyMap<string, Held>) {
    this.#backend = backend;
    this.#watch = watch;
    for (const [name, { variable, value, buffer: home }] of before) {
      if (variable.isDisposed || variable.dataId === value.dataId || !home) continue;
      this.#replaced.set(home, name);
      this.#reassigned.push({ name, home, next: bufferOf(backend, variable.dataId) });
    }
  }

  name(outputs: readonly tf.Tensor[]): Recording {
    const dispatches = this.#watch.dispatches.map(({ pipeline, layout, entries, workgroups }) => ({
      kernel: pipeline.label || 'a kernel without a name',
      pipeline,
      layout,
      workgroups,
      bindings: entries.map(({ binding, storage, offset, size }) => ({
        binding,
        resource: this.#resource(storage, offset, size),
      })),
    }));
    const reassigned = this.#reassigned.map(({ name, home, next }) => {
      return { name, home, value: this.#result(next, `the variable ${name}`) };
    });
    const results = outputs.map(({ dataId }, i) =>
      this.#result(bufferOf(this.#backend, dataId), `result ${i + 1}`),
    );
    const transients = Array.from(this.#transients.keys(), ({ size }) => size);
    return { dispatches, transients, reassigned, outputs: results };
  }

  #resource(storage: Storage, offset: number, size: number | undefined): Resource {
    const { buffer, isNew, written, owner } = storage;
    const replaced = isNew ? undefined : this.#replaced.get(buffer);
    if (replaced !== undefined) return { kind: 'variable', name: replaced };
    const stays = owner !== undefined && bufferOf(this.#backend, owner) === buffer;
    if (!isNew || stays) return { kind: 'lasting', buffer, offset, size };
    if (written) return { kind: 'constant', usage: buffer.usage, bytes: written() };
    const index = this.#transients.get(storage) ?? this.#transients.size;
    this.#transients.set(storage, index);
    return { kind: 'transient', index };
  }

  /** The transient that a buffer holds at the end. */
  #result(buffer: GPUBuffer | undefined, whose: string): number {
    const index = buffer && this.#transients.get(this.#watch.storageOf(buffer));
    if (index === undefined) this.problem ??= `${whose} was not computed on the GPU`;
    return index ?? -1;
  }
}
