/** How many pictures are decoded at a time: enough that messages do not count, few enough that memory does not. */
import type { ImageSource } from '../importers/importer.ts';
import type { DecodedBatch } from './decoder.ts';
import type { ImageShape } from '#experiment/dataset-info.ts';

const mostPictures = 64;
/** Bytes of the images that a batch becomes. */
const mostImageBytes = 2 ** 22;
/** Bytes of the files that a batch is read from, unless a single one is larger. */
const mostFileBytes = 2 ** 24;

function bytesOf(source: ImageSource): number {
  if (source.kind === 'encoded') return source.file.bytes;
  const { height, width, channels } = source.block.shape;
  return height * width * channels;
}

/** The place after the last picture of the batch that begins at `start`. */
export function endOfBatch(sources: readonly ImageSource[], start: number, shape: ImageShape): number {
  const size = shape.height * shape.width * shape.channels;
  const most = Math.max(1, Math.min(mostPictures, Math.floor(mostImageBytes / size)));
  let bytes = 0;
  for (let end = start; end < sources.length && end < start + most; end++) {
    const source = sources[end];
    bytes += source ? bytesOf(source) : 0;
    if (bytes > mostFileBytes && end > start) return end;
  }
  return Math.min(sources.length, start + most);
}

/** Bytes of images that are handed on at once: what is written in few pieces is written faster. */
const mostTogether = 2 ** 23;
/** Bytes of images that may wait for being written. */
const mostWaiting = 2 ** 25;

/** How many batches are handed on at once, and how many may be decoded ahead by so many workers. */
export function batchesAhead(shape: ImageShape, workers: number): { together: number; ahead: number } {
  const bytes = Math.min(mostImageBytes, mostPictures * shape.height * shape.width * shape.channels);
  return {
    together: Math.max(1, Math.min(8, Math.floor(mostTogether / bytes))),
    ahead: Math.max(2 * workers + 2, Math.min(24, Math.floor(mostWaiting / bytes))),
  };
}

/** Batches that follow each other as one. */
export function joinBatches(batches: readonly DecodedBatch[]): DecodedBatch {
  const [first] = batches;
  if (!first) throw new Error('There is no batch.');
  if (batches.length === 1) return first;
  const pixels = new Uint8Array(batches.reduce((sum, batch) => sum + batch.pixels.length, 0));
  let at = 0;
  for (const batch of batches) {
    pixels.set(batch.pixels, at);
    at += batch.pixels.length;
  }
  return {
    start: first.start,
    end: batches.at(-1)?.end ?? first.end,
    pixels,
    digests: batches.flatMap(({ digests }) => digests),
    failed: batches.flatMap(({ failed }) => failed),
  };
}
