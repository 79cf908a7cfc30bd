/**
 * Tensors that kernels write in place, to the host and back. tfjs's own `data()` keeps what it read as the tensor's value,
 * even where a kernel has written since.
 */
import * as tf from '../tf.ts';
import { bufferOf, webgpuBackend } from './dispatch.ts';
import { overwrite } from './overwrite.ts';

type Numbers = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/**
 * The numbers of float32 and int32 tensors as they are at the call, whatever work encoded later makes of them. Rejects
 * where the device is lost on the way.
 */
export function readNow(tensors: readonly tf.Tensor[]): Promise<Numbers[]> {
  const backend = webgpuBackend();
  return backend ? copyOut(backend, tensors) : Promise.all(tensors.map(readCopy));
}

/** Replaces all numbers of a variable, on WebGPU in its storage: a recorded step goes on with the new ones. */
export function replaceNumbers(variable: tf.Variable, values: Numbers): void {
  const backend = webgpuBackend();
  if (backend) return overwrite(backend, variable, values);
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape, variable.dtype)));
}

async function readCopy(tensor: tf.Tensor): Promise<Numbers> {
  const copy = tf.tidy(() => tensor.add(tf.scalar(0, tensor.dtype)));
  try {
    const values = await copy.data();
    return tensor.dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
  } finally {
    copy.dispose();
  }
}

async function copyOut(backend: tf.WebGPUBackend, tensors: readonly tf.Tensor[]): Promise<Numbers[]> {
  const { device } = backend;
  for (const { dataId } of tensors) backend.uploadToGPU(dataId);
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  const copies = tensors.map((tensor) => {
    const size = tensor.size * 4;
    const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    backend['commandEncoder'].copyBufferToBuffer(bufferOf(backend, tensor), 0, staging, 0, size);
    return { staging, isInteger: tensor.dtype === 'int32' };
  });
  backend.submitQueue();
  try {
    await Promise.all(copies.map(({ staging }) => staging.mapAsync(GPUMapMode.READ)));
    return copies.map(({ staging, isInteger }) => {
      const bytes = staging.getMappedRange().slice(0);
      return isInteger ? new Int32Array(bytes) : new Float32Array(bytes);
    });
  } finally {
    for (const { staging } of copies) staging.destroy();
  }
}
