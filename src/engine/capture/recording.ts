/** What a recorded piece of GPU work consists of, and how two recordings of the same work differ. */

/** Storage that a dispatch binds, named so that it means the same in every recording of the same work. */
export type Resource =
  /** Was there before and stays: data, weights, counters. */
  | { kind: 'lasting'; buffer: GPUBuffer; offset: number; size: number | undefined }
  /** What a variable held before the work gave it another tensor. */
  | { kind: 'variable'; name: string }
  /** Uniforms and uploads: what the host wrote. */
  | { kind: 'constant'; usage: GPUBufferUsageFlags; bytes: Uint8Array<ArrayBuffer> }
  /** A result on the way, numbered by first use. */
  | { kind: 'transient'; index: number };

export interface RecordedDispatch {
  readonly kernel: string;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly bindings: readonly { readonly binding: number; readonly resource: Resource }[];
  readonly workgroups: readonly [x: number, y: number, z: number];
}

export interface Recording {
  readonly dispatches: readonly RecordedDispatch[];
  /** Bytes of each transient. */
  readonly transients: readonly number[];
  /** Variables that the work gave another tensor: the transient with their new value, and the buffer that they keep. */
  readonly reassigned: readonly { readonly name: string; readonly value: number; readonly home: GPUBuffer }[];
  /** The transients that the work returned. */
  readonly outputs: readonly number[];
}

/** The first difference that keeps one recording from standing for the other, in words; undefined where there is none. */
export function differenceBetween(one: Recording, other: Recording): string | undefined {
  const count = Math.max(one.dispatches.length, other.dispatches.length);
  for (let i = 0; i < count; i++) {
    const [before, after] = [one.dispatches[i], other.dispatches[i]];
    if (!before || !after || before.kernel !== after.kernel)
      return `dispatch ${i + 1} was ${before?.kernel ?? 'nothing'}, then ${after?.kernel ?? 'nothing'}`;
    const difference = differenceOf(before, after);
    if (difference) return `${after.kernel} (dispatch ${i + 1}) ${difference}`;
  }
  const ends = ({ reassigned, outputs, transients }: Recording) =>
    JSON.stringify([reassigned.map(({ name, value }) => [name, value]), outputs, transients]);
  return ends(one) === ends(other) ? undefined : 'the results were kept in other places';
}

function differenceOf(before: RecordedDispatch, after: RecordedDispatch): string | undefined {
  if (before.pipeline !== after.pipeline) return 'was compiled anew';
  if (before.workgroups.join() !== after.workgroups.join()) return 'changed its size';
  for (const [i, { resource }] of after.bindings.entries()) {
    const known = before.bindings[i]?.resource;
    if (known && isSame(known, resource)) continue;
    if (resource.kind === 'constant' && known?.kind === 'constant')
      return 'gets a value from the host that changes';
    return 'works on other buffers';
  }
  return undefined;
}

function isSame(one: Resource, other: Resource): boolean {
  switch (one.kind) {
    case 'lasting':
      return other.kind === one.kind && other.buffer === one.buffer && other.offset === one.offset;
    case 'variable':
      return other.kind === one.kind && other.name === one.name;
    case 'constant':
      return other.kind === one.kind && areEqual(one.bytes, other.bytes);
    case 'transient':
      return other.kind === one.kind && other.index === one.index;
  }
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
