/** Reads images of a data set, and says in plain words where that fails: a run then waits for better times. */
import type { ImageReader } from '#data/image-reader.ts';
import { sizeOf } from '#lib/shape.ts';

/** Images could not be read; whoever tries again may succeed. */
export class ReadError extends Error {}

/** How many images may be read for each that is wanted, where that makes one read of many. */
const tolerated = 2;

/**
 * The images with these numbers, which ascend: [ids, height, width, channels]. Neighbours are read together.
 * Rejects with ReadError.
 */
export async function readAscending(reader: ImageReader, ids: Uint32Array): Promise<Uint8Array> {
  const [first = 0, last = first] = [ids[0], ids.at(-1)];
  const span = last - first + 1;
  return checked(reader, ids.length, async () => {
    if (span > tolerated * ids.length) return reader.read(ids);
    const images = await reader.range(first, last + 1);
    if (span === ids.length) return images;
    const size = sizeOf([reader.shape.height, reader.shape.width, reader.shape.channels]);
    const out = new Uint8Array(ids.length * size);
    for (const [i, id] of ids.entries()) {
      const start = (id - first) * size;
      out.set(images.subarray(start, start + size), i * size);
    }
    return out;
  });
}

/** The images with these numbers in any order. Rejects with ReadError. */
export function readImages(reader: ImageReader, ids: ArrayLike<number>): Promise<Uint8Array> {
  return checked(reader, ids.length, () => reader.read(ids));
}

async function checked(
  { shape }: ImageReader,
  count: number,
  read: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const expected = count * sizeOf([shape.height, shape.width, shape.channels]);
  try {
    const images = await read();
    if (images.length === expected) return images;
    throw new Error(`${images.length} bytes came where ${expected} were asked for`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReadError(`Images of the data set could not be read: ${reason.replace(/\.$/, '')}.`, {
      cause: error,
    });
  }
}
