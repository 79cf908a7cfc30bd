/** Headers of WebP pictures: a simple lossy or lossless one, or an extended one with alpha, EXIF or several frames (RFC 9649). */
import { type ByteReader, HeaderCutOff } from './byte-reader.ts';
import { exifOrientation } from './exif.ts';
import type { PictureHeader } from './picture-header.ts';

const u24 = (reader: ByteReader, at: number) => reader.u16(at, true) | (reader.u8(at + 2) << 16);

/** Where the EXIF data are, which follow the pixels; 1 while so much of the file has not been read. */
function orientationOf(reader: ByteReader): number {
  try {
    for (let at = 12; ;) {
      const [type, length] = [reader.text(at, 4), reader.u32(at + 4, true)];
      if (type === 'EXIF') {
        const { bytes } = reader.part(at + 8, at + 8 + length);
        // Some writers put the name of JPEG's segment before.
        return exifOrientation(bytes[0] === 0x45 ? bytes.subarray(6) : bytes);
      }
      at += 8 + length + (length % 2);
    }
  } catch (error) {
    if (error instanceof HeaderCutOff) return 1;
    throw error;
  }
}

/** Throws in plain words, or HeaderCutOff. */
export function readWebp(reader: ByteReader): PictureHeader {
  const type = reader.text(12, 4);
  const common = { format: 'WebP', orientation: 1, isGrey: null } as const;
  if (type === 'VP8 ') {
    if (reader.u8(23) !== 0x9d || reader.u8(24) !== 0x01 || reader.u8(25) !== 0x2a)
      throw new Error('is a damaged WebP: its picture does not begin as it should');
    return {
      ...common,
      width: reader.u16(26, true) & 0x3fff,
      height: reader.u16(28, true) & 0x3fff,
      hasAlpha: false,
    };
  }
  if (type === 'VP8L') {
    if (reader.u8(20) !== 0x2f) throw new Error('is a damaged WebP: its picture does not begin as it should');
    const bits = reader.u32(21, true);
    return {
      ...common,
      width: (bits & 0x3fff) + 1,
      height: ((bits >> 14) & 0x3fff) + 1,
      hasAlpha: ((bits >> 28) & 1) === 1,
    };
  }
  if (type !== 'VP8X') throw new Error('is a damaged WebP: it begins with an unknown part');
  const flags = reader.u8(20);
  return {
    ...common,
    width: u24(reader, 24) + 1,
    height: u24(reader, 27) + 1,
    orientation: flags & 0x08 ? orientationOf(reader) : 1,
    hasAlpha: (flags & 0x10) !== 0,
  };
}
