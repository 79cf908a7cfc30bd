import { beforeAll, describe, expect, test } from 'vitest';
import { openDevice } from '../device.ts';
import * as tf from '../tf.ts';
import { disposeImages, gatherBatch, residentImages, type BatchRequest } from './batch.ts';
import { held, noise, worstError } from './testing.ts';

const shapes = {
  words: { height: 4, width: 6, channels: 1 },
  bytes: { height: 5, width: 7, channels: 1 },
  colour: { height: 6, width: 5, channels: 3 },
} as const;
const none = { flip: false, shift: 0, crop: 0, brightness: 0 };
const colours = { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.25, 0.3] };

type Settings = Omit<BatchRequest, 'images' | 'indices' | 'step'> & {
  shape: keyof typeof shapes;
  count: number;
  part: number[];
};

/** A batch from noise images, on the backend that is set. */
async function batchOf({
  shape,
  count,
  part,
  ...rest
}: Settings): Promise<{ x: Float32Array; rows: number[] }> {
  const image = shapes[shape];
  const values = noise(count * image.height * image.width * image.channels, 5);
  const images = residentImages(
    Uint8Array.from(values, (value) => (value + 0.5) * 256),
    image,
  );
  const { x, rows } = gatherBatch({
    ...rest,
    images,
    indices: tf.tensor1d(part, 'int32'),
    step: tf.tensor1d([rest.hostStep], 'int32'),
  });
  expect(x.shape).toEqual([rest.batchSize, image.height, image.width, image.channels]);
  expect(rows.shape).toEqual([rest.batchSize]);
  const result = { x: Float32Array.from(await x.data()), rows: [...(await rows.data())] };
  disposeImages(images);
  return result;
}

const part = [3, 1, 4, 15, 9, 2, 6, 5, 35, 8, 97];
const basis = {
  count: 100,
  part,
  batchSize: 4,
  seed: 7,
  hostStep: 0,
  order: 'shuffled',
  normalise: colours,
} as const;

describe('gatherBatch', () => {
  beforeAll(async () => {
    await openDevice('webgpu');
  });

  test.each<[string, Settings]>([
    ['plain words', { ...basis, shape: 'words' }],
    ['plain bytes', { ...basis, shape: 'bytes', hostStep: 5 }],
    ['colour, in order', { ...basis, shape: 'colour', order: 'sequential', hostStep: 1 }],
    ['past the end', { ...basis, shape: 'colour', order: 'sequential', hostStep: 2 }],
    ['more than a part holds', { ...basis, shape: 'bytes', batchSize: 13 }],
    ['flips', { ...basis, shape: 'bytes', augment: { ...none, flip: true } }],
    ['shifts', { ...basis, shape: 'colour', augment: { ...none, shift: 2 }, hostStep: 9 }],
    ['crops', { ...basis, shape: 'words', augment: { ...none, crop: 3 }, hostStep: 9 }],
    ['brightness', { ...basis, shape: 'colour', augment: { ...none, brightness: 0.6 } }],
    [
      'all at once',
      { ...basis, shape: 'colour', augment: { flip: true, shift: 1, crop: 2, brightness: 0.3 } },
    ],
  ])('gives the same numbers in WGSL and on the host: %s', async (_, settings) => {
    await openDevice('webgpu');
    const ours = await batchOf(settings);
    await openDevice('cpu');
    const reference = await batchOf(settings);
    expect(ours.rows).toEqual(reference.rows);
    expect(worstError(ours.x, reference.x)).toBeLessThan(1e-6);
  });

  test('shows every sample at most once an epoch, in another order in the next', async () => {
    await openDevice('webgpu');
    const epochs: number[][] = [[], []];
    for (let step = 0; step < 4; step++) {
      const { rows } = await batchOf({ ...basis, shape: 'words', hostStep: step });
      epochs[Math.floor(step / 2)]?.push(...rows);
    }
    for (const rows of epochs) {
      expect(new Set(rows).size).toBe(8);
      expect(part).toEqual(expect.arrayContaining(rows));
    }
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  test('leaves nothing over', async () => {
    await openDevice('webgpu');
    const images = residentImages(new Uint8Array(100 * 6 * 5 * 3), shapes.colour);
    const tensors = { indices: tf.tensor1d(part, 'int32'), step: tf.zeros([1], 'int32') };
    const run = () =>
      tf.dispose(gatherBatch({ ...basis, ...tensors, images, augment: { ...none, flip: true } }));
    run();
    const before = held();
    for (let repeat = 0; repeat < 20; repeat++) run();
    expect(held()).toEqual(before);
    disposeImages(images);
  });
});
