/** The order of a data set that streams: each sample once an epoch, mixed, the same whenever and wherever it is looked up. */
import { describe, expect, it } from 'vitest';
import { hash, permute, stream } from '#lib/random.ts';
import { Blocks, imagesPerBlock } from './blocks.ts';
import { StreamOrder } from './order.ts';

const list = Uint32Array.from({ length: 160 }, (_, i) => 3 * i + 1);
const orderOf = (options: { list?: Uint32Array; window: number; seed?: number; batchSize?: number }) => {
  const { window, seed = 7, batchSize = 8 } = options;
  return new StreamOrder({ blocks: new Blocks(options.list ?? list, 4), seed, batchSize, window });
};
const epochOf = (order: StreamOrder, epoch: number) =>
  Array.from({ length: order.batches }, (_, b) => [...order.batch(epoch * order.batches + b)]).flat();
const ascending = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);
const all = Array.from({ length: 160 }, (_, i) => i);

describe('StreamOrder', () => {
  it.each([16, 18, 10, 40])('gives every sample once an epoch through a window of %i blocks', (window) => {
    const order = orderOf({ window });
    expect(order.batches).toBe(20);
    const epochs = [0, 1, 2].map((epoch) => epochOf(order, epoch));
    for (const epoch of epochs) expect(ascending(epoch)).toEqual(all);
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(epochs[0]).not.toEqual(all);
    expect(epochOf(orderOf({ window, seed: 8 }), 0)).not.toEqual(epochs[0]);
    const later = orderOf({ window });
    expect([...later.batch(47)]).toEqual([...order.batch(47)]); // looked up at once, with nothing before it
  });

  it('is that of a resident data set where the window takes all', () => {
    const order = orderOf({ window: 40 });
    expect(order.chunks).toBe(1);
    const expected = (epoch: number) => all.map((i) => permute(i, 160, hash(7, stream.order, epoch)));
    expect(epochOf(order, 0)).toEqual(expected(0));
    expect(epochOf(order, 3)).toEqual(expected(3));
  });

  it('draws repetitions as often as the list has them, and drops what no batch is left for', () => {
    const repeated = Uint32Array.from({ length: 300 }, (_, i) => (i < 200 ? i % 50 : i));
    const order = orderOf({ list: repeated, window: 20 });
    expect(order.chunks).toBeGreaterThan(2);
    const entries = epochOf(order, 0);
    expect(entries).toHaveLength(296);
    expect(new Set(entries).size).toBe(296);
  });

  it('takes no more blocks for a batch than its chunk and the ones before have', () => {
    const order = orderOf({ window: 16 });
    const blocks = new Blocks(list, 4);
    expect(order.least).toBeGreaterThanOrEqual(2 * 8);
    let chunk = order.chunkOf(0);
    const there = new Set<number>();
    for (let batch = 0; batch < 60; batch++) {
      while (batch >= order.endOf(chunk)) chunk = order.after(chunk);
      for (const block of order.blocksOf(chunk)) there.add(block);
      const started = order.chunkOf(batch);
      for (const block of order.blocksOf(started)) there.add(block);
      for (const entry of order.batch(batch))
        expect(there.has(Math.floor((blocks.places[entry] ?? 0) / 4))).toBe(true);
    }
  });

  it('mixes neighbours of the disk over the chunks', () => {
    const order = orderOf({ window: 16 });
    const first = epochOf(order, 0).slice(0, 40);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(100);
  });
});

describe('Blocks', () => {
  it('holds each distinct sample once, ascending, and knows where each entry is', () => {
    const blocks = new Blocks(Uint32Array.of(9, 2, 9, 4, 30, 2, 7), 4);
    expect([...blocks.ids(0)]).toEqual([2, 4, 7, 9]);
    expect([...blocks.ids(1)]).toEqual([30]);
    expect([...blocks.places]).toEqual([3, 0, 3, 1, 4, 0, 2]);
    expect(blocks.count).toBe(2);
  });

  it('has whole words, a quarter of a mebibyte, and at least 64 in a window', () => {
    expect(imagesPerBlock(12_288, 40_000)).toBe(20);
    expect(imagesPerBlock(784, 684_000)).toBe(332);
    expect(imagesPerBlock(784, 6400)).toBe(100);
    expect(imagesPerBlock(786_432, 600)).toBe(4);
  });
});
