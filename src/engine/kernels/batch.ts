/**
 * The next batch of images from a data set that lives on the GPU: picked, augmented and normalised where it lies, from
 * the step counter on the GPU. WebGPU runs two kernels; other backends run the same formulas in a host loop.
 */
import type { ImageShape } from '#experiment/dataset-info.ts';
import type { Augmentation } from '#experiment/schema.ts';
import * as tf from '../tf.ts';
import { bufferOf, emptyTensor, trackedTensor, webgpuBackend } from '../webgpu/dispatch.ts';
import { flush } from '../webgpu/queue.ts';
import { gatherOnHost } from './batch-host.ts';
import { gatherOnWebgpu } from './batch-webgpu.ts';

/** Images of a data set, all of them or a window, kept where batches are made. Free with {@link disposeImages}. */
export type ResidentImages = {
  readonly image: ImageShape;
  readonly count: number;
  /** On WebGPU: int32 [⌈count·height·width·channels / 4⌉], four pixels in each, the first in the lowest byte. */
  readonly packed?: tf.Tensor1D;
  /** Elsewhere: the bytes themselves, [count, height, width, channels]. */
  readonly bytes?: Uint8Array;
};

/** Per channel, in shares of the full range 0…1: the network sees (pixel / 255 − mean) / deviation. */
export type Normalisation = { mean: readonly number[]; deviation: readonly number[] };

export type BatchRequest = {
  images: ResidentImages;
  /**
   * Sample numbers of the part to draw from: int32 [n], which must not change while it is in use. For `scheduled`: for each
   * place of each batch its sample and the place of its image, int32 [batches · batchSize · 2], a ring of batches.
   */
  indices: tf.Tensor1D;
  /** Steps done before this one: int32 [1], read on the GPU. */
  step: tf.Tensor;
  /** The same number, read only by the backends that have no kernel for this. */
  hostStep: number;
  /** Which of the step's batches, for steps that draw several; left out, its only one. */
  draw?: { readonly place: number; readonly of: number };
  batchSize: number;
  seed: number;
  /**
   * `shuffled`: each epoch of ⌊n / batchSize⌋ steps is another permutation, the rest of it is dropped; `sequential`:
   * in order, and past the end the last sample again (for evaluation); `passing`: the same, but `images` holds the images
   * of this batch and no others; `scheduled`: as a table says, for a window through which images pass.
   */
  order: 'shuffled' | 'sequential' | 'passing' | 'scheduled';
  /** Left out: the images as they are. */
  augment?: Augmentation;
  normalise: Normalisation;
};

/** Images [batchSize, height, width, channels] float32 and their sample numbers int32 [batchSize]. */
export type Batch = { x: tf.Tensor4D; rows: tf.Tensor1D };

/**
 * Takes images to where batches are made.
 * @param bytes [count, height, width, channels], 0…255
 * @throws if they are more than one kernel may see on this adapter
 */
export function residentImages(bytes: Uint8Array, image: ImageShape): ResidentImages {
  const count = bytes.length / (image.height * image.width * image.channels);
  const backend = webgpuBackend();
  if (!backend) return { image, count, bytes };
  requireFit(backend, bytes.length);
  const packed = new Int32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(packed.buffer).set(bytes);
  return { image, count, packed: tf.keep(tf.tensor1d(packed, 'int32')) };
}

/**
 * Room for images where batches are made, for {@link writeImages}.
 * @throws if they are more than one kernel may see on this adapter
 */
export function emptyImages(count: number, image: ImageShape): ResidentImages {
  const bytes = count * image.height * image.width * image.channels;
  const backend = webgpuBackend();
  if (!backend) return { image, count, bytes: new Uint8Array(bytes) };
  requireFit(backend, bytes);
  const room = emptyTensor(backend, [Math.ceil(bytes / 4)], 'int32');
  backend.uploadToGPU(room.dataId);
  return { image, count, packed: tf.tidy(() => tf.keep(trackedTensor(backend, room).as1D())) };
}

/**
 * Writes images over others. Work encoded before still sees the old ones.
 * @param first place of the first of them; on WebGPU its bytes must begin at a whole word
 * @param bytes [n, height, width, channels]
 */
export function writeImages(images: ResidentImages, first: number, bytes: Uint8Array): void {
  const { height, width, channels } = images.image;
  const start = first * height * width * channels;
  const backend = webgpuBackend();
  if (!backend || !images.packed) return images.bytes?.set(bytes, start);
  flush(backend);
  const whole = bytes.length % 4 === 0 ? bytes : new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  if (whole !== bytes) whole.set(bytes);
  const { buffer, byteOffset, byteLength } = whole;
  backend.device.queue.writeBuffer(bufferOf(backend, images.packed), start, buffer, byteOffset, byteLength);
}

/** Frees what {@link residentImages} put on the GPU. */
export function disposeImages({ packed }: ResidentImages): void {
  packed?.dispose();
}

/** The batch of a step; see {@link BatchRequest}. The caller owns both tensors. */
export function gatherBatch(request: BatchRequest): Batch {
  const backend = webgpuBackend();
  return backend ? gatherOnWebgpu(backend, request) : gatherOnHost(request);
}

function requireFit(backend: tf.WebGPUBackend, bytes: number): void {
  const limit = backend.device.limits.maxStorageBufferBindingSize;
  if (bytes + 3 > limit)
    throw new Error(`The images take ${inMebibytes(bytes)}; a kernel may see ${inMebibytes(limit)} here.`);
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
