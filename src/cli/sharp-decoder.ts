/**
 * The decoder of imports in Node: sharp decodes and puts upright, and the page's own code does the rest, so that images are those
 * of the page for lossless pictures, and nearly so for lossy ones (docs/pictures.md).
 */
import sharp from 'sharp';
import { endOfBatch } from '#data/decoding/batches.ts';
import type { BatchItem } from '#data/decoding/decode-batch.ts';
import type { DecodedBatch, Decoder, ImagePlan } from '#data/decoding/decoder.ts';
import { fitPicture, flatten, parseColour, pictureOf } from '#data/decoding/fit-picture.ts';
import { factsOf, readBlobHeader, readHeader } from '#data/decoding/header.ts';
import { inOrder } from '#data/decoding/in-order.ts';
import { checkBytes, mostPixels } from '#data/decoding/limits.ts';
import { readItems } from '#data/decoding/read-items.ts';
import type { Raster } from '#data/decoding/resample.ts';
import type { ImageSource } from '#data/importers/importer.ts';
import { digestOfBytes } from '#lib/digest.ts';
import { readBmpPixels } from './read-bmp.ts';

/** Seconds that a picture may take; many times what the largest one needs. */
const patience = 30;

const damaged = 'is damaged or cut off: it could not be decoded';

const open = (bytes: Uint8Array) =>
  sharp(bytes, { ignoreIcc: true, failOn: 'truncated', limitInputPixels: mostPixels, page: 0 });

/** Cyan, magenta, yellow and black as Pillow makes colours of them, without a profile of inks. */
function fromInks(inks: Uint8Array, width: number, height: number): Raster {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const white = 255 - (inks[4 * i + 3] ?? 0);
    for (let channel = 0; channel < 3; channel++)
      pixels[3 * i + channel] = Math.round((white * (255 - (inks[4 * i + channel] ?? 0))) / 255);
  }
  return { width, height, channels: 3, pixels };
}

/** An upright, opaque picture. Throws in plain words. */
async function decodeFile(bytes: Uint8Array, background: string): Promise<Raster> {
  const { format } = readHeader(bytes);
  if (format === 'BMP') return readBmpPixels(bytes);
  try {
    const { space } = await open(bytes).metadata();
    const inks = space === 'cmyk';
    const upright = open(bytes).timeout({ seconds: patience }).autoOrient();
    const { data, info } = await (
      inks ? upright.pipelineColourspace('cmyk').toColourspace('cmyk') : upright.toColourspace('srgb')
    )
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (inks) return fromInks(pixels, width, height);
    if (channels === 1 || channels === 3) return { width, height, channels, pixels };
    return flatten({ width, height, rgba: pixels, isBgr: false }, true, parseColour(background));
  } catch (error) {
    const { message } = error as Error;
    throw new Error(/timeout/i.test(message) ? 'takes too long to decode, and was given up' : damaged, {
      cause: error,
    });
  }
}

/** One picture as an image of the data set, with the digest of its bytes. Throws in plain words. */
async function decodeItem(item: BatchItem, plan: ImagePlan): Promise<{ pixels: Uint8Array; digest: string }> {
  if ('reason' in item) throw new Error(item.reason);
  if (!(item instanceof Blob))
    return { pixels: fitPicture(pictureOf(item), plan), digest: digestOfBytes(item.pixels) };
  checkBytes(item.size);
  const bytes = new Uint8Array(await item.arrayBuffer());
  const raster = await decodeFile(bytes, plan.background);
  return { pixels: fitPicture(pictureOf(raster), plan), digest: digestOfBytes(bytes) };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function* rangesOf(sources: readonly ImageSource[], from: number, plan: ImagePlan): Generator<Range> {
  for (let start = from; start < sources.length;) {
    const end = endOfBatch(sources, start, plan.shape);
    yield { start, end };
    start = end;
  }
}

async function decodeRange(
  sources: readonly ImageSource[],
  { start, end }: Range,
  plan: ImagePlan,
): Promise<DecodedBatch> {
  const items = await readItems(sources.slice(start, end));
  const { height, width, channels } = plan.shape;
  const size = height * width * channels;
  const images: Uint8Array[] = [];
  const digests: string[] = [];
  const failed: { place: number; reason: string }[] = [];
  const decoding = items.map((item) => decodeItem(item, plan));
  for (const [i, result] of (await Promise.allSettled(decoding)).entries())
    if (result.status === 'fulfilled') {
      images.push(result.value.pixels);
      digests.push(result.value.digest);
    } else failed.push({ place: start + i, reason: (result.reason as Error).message });
  const pixels = new Uint8Array(images.length * size);
  for (const [i, image] of images.entries()) pixels.set(image, i * size);
  return { start, end, pixels, digests, failed };
}

/** Decodes pictures in Node, in the threads of sharp. */
export function sharpDecoder(): Decoder {
  const closing = new AbortController();
  return {
    async probe(source) {
      if (source.kind === 'encoded') return factsOf(await readBlobHeader(await source.file.blob()));
      const { width, height, channels } = source.block.shape;
      return { width, height, isGrey: channels === 1 || null, hasAlpha: false };
    },
    decode: (sources, { plan, from, signal, onBatch }) =>
      inOrder({
        tasks: rangesOf(sources, from, plan),
        ahead: 2,
        together: 1,
        signal: AbortSignal.any([signal, closing.signal]),
        work: (range) => decodeRange(sources, range, plan),
        take: async (batches) => {
          for (const batch of batches) await onBatch(batch);
        },
      }),
    close: () => closing.abort(new Error('The decoder was closed.')),
  };
}
