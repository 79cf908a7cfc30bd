/** Decodes one batch of pictures in a worker. */
import { digestOfBytes } from '#lib/digest.ts';
import { openPicture } from './browser-picture.ts';
import type { ImagePlan } from './decoder.ts';
import { fitPicture, pictureOf } from './fit-picture.ts';
import { readHeader } from './header.ts';
import type { PictureHeader } from './headers/picture-header.ts';
import { checkBytes, largestFile } from './limits.ts';
import type { Raster } from './resample.ts';

/** A picture as it comes to the worker; a reason where it could not be read. */
export type BatchItem = Blob | Raster | { readonly reason: string };

/** What becomes of a batch. */
export interface BatchResult {
  /** Of the pictures that could be decoded, in their order. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly digests: readonly string[];
  readonly failed: readonly { readonly index: number; readonly reason: string }[];
}

type Bytes = Uint8Array<ArrayBuffer>;

/** A picture whose size is known. */
type Ready = Raster | { readonly blob: Blob; readonly bytes: Bytes; readonly header: PictureHeader };

interface Decoded {
  /** Of the plan's shape. */
  readonly pixels: Uint8Array;
  readonly digest: string;
}

/** Small pictures that are with the browser's decoder at a time, so that it never waits. */
const together = 8;
/** Pixels of a small picture; larger ones are decoded one after the other, to save memory. */
const mostOfSmall = 2 ** 20;

const asError = (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason)));

/** All files in one reading, which costs a fifth of one reading each; one by one where that fails. */
async function readAll(items: readonly BatchItem[]): Promise<(Bytes | Error | null)[]> {
  const blobs = items.map((item) => (item instanceof Blob && item.size <= largestFile ? item : null));
  try {
    const all = await new Blob(blobs.filter((blob) => blob !== null)).arrayBuffer();
    let at = 0;
    return blobs.map((blob) => blob && new Uint8Array(all, (at += blob.size) - blob.size, blob.size));
  } catch {
    const one = async (blob: Blob) => {
      try {
        return new Uint8Array(await blob.arrayBuffer());
      } catch (error) {
        return new Error(`could not be read: ${asError(error).message}`);
      }
    };
    return Promise.all(blobs.map(async (blob) => blob && one(blob)));
  }
}

/** Throws in plain words where a picture cannot be decoded, or is not to be. */
function prepare(item: BatchItem, bytes: Bytes | Error | null): Ready {
  if ('reason' in item) throw new Error(item.reason);
  if (!(item instanceof Blob)) return item;
  checkBytes(item.size);
  if (!bytes || bytes instanceof Error) throw bytes ?? new Error('could not be read');
  return { blob: item, bytes, header: readHeader(bytes) };
}

function isSmall(ready: Ready): boolean {
  const { width, height } = 'header' in ready ? ready.header : ready;
  return width * height <= mostOfSmall;
}

/** Throws in plain words. */
async function decodeOne(ready: Ready, plan: ImagePlan): Promise<Decoded> {
  if (!('header' in ready))
    return { pixels: fitPicture(pictureOf(ready), plan), digest: digestOfBytes(ready.pixels) };
  const picture = await openPicture(ready, plan.background);
  try {
    return { pixels: fitPicture(picture, plan), digest: digestOfBytes(ready.bytes) };
  } finally {
    picture.close();
  }
}

/** What could be decoded side by side, and why the rest could not. */
function gather(results: readonly (Decoded | Error | undefined)[], plan: ImagePlan): BatchResult {
  const size = plan.shape.height * plan.shape.width * plan.shape.channels;
  const decoded = results.flatMap((result) => (result && 'digest' in result ? [result] : []));
  const pixels = new Uint8Array(decoded.length * size);
  for (const [i, image] of decoded.entries()) pixels.set(image.pixels, i * size);
  const failed = results.flatMap((result, index) =>
    result instanceof Error ? [{ index, reason: result.message }] : [],
  );
  return { pixels, digests: decoded.map(({ digest }) => digest), failed };
}

/**
 * Decodes pictures: small ones eight at a time, then the others one after the other.
 * @param alive called after each
 */
export async function decodeBatch(
  items: readonly BatchItem[],
  plan: ImagePlan,
  alive: () => void,
): Promise<BatchResult> {
  const files = await readAll(items);
  const results: (Decoded | Error)[] = Array.from({ length: items.length });
  const lists: { index: number; ready: Ready }[][] = [[], []];
  for (const [index, item] of items.entries())
    try {
      const ready = prepare(item, files[index] ?? null);
      lists[isSmall(ready) ? 0 : 1]?.push({ index, ready });
    } catch (error) {
      results[index] = asError(error);
    }
  for (const [i, list] of lists.entries()) {
    const waiting = list.values();
    const lane = async () => {
      for (const { index, ready } of waiting) {
        results[index] = await decodeOne(ready, plan).catch(asError);
        alive();
      }
    };
    await Promise.all(Array.from({ length: i === 0 ? together : 1 }, lane));
  }
  return gather(results, plan);
}
