/** How many pictures are decoded at a time: enough that messages do not count, few enough that memory does not. */
import type { ImageSource } from '../importers/importer.ts';
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
