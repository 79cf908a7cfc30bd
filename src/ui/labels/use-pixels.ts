/** Pixels of the images in sight: read in one go while the page rests, kept for a while, never waited for. */
import { useEffect, useRef, useState } from 'react';
import type { ImageReader } from '#data/image-reader.ts';

/** Images kept beside those in sight. */
const kept = 1500;
/** Milliseconds that the list must stand still, so that a fast scroll reads only where it ends. */
const rest = 40;

export type Pixels = ReadonlyMap<number, Uint8Array>;
const nothing: Pixels = new Map();

/** The images with these ids, as far as they have arrived. */
export function usePixels(
  reader: Pick<ImageReader, 'read' | 'shape'> | null,
  ids: readonly number[],
): Pixels {
  const cache = useRef({ reader, images: new Map<number, Uint8Array>() });
  const [pixels, setPixels] = useState(nothing);
  const wanted = ids.join(' ');
  useEffect(() => {
    if (!reader) return undefined;
    if (cache.current.reader !== reader) cache.current = { reader, images: new Map() };
    const { images } = cache.current;
    const asked = wanted === '' ? [] : wanted.split(' ').map(Number);
    const show = () => setPixels(new Map(asked.map((id) => [id, images.get(id) ?? new Uint8Array()])));
    const missing = asked.filter((id) => !images.has(id));
    let current = true;
    if (missing.length === 0) {
      show();
      return undefined;
    }
    const { height, width, channels } = reader.shape;
    const size = height * width * channels;
    const waiting = setTimeout(() => {
      reader.read(missing).then(
        (bytes) => {
          for (const [i, id] of missing.entries()) images.set(id, bytes.slice(i * size, (i + 1) * size));
          for (const id of images.keys()) {
            if (images.size <= kept) break;
            images.delete(id);
          }
          if (current) show();
        },
        () => undefined, // an image that cannot be read stays empty; the next look asks again
      );
    }, rest);
    return () => {
      current = false;
      clearTimeout(waiting);
    };
  }, [reader, wanted]);
  return pixels;
}
