/** `gatherBatch` in a host loop, for backends without a kernel of ours: the reference that the WGSL must equal. */
import type { Augmentation } from '#experiment/schema.ts';
import { hash, permute, stream, toUniform } from '#lib/random.ts';
import * as tf from '../tf.ts';
import type { Batch, BatchRequest } from './batch.ts';

/** How one image is changed. Shifts are in pixels; `gain` multiplies pixel values. */
type Change = { flip: boolean; down: number; right: number; gain: number };

const unchanged: Change = { flip: false, down: 0, right: 0, gain: 1 };
const hostIndices = new WeakMap<tf.Tensor, ArrayLike<number>>();

/** Says which numbers a tensor stands for, which may change: it is never read. */
export function bindToHost(tensor: tf.Tensor, numbers: ArrayLike<number>): void {
  hostIndices.set(tensor, numbers);
}

/** @throws if the images are not on the host */
export function gatherOnHost(request: BatchRequest): Batch {
  const { images, batchSize, augment, seed } = request;
  const number = numberOf(request);
  const { height, width, channels } = images.image;
  const bytes = images.bytes;
  if (!bytes) throw new Error('gatherBatch: these images were made resident for WebGPU');
  const size = height * width * channels;
  const x = new Float32Array(batchSize * size);
  const { rows, places } = rowsOf(request);
  for (const [b, place] of places.entries()) {
    const change = augment ? drawChange(augment, seed, number, b) : unchanged;
    const image = bytes.subarray(place * size, (place + 1) * size);
    fill(x.subarray(b * size, (b + 1) * size), image, change, request);
  }
  return { x: tf.tensor4d(x, [batchSize, height, width, channels]), rows: tf.tensor1d(rows, 'int32') };
}

/** Batches drawn before this one. */
function numberOf({ hostStep, draw }: BatchRequest): number {
  return draw ? hostStep * draw.of + draw.place : hostStep;
}

/** Sample numbers of a batch, and where their images lie. */
function rowsOf(request: BatchRequest): { rows: Int32Array; places: Int32Array } {
  const { indices, batchSize, seed, order } = request;
  const number = numberOf(request);
  const samples = hostIndices.get(indices) ?? indices.dataSync();
  hostIndices.set(indices, samples);
  const n = samples.length;
  const first = number * batchSize;
  const all = (of: (b: number) => number) => Int32Array.from({ length: batchSize }, (_, b) => of(b));
  if (order === 'scheduled') {
    const at = 2 * (first % (n / 2));
    return { rows: all((b) => samples[at + 2 * b] ?? 0), places: all((b) => samples[at + 2 * b + 1] ?? 0) };
  }
  const perEpoch = Math.max(1, Math.floor(n / batchSize));
  const key = hash(seed, stream.order, Math.floor(number / perEpoch));
  const rows = all((b) => {
    const place =
      order === 'shuffled'
        ? permute(((number % perEpoch) * batchSize + b) % n, n, key)
        : Math.min(first + b, n - 1);
    return samples[place] ?? 0;
  });
  return { rows, places: order === 'passing' ? all((b) => Math.min(b, n - 1 - first)) : rows };
}

/** Draw k of an image is hash(seed, augment, step, place in batch, k): flip, shift ↓ →, crop ↓ →, brightness. */
function drawChange(augment: Augmentation, seed: number, step: number, b: number): Change {
  const bits = (k: number) => hash(seed, stream.augment, step, b, k);
  const around = (reach: number, k: number) => Math.floor(toUniform(bits(k)) * (2 * reach + 1)) - reach;
  return {
    flip: augment.flip && toUniform(bits(0)) < 0.5,
    down: around(augment.shift, 1) + around(augment.crop, 3),
    right: around(augment.shift, 2) + around(augment.crop, 4),
    gain: 1 + augment.brightness * (2 * toUniform(bits(5)) - 1),
  };
}

/** Writes one changed, normalised image. What a shift brings in from outside is black. */
function fill(
  out: Float32Array,
  image: Uint8Array,
  change: Change,
  { images, normalise }: BatchRequest,
): void {
  const { height, width, channels } = images.image;
  for (let i = 0; i < out.length; i++) {
    const c = i % channels;
    const shifted = (Math.floor(i / channels) % width) - change.right;
    const y = Math.floor(i / (channels * width)) - change.down;
    const x = change.flip ? width - 1 - shifted : shifted;
    const inside = x >= 0 && x < width && y >= 0 && y < height;
    const pixel = inside ? (image[(y * width + x) * channels + c] ?? 0) : 0;
    const value = Math.min(255, Math.max(0, pixel * change.gain));
    out[i] = (value / 255 - (normalise.mean[c] ?? 0)) / (normalise.deviation[c] ?? 1);
  }
}
