/** What the tests of kept sets share: images that tell which they are, and labels of them. Not for the app. */
import type { DecodedBatch } from '../decoding/decoder.ts';
import type { SetLabels } from './manifest.ts';
import type { SetDraft, SetWriter } from './set-store.ts';

const shape = { height: 32, width: 32, channels: 3 } as const;
const size = 32 * 32 * 3;

export const draft = (total: number): SetDraft => ({
  name: 'Pets',
  source: 'pets.zip',
  image: shape,
  origins: ['Pets'],
  signature: `pets ${total}`,
  total,
});

/** The image of a place: its number, and bytes that follow from it. */
export function imageOf(place: number): Uint8Array {
  const pixels = new Uint8Array(size);
  for (let i = 0; i < size; i++) pixels[i] = (place * 31 + i * 7 + (i >> 8)) & 255;
  pixels[0] = place & 255;
  pixels[1] = place >> 8;
  return pixels;
}

/** Places from `start` to before `end`; every hundredth cannot be decoded. */
export function batchOf(start: number, end: number): DecodedBatch {
  const places = Array.from({ length: end - start }, (_, i) => start + i);
  const readable = places.filter((place) => place % 100 !== 99);
  const pixels = new Uint8Array(readable.length * size);
  for (const [i, place] of readable.entries()) pixels.set(imageOf(place), i * size);
  const failed = places
    .filter((place) => place % 100 === 99)
    .map((place) => ({ place, reason: 'is no picture: it holds HTML' }));
  return { start, end, pixels, digests: readable.map((place) => `digest ${place}`), failed };
}

/** Labels of so many samples: a class by number, and a number that every third one lacks. */
export function labelsOf(samples: number): SetLabels {
  const kind = { id: 'kind', name: 'Kind', kind: 'class', classes: ['cat', 'dog'] } as const;
  const age = { id: 'age', name: 'Age', kind: 'number', names: ['age'] } as const;
  return {
    columns: [
      { info: kind, values: Float32Array.from({ length: samples }, (_, i) => i % 2) },
      {
        info: age,
        values: Float32Array.from({ length: samples }, (_, i) => (i % 3 === 0 ? Number.NaN : i / 7)),
      },
    ],
    parts: Uint8Array.from({ length: samples }, (_, i) => (i % 5 === 0 ? 1 : i % 5 === 1 ? 2 : 0)),
    origins: new Uint8Array(samples),
  };
}

/** The rest of an import in batches, and the set. */
export async function complete(writer: SetWriter, total: number, batch = 128) {
  while (writer.processed < total)
    await writer.append(batchOf(writer.processed, Math.min(total, writer.processed + batch)));
  const names = Array.from({ length: writer.digests.length }, (_, i) => `pets/${i}.png`);
  return writer.finish({ names, labels: labelsOf(names.length) });
}
