/** A few images of a kept set, whichever set is on the page. */
import { useEffect, useState } from 'react';
import type { SetManifest } from '#data/sets/manifest.ts';
import { setImages } from '#stores/sets.ts';
import { cut } from './use-samples.ts';

/** Images from all over the set; empty before they have arrived, and where they cannot be read. */
export function useSetImages({ id, samples, image }: SetManifest, count: number): readonly Uint8Array[] {
  const [images, setShown] = useState<readonly Uint8Array[]>([]);
  useEffect(() => {
    let current = true;
    const some = Math.min(count, samples);
    const ids = Array.from({ length: some }, (_, i) => Math.floor((i * samples) / some));
    setImages(id, ids).then(
      (pixels) => current && setShown(cut(pixels, image)),
      () => current && setShown([]),
    );
    return () => {
      current = false;
    };
  }, [id, samples, image, count]);
  return images;
}
