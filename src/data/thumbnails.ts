/** Samples as pictures: bytes that `ImageData` takes. */
import type { WholeDataset } from './dataset.ts';

/**
 * One sample as red, green, blue, alpha.
 * @returns [height, width, 4]; grey images have three equal channels
 * @throws RangeError where the data set has no such sample
 */
export function sampleToRgba(dataset: WholeDataset, index: number): Uint8ClampedArray<ArrayBuffer> {
  const { height, width, channels } = dataset.info.image;
  const size = height * width * channels;
  const total = dataset.images.length / size;
  if (!(Number.isInteger(index) && index >= 0 && index < total))
    throw new RangeError(`${dataset.info.name} has samples 0…${total - 1}, not ${index}`);
  return toRgba(dataset.images.subarray(index * size, (index + 1) * size), channels);
}

/**
 * One image as red, green, blue, alpha.
 * @param image [height, width, channels]
 */
export function toRgba(image: Uint8Array, channels: 1 | 3): Uint8ClampedArray<ArrayBuffer> {
  const pixels = image.length / channels;
  const rgba = new Uint8ClampedArray(pixels * 4);
  for (let i = 0; i < pixels; i++) {
    const from = i * channels;
    const last = channels - 1;
    rgba[4 * i] = image[from] ?? 0;
    rgba[4 * i + 1] = image[from + Math.min(1, last)] ?? 0;
    rgba[4 * i + 2] = image[from + last] ?? 0;
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}
