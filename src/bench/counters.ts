/**
 * Counts what is asked of WebGPU, whoever asks: dispatches, bytes uploaded, bytes of buffers. Wraps the methods of WebGPU's
 * own classes, once per thread, before a device is used.
 */

export interface Counts {
  /** Since the last {@link Counters.reset}. */
  readonly dispatches: number;
  /** Since the last {@link Counters.reset}: written to a buffer, or mapped as it was created. */
  readonly uploadedBytes: number;
  /** The most that all buffers not destroyed came to, since the start. */
  readonly peakBytes: number;
}

export interface Counters {
  read(): Counts;
  reset(): void;
}

/** Starts to count. */
export function countWebgpu(): Counters {
  const counts = { dispatches: 0, uploadedBytes: 0, peakBytes: 0 };
  wrapPasses(counts);
  wrapUploads(counts);
  wrapBuffers(counts);
  return {
    read: () => ({ ...counts }),
    reset: () => void Object.assign(counts, { dispatches: 0, uploadedBytes: 0 }),
  };
}

type Tally = { -readonly [Key in keyof Counts]: Counts[Key] };

function wrapPasses(counts: Tally): void {
  const { prototype } = GPUComputePassEncoder;
  const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = prototype;
  prototype.dispatchWorkgroups = function (...given) {
    counts.dispatches++;
    return dispatchWorkgroups.apply(this, given);
  };
  prototype.dispatchWorkgroupsIndirect = function (...given) {
    counts.dispatches++;
    return dispatchWorkgroupsIndirect.apply(this, given);
  };
}

function wrapUploads(counts: Tally): void {
  const { prototype } = GPUQueue;
  const { writeBuffer } = prototype;
  // `offset` and `size` are in elements of a typed array, in bytes of anything else.
  prototype.writeBuffer = function (buffer, at, data, offset = 0, size?: number) {
    const unit = 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1;
    counts.uploadedBytes += size === undefined ? data.byteLength - offset * unit : size * unit;
    return size === undefined
      ? writeBuffer.call(this, buffer, at, data as ArrayBuffer, offset)
      : writeBuffer.call(this, buffer, at, data as ArrayBuffer, offset, size);
  };
}

function wrapBuffers(counts: Tally): void {
  const held = new WeakMap<GPUBuffer, number>();
  let heldBytes = 0;
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    if (descriptor.mappedAtCreation) counts.uploadedBytes += descriptor.size;
    held.set(buffer, descriptor.size);
    heldBytes += descriptor.size;
    counts.peakBytes = Math.max(counts.peakBytes, heldBytes);
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    heldBytes -= held.get(this) ?? 0;
    held.delete(this); // destroying twice is allowed
    return destroy.call(this);
  };
}
