/** Headers of GIF pictures (GIF89a), up to their first frame. */
import type { ByteReader } from './byte-reader.ts';
import type { PictureHeader } from './picture-header.ts';

/** After the blocks of data that begin at a place, each after its length. */
function afterBlocks(reader: ByteReader, at: number): number {
  for (let block = at; ;) {
    const length = reader.u8(block);
    block += 1 + length;
    if (length === 0) return block;
  }
}

/** Throws in plain words, or HeaderCutOff. */
export function readGif(reader: ByteReader): PictureHeader {
  const [width, height] = [reader.u16(6, true), reader.u16(8, true)];
  const flags = reader.u8(10);
  let isTransparent = false;
  for (let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0); ;) {
    const introducer = reader.u8(at);
    if (introducer === 0x21) {
      if (reader.u8(at + 1) === 0xf9) isTransparent = (reader.u8(at + 3) & 1) === 1;
      at = afterBlocks(reader, at + 2);
    } else if (introducer === 0x2c) {
      const isPart = reader.u16(at + 5, true) < width || reader.u16(at + 7, true) < height;
      return {
        format: 'GIF',
        width,
        height,
        orientation: 1,
        isGrey: null,
        hasAlpha: isTransparent || isPart,
      };
    } else throw new Error('is a damaged GIF: it has no frame');
  }
}
