/** Pixels of samples, fetched from the worker and shown image by image. */
import { useEffect, useState } from 'react';
import type { ImageShape } from '#experiment/dataset-info.ts';
import { hash, permute, stream } from '#lib/random.ts';
import { type DatasetSummary, fetchSamples, useDataset } from '#stores/dataset.ts';

/** One image each, once they have arrived; empty before and where the data set has gone meanwhile. */
export function useSamples(summary: DatasetSummary | null, ids: Uint32Array): readonly Uint8Array[] {
  const [images, setImages] = useState<readonly Uint8Array[]>([]);
  const ready = useDataset(({ status }) => status === 'ready');
  useEffect(() => {
    if (!summary || !ready || ids.length === 0) return undefined;
    let current = true;
    // A data set that is replaced meanwhile refuses; the next one asks again.
    fetchSamples(ids).then(
      ({ pixels }) => current && setImages(cut(pixels, summary.info.image)),
      () => current && setImages([]),
    );
    return () => {
      current = false;
    };
  }, [summary, ids, ready]);
  return images;
}

/** [n, height, width, channels] as n images. */
export function cut(pixels: Uint8Array, { height, width, channels }: ImageShape): Uint8Array[] {
  const size = height * width * channels;
  return Array.from({ length: Math.floor(pixels.length / size) }, (_, i) =>
    pixels.subarray(i * size, (i + 1) * size),
  );
}

/** A few samples from all over a part, always the same ones. */
export function pickSamples(part: Uint32Array, count: number): Uint32Array {
  const key = hash(stream.preview, part.length);
  return Uint32Array.from({ length: Math.min(count, part.length) }, (_, i) => {
    return part[permute(i, part.length, key)] ?? 0;
  });
}
