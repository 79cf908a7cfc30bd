/** BMP pictures in Node, which sharp does not read: 1, 4, 8, 24 and 32 bits without compression, as all common tools write them. */
import type { Raster } from '#data/decoding/resample.ts';

/** Throws in plain words where it is another kind, or cut off. */
export function readBmpPixels(bytes: Uint8Array): Raster {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return read(view);
  } catch (error) {
    if (error instanceof RangeError)
      throw new Error('is damaged or cut off: it could not be decoded', { cause: error });
    throw error;
  }
}

function read(view: DataView): Raster {
  const [offset, length] = [view.getUint32(10, true), view.getUint32(14, true)];
  const isOld = length === 12;
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const signed = isOld ? view.getUint16(20, true) : view.getInt32(22, true);
  const height = Math.abs(signed);
  const bits = view.getUint16(isOld ? 24 : 28, true);
  const compression = isOld ? 0 : view.getUint32(30, true);
  if (compression !== 0 || ![1, 4, 8, 24, 32].includes(bits))
    throw new Error('is a BMP of a rare kind, which is not decoded here; the page reads it');
  const stride = Math.ceil((bits * width) / 32) * 4;
  const palette = 14 + length;
  const entry = isOld ? 3 : 4;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = offset + stride * (signed < 0 ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      const at = bits >= 24 ? row + (x * bits) / 8 : palette + entry * indexAt(view, row, x, bits);
      const to = 3 * (y * width + x);
      pixels[to] = view.getUint8(at + 2);
      pixels[to + 1] = view.getUint8(at + 1);
      pixels[to + 2] = view.getUint8(at);
    }
  }
  return { width, height, channels: 3, pixels };
}

/** The place of a pixel's colour in the palette. */
function indexAt(view: DataView, row: number, x: number, bits: number): number {
  const byte = view.getUint8(row + ((x * bits) >> 3));
  return (byte >> (8 - bits - ((x * bits) & 7))) & ((1 << bits) - 1);
}
