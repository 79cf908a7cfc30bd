/** Headers of PNG pictures (W3C, PNG, third edition). */
import type { ByteReader } from './byte-reader.ts';
import { exifOrientation } from './exif.ts';
import type { PictureHeader } from './picture-header.ts';

export const pngSignature = '\x89PNG\r\n\x1a\n';

/** What stands between the header and the pixels. */
function ancillary(reader: ByteReader): {
  hasTransparency: boolean;
  orientation: number;
  isGreyPalette: boolean;
} {
  const found = { hasTransparency: false, orientation: 1, isGreyPalette: false };
  for (let at = 33; ;) {
    const [length, type] = [reader.u32(at), reader.text(at + 4, 4)];
    if (type === 'IDAT' || type === 'IEND') return found;
    if (type === 'tRNS') found.hasTransparency = true;
    if (type === 'eXIf') {
      reader.need(at + 8, length);
      found.orientation = exifOrientation(reader.bytes.subarray(at + 8, at + 8 + length));
    }
    if (type === 'PLTE') {
      const palette = reader.part(at + 8, at + 8 + Math.min(length, 768)).bytes;
      found.isGreyPalette = palette.every((value, i) => value === palette[i - (i % 3)]);
    }
    at += 12 + length;
  }
}

/** Throws in plain words, or HeaderCutOff. */
export function readPng(reader: ByteReader): PictureHeader {
  if (reader.text(12, 4) !== 'IHDR') throw new Error('is a damaged PNG: its header is missing');
  const colourType = reader.u8(25);
  const { hasTransparency, orientation, isGreyPalette } = ancillary(reader);
  const isGrey = colourType === 0 || colourType === 4 || (colourType === 3 && isGreyPalette);
  return {
    format: 'PNG',
    width: reader.u32(16),
    height: reader.u32(20),
    orientation,
    isGrey: isGrey || null,
    hasAlpha: colourType === 4 || colourType === 6 || hasTransparency,
  };
}
