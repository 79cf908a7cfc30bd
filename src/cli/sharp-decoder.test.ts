/** Pictures as sharp decodes them, against Pillow's pixels, to which the page's are held, too. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DecodedBatch, ImagePlan } from '#data/decoding/decoder.ts';
import fixtures from '#data/decoding/fixtures/pictures.json';
import { largestDifference, sourceOf, unpack } from '#data/decoding/testing.ts';
import type { ImageSource } from '#data/importers/importer.ts';
import { sharpDecoder } from './sharp-decoder.ts';

async function decode(sources: readonly ImageSource[], plan: ImagePlan): Promise<DecodedBatch[]> {
  const batches: DecodedBatch[] = [];
  await sharpDecoder().decode(sources, {
    plan,
    from: 0,
    signal: new AbortController().signal,
    onBatch: async (batch) => void batches.push(batch),
  });
  return batches;
}

const { background } = fixtures;
const small: ImagePlan = { shape: { width: 16, height: 16, channels: 1 }, fit: 'cover', background };

describe('pictures in Node', () => {
  it.each(fixtures.pictures)('$name', async ({ file, width, height, bound, rgb }) => {
    const plan = { shape: { width, height, channels: 3 }, fit: 'stretch', background } as const;
    const [batch] = await decode([sourceOf(unpack(file))], plan);
    expect(batch?.failed).toEqual([]);
    expect(largestDifference(batch?.pixels ?? new Uint8Array(), unpack(rgb))).toBeLessThanOrEqual(bound);
  });

  it.each(fixtures.resized)(
    'resized: $name',
    async ({ file, width, height, channels, fit, bound, pixels }) => {
      const shape = { width, height, channels: channels === 1 ? 1 : 3 } as const;
      const plan = { shape, fit: fit as ImagePlan['fit'], background };
      const [batch] = await decode([sourceOf(unpack(file))], plan);
      expect(largestDifference(batch?.pixels ?? new Uint8Array(), unpack(pixels))).toBeLessThanOrEqual(bound);
    },
  );

  it('lists what it cannot decode, and why, and goes on', async () => {
    const good = unpack(fixtures.pictures[0]?.file ?? '');
    const huge = good.slice();
    new DataView(huge.buffer).setUint32(16, 65_535);
    new DataView(huge.buffer).setUint32(20, 65_535);
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
    const files = [
      good,
      new Uint8Array(),
      svg,
      huge,
      good.slice(0, -60),
      readFileSync(import.meta.filename),
      good,
    ];
    const [batch] = await decode(
      files.map((file) => sourceOf(Uint8Array.from(file))),
      small,
    );
    expect(batch?.failed.map(({ place, reason }) => [place, reason.split(':')[0]])).toEqual([
      [1, 'is empty'],
      [2, 'is no picture that can be read'],
      [3, 'says to be 65535 × 65535 pixels, 4,295 megapixels'],
      [4, 'is damaged or cut off'],
      [5, 'is no picture that can be read'],
    ]);
    expect(batch?.pixels).toHaveLength(2 * 256);
    expect(batch?.digests[0]).toBe(batch?.digests[1]);
  });

  it('gives hundreds in their order, and stops where it is cancelled', async () => {
    const files = fixtures.pictures.slice(0, 2).map(({ file }) => sourceOf(unpack(file)));
    const sources = Array.from({ length: 200 }, (_, i) => files[i % 2]).filter((each) => each !== undefined);
    const batches = await decode(sources, small);
    const digests = batches.flatMap((batch) => batch.digests);
    expect(digests).toHaveLength(200);
    expect(digests.every((digest, i) => digest === digests[i % 2])).toBe(true);
    const aborter = new AbortController();
    const decoding = sharpDecoder().decode(sources, {
      plan: small,
      from: 0,
      signal: aborter.signal,
      onBatch: async () => aborter.abort(new Error('Cancelled.')),
    });
    await expect(decoding).rejects.toThrow('Cancelled.');
  });
});
