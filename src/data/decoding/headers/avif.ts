/** Headers of AVIF pictures: the properties of their items (ISO/IEC 23008-12, AVIF 1.1). */
import { type ByteReader, HeaderCutOff } from './byte-reader.ts';
import type { PictureHeader } from './picture-header.ts';

interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** More boxes than any picture has: a crafted file is not walked for ever. */
const mostBoxes = 4096;

/** Boxes that lie one after the other. Throws HeaderCutOff where one of them does not end before the bytes do. */
function* boxesOf(reader: ByteReader, from: number, to: number): Generator<Box> {
  let count = 0;
  for (let at = from; at < to;) {
    const size = reader.u32(at);
    const type = reader.text(at + 4, 4);
    const isLong = size === 1;
    const length = isLong ? reader.u32(at + 8) * 2 ** 32 + reader.u32(at + 12) : size || to - at;
    if (length < (isLong ? 16 : 8))
      throw new Error('is a damaged AVIF: a part is shorter than its own length');
    if (++count > mostBoxes) throw new Error('is a damaged AVIF: it has too many parts');
    yield { type, start: at + (isLong ? 16 : 8), end: at + length };
    at += length;
  }
}

const alphaKinds = ['urn:mpeg:mpegB:cicp:systems:auxiliary:alpha', 'urn:mpeg:hevc:2015:auxid:1'];

/** The name of an auxiliary picture's kind. */
const kindOf = (reader: ByteReader, start: number, end: number) =>
  reader.text(start, Math.max(0, Math.min(64, end - start))).split('\0')[0] ?? '';

/** The first box of a kind; undefined where there is none. */
function find(reader: ByteReader, from: number, to: number, type: string): Box | undefined {
  for (const box of boxesOf(reader, from, to)) if (box.type === type) return box;
  return undefined;
}

/** Throws in plain words, or HeaderCutOff. */
export function readAvif(reader: ByteReader): PictureHeader {
  const meta = find(reader, 0, Infinity, 'meta');
  if (!meta) throw new HeaderCutOff();
  if (meta.end > reader.bytes.length) throw new HeaderCutOff();
  const properties = find(reader, meta.start + 4, meta.end, 'iprp');
  const container = properties && find(reader, properties.start, properties.end, 'ipco');
  if (!container) throw new Error('is a damaged AVIF: it does not say how large it is');
  let [width, height, hasAlpha, turns, mirror] = [0, 0, false, 0, -1];
  for (const { type, start, end } of boxesOf(reader, container.start, container.end)) {
    // A grid has a size of its own beside that of its tiles: the larger one counts.
    if (type === 'ispe' && reader.u32(start + 4) * reader.u32(start + 8) > width * height)
      [width, height] = [reader.u32(start + 4), reader.u32(start + 8)];
    if (type === 'auxC') hasAlpha ||= alphaKinds.includes(kindOf(reader, start + 4, end));
    if (type === 'irot') turns = reader.u8(start) & 3;
    if (type === 'imir') mirror = reader.u8(start) & 1;
  }
  return { format: 'AVIF', width, height, orientation: orientationOf(turns, mirror), isGrey: null, hasAlpha };
}

/** Turns to the left by 90°, then a mirror at a horizontal (0) or vertical (1) axis, as EXIF's number. */
function orientationOf(turns: number, mirror: number): number {
  const [none, horizontal, vertical] = [
    [1, 8, 3, 6],
    [4, 5, 2, 7],
    [2, 7, 4, 5],
  ] as const;
  return (mirror < 0 ? none : mirror === 0 ? horizontal : vertical)[turns] ?? 1;
}
