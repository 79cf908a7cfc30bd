import { describe, expect, it } from 'vitest';
import type { ColumnInfo } from '#experiment/dataset-info.ts';
import type { WholeDataset } from './dataset.ts';
import { memoryReader } from './image-reader.ts';
import { channelStatistics, consecutiveSplit, labelCounts, readChannelStatistics, take } from './split.ts';

const missing = Number.NaN;
const kind: ColumnInfo = { id: 'kind', name: 'kind', kind: 'class', classes: ['a', 'b', 'c'] };
const tags: ColumnInfo = { id: 'tags', name: 'tags', kind: 'labels', classes: ['x', 'y'] };
const place: ColumnInfo = { id: 'place', name: 'place', kind: 'number', names: ['x', 'y'] };

/** Four samples of one red-green-blue pixel; the third and the fourth lack labels. */
const dataset: WholeDataset = {
  info: {
    id: 'tiny',
    name: 'Tiny',
    description: '',
    licence: '',
    source: '',
    image: { height: 1, width: 1, channels: 3 },
    columns: [kind, tags, place],
    counts: { train: 2, validation: 1, test: 1 },
  },
  images: Uint8Array.of(0, 51, 255, 255, 153, 255, 7, 8, 9, 10, 11, 12),
  columns: [
    { info: kind, values: Float32Array.of(2, 2, missing, 0) },
    { info: tags, values: Float32Array.of(1, 0, 1, 1, missing, missing, 0, missing) },
    { info: place, values: Float32Array.of(0, 1, 2, 3, missing, missing, 6, 7) },
  ],
  split: consecutiveSplit({ train: 2, validation: 1, test: 1 }),
};

describe('labelCounts', () => {
  it('counts classes per part and tells missing labels apart', () => {
    expect(labelCounts(dataset, 'kind')).toEqual({
      train: { counts: [0, 0, 2], missing: 0 },
      validation: { counts: [0, 0, 0], missing: 1 },
      test: { counts: [1, 0, 0], missing: 0 },
    });
  });

  it('counts each label of a sample, and samples without any known one as missing', () => {
    expect(labelCounts(dataset, 'tags')).toEqual({
      train: { counts: [2, 1], missing: 0 },
      validation: { counts: [0, 0], missing: 1 },
      test: { counts: [0, 0], missing: 0 },
    });
  });

  it('has no classes to count in numbers, and names an unknown column', () => {
    expect(labelCounts(dataset, 'place').validation).toEqual({ counts: [], missing: 1 });
    expect(() => labelCounts(dataset, 'age')).toThrow('Tiny has no column "age"');
  });
});

describe('channelStatistics', () => {
  it('is over the training images, per channel, never zero in width', () => {
    const { mean, std } = channelStatistics(dataset);
    expect(mean).toEqual([0.5, 0.4, 1].map((value) => expect.closeTo(value, 12)));
    expect(std).toEqual([0.5, 0.2, 1 / 255].map((value) => expect.closeTo(value, 12)));
  });

  it('samples evenly where there are many', () => {
    expect(channelStatistics(dataset, 1).mean).toEqual([0, expect.closeTo(0.2, 12), 1]);
  });

  it('is the same of images that have to be read', async () => {
    const apart = { ...dataset, images: memoryReader(dataset.images, dataset.info.image) };
    expect(await readChannelStatistics(apart)).toEqual(channelStatistics(dataset));
    expect(await readChannelStatistics(dataset, 1)).toEqual(channelStatistics(dataset, 1));
  });
});

describe('take', () => {
  it('copies images and labels in the order asked for, missing ones included', async () => {
    const { images, columns } = await take(dataset, [2, 0]);
    expect([...images]).toEqual([7, 8, 9, 0, 51, 255]);
    expect(columns.map(({ values }) => [...values])).toEqual([
      [missing, 2],
      [missing, missing, 1, 0],
      [missing, missing, 0, 1],
    ]);
    images[0] = 99;
    expect(dataset.images[6]).toBe(7);
  });

  it('reads images that are not in memory', async () => {
    const apart = { ...dataset, images: memoryReader(dataset.images, dataset.info.image) };
    expect(await take(apart, [3, 3, 1])).toEqual(await take(dataset, [3, 3, 1]));
    await expect(take(apart, [4])).rejects.toThrow('Tiny has samples 0…3, not 4');
  });

  it('refuses indices outside', async () => {
    await expect(take(dataset, [4])).rejects.toThrow('Tiny has samples 0…3, not 4');
    await expect(take(dataset, [-1])).rejects.toThrow(RangeError);
  });
});
