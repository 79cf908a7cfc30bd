/**
 * Reader of the packed image files under `public/datasets` (written by scripts/datasets/pack.mjs): gzip of seven
 * little-endian uint32 ("TKIM", version, height, width, images in train, validation, test), one uint8 class index per
 * image, then grey uint8 images as residuals of PNG's Paeth predictor. Not for files of users.
 */
import type { ByteSource } from '../byte-source.ts';
import { Pace } from '../pace.ts';
import type { SplitName } from '#experiment/dataset-info.ts';

/** A range of image indices, end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface PackedImages {
  readonly height: number;
  readonly width: number;
  /** [images, height, width], 0…255. */
  readonly images: Uint8Array;
  /** Class index of each image. */
  readonly labels: Uint8Array;
  /** Which images belong to which part. */
  readonly ranges: Readonly<Record<SplitName, Range>>;
}

const magic = 0x4d494b54;
const headerWords = 7;

/**
 * Reads and unpacks one file.
 * @param path relative to `public/`
 * @param script that makes the file, named in errors
 * @throws Error naming the file and what to do
 */
export async function readPackedImages(
  source: ByteSource,
  path: string,
  script: string,
): Promise<PackedImages> {
  const remedy = `Reload the page; in a checkout, make the file again with: node ${script}`;
  let packed: ArrayBuffer;
  try {
    packed = await source(path);
  } catch (cause) {
    throw new Error(`The data file ${path} could not be read (${reason(cause)}). ${remedy}`, { cause });
  }
  try {
    return await decode(new Uint8Array(await gunzip(packed)));
  } catch (cause) {
    throw new Error(`The data file ${path} is damaged (${reason(cause)}). ${remedy}`, { cause });
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

async function gunzip(packed: ArrayBuffer): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(packed);
  // A server that answers every unknown path with its index page would otherwise give an obscure gzip error.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw new Error(`${bytes.length} bytes that are not gzip`);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}

async function decode(bytes: Uint8Array): Promise<PackedImages> {
  if (bytes.length < 4 * headerWords) throw new Error('it ends within its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const word = (i: number): number => view.getUint32(4 * i, true);
  if (word(0) !== magic || word(1) !== 1) throw new Error('it is not a packed image file of version 1');
  const [height, width] = [word(2), word(3)];
  const counts = [word(4), word(5), word(6)] as const;
  const total = counts[0] + counts[1] + counts[2];
  const pixelsAt = 4 * headerWords + total;
  const expected = pixelsAt + total * height * width;
  if (bytes.length !== expected)
    throw new Error(`it unpacks to ${bytes.length} bytes, its header says ${expected}`);
  const images = bytes.slice(pixelsAt);
  const size = height * width;
  const pace = new Pace(total);
  for (let i = 0; i < total; i++) {
    undoPaeth(images.subarray(i * size, (i + 1) * size), width);
    await pace.tick();
  }
  const labels = bytes.slice(4 * headerWords, pixelsAt);
  return { height, width, images, labels, ranges: rangesOf(counts) };
}

/** Turns one image's residuals into pixels, in place: adds whichever of left, up, up-left is nearest to left + up − up-left. */
function undoPaeth(image: Uint8Array, width: number): void {
  for (let row = 0; row < image.length; row += width) {
    let left = 0;
    let upLeft = 0;
    for (let i = row; i < row + width; i++) {
      const up = row > 0 ? (image[i - width] ?? 0) : 0;
      const toLeft = Math.abs(up - upLeft);
      const toUp = Math.abs(left - upLeft);
      const toUpLeft = Math.abs(left + up - 2 * upLeft);
      const nearest = toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
      left = ((image[i] ?? 0) + nearest) & 255;
      upLeft = up;
      image[i] = left;
    }
  }
}

/** Consecutive ranges for counts in the order of `splitNames`. */
function rangesOf(counts: readonly [number, number, number]): Record<SplitName, Range> {
  const [train, validation, test] = counts;
  return {
    train: { start: 0, end: train },
    validation: { start: train, end: train + validation },
    test: { start: train + validation, end: train + validation + test },
  };
}
