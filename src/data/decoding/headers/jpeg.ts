/** Headers of JPEG pictures (ITU-T T.81): the segments before the pixels. */
import type { ByteReader } from './byte-reader.ts';
import { exifOrientation } from './exif.ts';
import type { PictureHeader } from './picture-header.ts';

export const jpegSignature = '\xff\xd8\xff';

/** SOF0…SOF15, without DHT, JPG and DAC, which lie among them. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Fill bytes, and markers that stand alone: TEM, RST0…RST7, SOI. */
const isAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Throws in plain words, or HeaderCutOff. */
export function readJpeg(reader: ByteReader): PictureHeader {
  let orientation = 1;
  for (let at = 2; ;) {
    if (reader.u8(at) !== 0xff) throw new Error('is a damaged JPEG: its segments do not follow each other');
    const marker = reader.u8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isAlone(marker)) {
      at += 2;
      continue;
    }
    if (marker === 0xda || marker === 0xd9)
      throw new Error('is a damaged JPEG: it does not say how large it is');
    const length = reader.u16(at + 2);
    if (length < 2) throw new Error('is a damaged JPEG: a segment is shorter than its own length');
    if (marker === 0xe1 && reader.text(at + 4, Math.min(6, length - 2)) === 'Exif\0\0')
      orientation = exifOrientation(wholePart(reader, at + 10, at + 2 + length));
    if (isFrame(marker)) {
      const components = reader.u8(at + 9);
      return {
        format: 'JPEG',
        width: reader.u16(at + 7),
        height: reader.u16(at + 5),
        orientation,
        isGrey: components === 1 || null,
        hasAlpha: false,
      };
    }
    at += 2 + length;
  }
}

/** A part of which every byte must be there. */
function wholePart(reader: ByteReader, start: number, end: number): Uint8Array {
  reader.need(start, end - start);
  return reader.bytes.subarray(start, end);
}
