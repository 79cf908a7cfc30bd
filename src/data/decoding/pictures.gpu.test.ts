/** Real pictures of every kind, decoded by Chromium, against Pillow's pixels (scripts/fixtures/pictures.py). */
import { describe, expect, it } from 'vitest';
import fixtures from './fixtures/pictures.json';
import type { ImagePlan } from './decoder.ts';
import { browserDecoder } from './pool.ts';
import { largestDifference, sourceOf, unpack } from './testing.ts';

async function decode(file: string, plan: ImagePlan): Promise<Uint8Array> {
  const decoder = browserDecoder({ workers: 1 });
  const found: Uint8Array[] = [];
  try {
    await decoder.decode([sourceOf(unpack(file))], {
      plan,
      from: 0,
      signal: new AbortController().signal,
      onBatch: async ({ pixels, failed }) => {
        expect(failed).toEqual([]);
        found.push(pixels);
      },
    });
  } finally {
    decoder.close();
  }
  return found[0] ?? new Uint8Array();
}

const { background } = fixtures;

describe('pictures in Chromium', () => {
  it.each(fixtures.pictures)('$name', async ({ file, width, height, bound, rgb }) => {
    const pixels = await decode(file, {
      shape: { width, height, channels: 3 },
      fit: 'stretch',
      background,
    });
    expect(largestDifference(pixels, unpack(rgb))).toBeLessThanOrEqual(bound);
  });

  it.each(fixtures.resized)(
    'resized: $name',
    async ({ file, width, height, channels, fit, bound, pixels }) => {
      const shape = { width, height, channels: channels === 1 ? 1 : 3 } as const;
      const found = await decode(file, { shape, fit: fit as ImagePlan['fit'], background });
      expect(largestDifference(found, unpack(pixels))).toBeLessThanOrEqual(bound);
    },
  );
});
