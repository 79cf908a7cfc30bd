/** Reads headers of pictures by what is in them, whatever they are called: sizes are known, and limits kept, before decoding. */
import type { PictureFacts } from './decoder.ts';
import { readAvif } from './headers/avif.ts';
import { readBmp } from './headers/bmp.ts';
import { ByteReader, HeaderCutOff } from './headers/byte-reader.ts';
import { readGif } from './headers/gif.ts';
import { jpegSignature, readJpeg } from './headers/jpeg.ts';
import { isSideways, type PictureHeader } from './headers/picture-header.ts';
import { pngSignature, readPng } from './headers/png.ts';
import { readWebp } from './headers/webp.ts';
import { checkBytes, checkPixels } from './limits.ts';
import { whatItHolds } from './what-it-holds.ts';

/** The reader of a format, by the first 32 bytes. */
function readerFor(start: string): ((reader: ByteReader) => PictureHeader) | undefined {
  if (start.startsWith(pngSignature)) return readPng;
  if (start.startsWith(jpegSignature)) return readJpeg;
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return readWebp;
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return readGif;
  if (start.startsWith('BM') && start.slice(6, 10) === '\0\0\0\0') return readBmp;
  return start.slice(4, 8) === 'ftyp' && /avi[fs]/.test(start.slice(8)) ? readAvif : undefined;
}

/**
 * The header of a picture that is within the limits.
 * @param bytes the beginning of the file
 * @throws HeaderCutOff where the bytes end before the header does
 * @throws Error in plain words where it is no picture, or one that is too large
 */
export function readHeader(bytes: Uint8Array): PictureHeader {
  const read = readerFor(String.fromCodePoint(...bytes.subarray(0, 32)));
  if (!read) throw new Error(whatItHolds(bytes));
  const header = read(new ByteReader(bytes));
  checkPixels(header);
  return header;
}

/** So much of a file is read for its header at first, and then; photographs can have much before their size. */
const beginnings = [2 ** 16, 2 ** 20, Infinity];

/** The header of a picture in a file, of which no more is read than that needs. Throws as {@link readHeader}. */
export async function readBlobHeader(blob: Blob): Promise<PictureHeader> {
  checkBytes(blob.size);
  for (const length of beginnings) {
    const isAll = blob.size <= length;
    const bytes = new Uint8Array(await (isAll ? blob : blob.slice(0, length)).arrayBuffer());
    try {
      return readHeader(bytes);
    } catch (error) {
      if (!(error instanceof HeaderCutOff) || isAll) throw error;
    }
  }
  throw new HeaderCutOff();
}

/** What a header says of the picture as it is shown. */
export function factsOf(header: PictureHeader): PictureFacts {
  const { width, height, isGrey, hasAlpha } = header;
  const [wide, high] = isSideways(header) ? [height, width] : [width, height];
  return { width: wide, height: high, isGrey, hasAlpha };
}
