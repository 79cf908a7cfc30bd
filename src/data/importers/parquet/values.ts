/** The values of one page: levels, encodings and Parquet's physical types. */
import type { Encoding, PageHeader, ParquetType } from 'hyparquet/src/types.js';
import { Bytes, deltas, hybrid, prefixed } from './encodings.ts';

/** A value as it is stored. */
export type Value = number | bigint | boolean | Uint8Array;

/** What a column's values are, and how deep they lie. */
export interface LeafKind {
  readonly type: ParquetType;
  /** Bytes of a FIXED_LEN_BYTE_ARRAY. */
  readonly length: number;
  /** Levels of repetition (0: one value per row, 1: a list) and of definition. */
  readonly repetition: number;
  readonly definition: number;
}

/** Values of a page with their levels; where a level is not written it is all zeros, or all there. */
export interface PageValues {
  readonly repetition: Uint32Array | null;
  readonly definition: Uint32Array | null;
  /** Of those that are there. */
  readonly values: readonly Value[];
  /** Of all, those that are not there among them. */
  readonly count: number;
}

/** Bytes that prefixed texts of one page may come to. */
const mostTexts = 256e6;

const widths: Partial<Record<ParquetType, number>> = { INT32: 4, INT64: 8, INT96: 12, FLOAT: 4, DOUBLE: 8 };

/** The number in some bytes. */
function numberIn(bytes: Uint8Array, type: ParquetType): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'INT32':
      return view.getInt32(0, true);
    case 'INT64':
      return view.getBigInt64(0, true);
    case 'FLOAT':
      return view.getFloat32(0, true);
    case 'DOUBLE':
      return view.getFloat64(0, true);
    case 'BOOLEAN':
    case 'INT96':
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return bytes;
  }
}

const list = <Item>(count: number, item: (i: number) => Item) =>
  Array.from({ length: count }, (_, i) => item(i));

/** Values side by side. */
export function plain(bytes: Bytes, { type, length }: LeafKind, count: number): Value[] {
  if (type === 'BOOLEAN') {
    const packed = bytes.take(Math.ceil(count / 8));
    return list(count, (i) => (((packed[i >> 3] ?? 0) >> (i & 7)) & 1) === 1);
  }
  if (type === 'BYTE_ARRAY') {
    // Each has four bytes of length at least.
    if (count * 4 > bytes.all.length - bytes.at) throw new Error('a page is cut off');
    return list(count, () => bytes.take(bytes.uint32()));
  }
  const width = widths[type] ?? length;
  if (!(width > 0 && count * width <= bytes.all.length - bytes.at)) throw new Error('a page is cut off');
  return list(count, () => numberIn(bytes.take(width), type));
}

/** First bytes of all values, then second bytes, and so on. */
function streams(bytes: Bytes, { type, length }: LeafKind, count: number): Value[] {
  const width = widths[type] ?? length;
  const planes = list(width, () => bytes.take(count));
  return list(count, (i) =>
    numberIn(
      Uint8Array.from(planes, (plane) => plane[i] ?? 0),
      type,
    ),
  );
}

function fromDictionary(bytes: Bytes, count: number, dictionary: readonly Value[] | null): Value[] {
  if (!dictionary) throw new Error('a page needs a dictionary that is not there');
  if (count === 0) return [];
  return Array.from(hybrid(bytes, bytes.byte(), count), (place) => {
    const value = dictionary[place];
    if (value === undefined) throw new Error('a page names a word that its dictionary has not');
    return value;
  });
}

function decode(
  bytes: Bytes,
  encoding: Encoding,
  kind: LeafKind,
  count: number,
  dictionary: readonly Value[] | null,
): Value[] {
  switch (encoding) {
    case 'PLAIN':
      return plain(bytes, kind, count);
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      return fromDictionary(bytes, count, dictionary);
    case 'RLE':
      bytes.uint32(); // its length
      return Array.from(hybrid(bytes, 1, count), (bit) => bit === 1);
    case 'DELTA_BINARY_PACKED': {
      const values = deltas(bytes, count);
      return kind.type === 'INT32' ? values.map((value) => Number(BigInt.asIntN(32, value))) : values;
    }
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return deltas(bytes, count).map((length) => bytes.take(Number(length)));
    case 'DELTA_BYTE_ARRAY':
      return prefixed(bytes, count, mostTexts);
    case 'BYTE_STREAM_SPLIT':
      return streams(bytes, kind, count);
    case 'GROUP_VAR_INT':
    case 'BIT_PACKED':
    default:
      throw new Error(`a page has the encoding ${encoding}, which is not read`);
  }
}

const bitsOf = (level: number) => 32 - Math.clz32(level);

/** Levels of the first version of pages, behind their length in bytes. */
function levels(bytes: Bytes, most: number, count: number): Uint32Array | null {
  if (most === 0) return null;
  return hybrid(new Bytes(bytes.take(bytes.uint32())), bitsOf(most), count);
}

const there = (definition: Uint32Array | null, most: number, count: number) =>
  definition ? definition.reduce((sum, level) => sum + (level === most ? 1 : 0), 0) : count;

/**
 * The values of a data page.
 * @param page unpacked; of the second version without its levels
 * @param before the levels of the second version
 */
export function pageValues(
  header: PageHeader,
  kind: LeafKind,
  page: Uint8Array,
  before: { readonly repetition: Uint8Array; readonly definition: Uint8Array } | null,
  dictionary: readonly Value[] | null,
): PageValues {
  const head = header.data_page_header_v2 ?? header.data_page_header;
  if (!head) throw new Error('a page is of no known kind');
  const count = head.num_values;
  const bytes = new Bytes(page);
  const level = (most: number, part: Uint8Array | undefined) => {
    if (!part) return levels(bytes, most, count);
    return most === 0 ? null : hybrid(new Bytes(part), bitsOf(most), count);
  };
  const repetition = level(kind.repetition, before?.repetition);
  const definition = level(kind.definition, before?.definition);
  const values = decode(bytes, head.encoding, kind, there(definition, kind.definition, count), dictionary);
  return { repetition, definition, values, count };
}
