/** How a picture is to be turned, as cameras write it: the Orientation tag of EXIF 2.32, in the first directory of a TIFF. */
import { ByteReader, HeaderCutOff } from './byte-reader.ts';

const orientationTag = 0x0112;

/**
 * The orientation in EXIF data, 1…8; 1 where they have none or are damaged, as all readers take it.
 * @param bytes a TIFF header and what follows
 */
export function exifOrientation(bytes: Uint8Array): number {
  const reader = new ByteReader(bytes);
  try {
    const order = reader.text(0, 2);
    if (order !== 'II' && order !== 'MM') return 1;
    const little = order === 'II';
    const directory = reader.u32(4, little);
    const count = reader.u16(directory, little);
    for (let i = 0; i < count; i++) {
      const entry = directory + 2 + 12 * i;
      if (reader.u16(entry, little) !== orientationTag) continue;
      const value = reader.u16(entry + 8, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
    return 1;
  } catch (error) {
    if (error instanceof HeaderCutOff) return 1;
    throw error;
  }
}
