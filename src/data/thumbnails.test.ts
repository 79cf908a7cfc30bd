import { describe, expect, it } from 'vitest';
import type { WholeDataset } from './dataset.ts';
import { sampleToRgba, toRgba } from './thumbnails.ts';

const dataset: WholeDataset = {
  info: {
    id: 'tiny',
    name: 'Tiny',
    description: '',
    licence: '',
    source: '',
    image: { height: 1, width: 2, channels: 3 },
    columns: [],
    counts: { train: 2, validation: 0, test: 0 },
  },
  images: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
  columns: [],
  split: { train: Uint32Array.of(0, 1), validation: Uint32Array.of(), test: Uint32Array.of() },
};

describe('thumbnails', () => {
  it('repeat grey and keep colours, opaque', () => {
    expect([...toRgba(Uint8Array.of(5, 250), 1)]).toEqual([5, 5, 5, 255, 250, 250, 250, 255]);
    expect([...sampleToRgba(dataset, 1)]).toEqual([7, 8, 9, 255, 10, 11, 12, 255]);
  });

  it('name an index outside', () => {
    expect(() => sampleToRgba(dataset, 2)).toThrow('Tiny has samples 0…1, not 2');
  });
});
