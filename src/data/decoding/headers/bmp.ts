/** Headers of BMP pictures: of OS/2 1.x, and of Windows in all their lengths. */
import type { ByteReader } from './byte-reader.ts';
import type { PictureHeader } from './picture-header.ts';

/** Throws in plain words, or HeaderCutOff. */
export function readBmp(reader: ByteReader): PictureHeader {
  const length = reader.u32(14, true);
  const common = { format: 'BMP', orientation: 1, isGrey: null } as const;
  if (length === 12)
    return { ...common, width: reader.u16(18, true), height: reader.u16(20, true), hasAlpha: false };
  if (length < 16 || length > 256) throw new Error('is a damaged BMP: its header has an unknown length');
  // Version 3 and later have a mask for alpha; a negative height means that rows go down.
  const hasAlpha = length >= 56 && reader.u16(28, true) === 32 && reader.u32(66, true) !== 0;
  return {
    ...common,
    width: Math.max(0, reader.i32(18, true)),
    height: Math.abs(reader.i32(22, true)),
    hasAlpha,
  };
}
