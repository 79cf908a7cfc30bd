/** The pages of a column of one row group: found by their headers, read one at a time. */
import { parquetHeader } from 'hyparquet/src/column.js';
import type { ColumnMetaData, PageHeader } from 'hyparquet/src/types.js';
import { alwaysFine, mostRatio } from '../bytes.ts';
import { unpack } from './codecs.ts';
import { Bytes } from './encodings.ts';
import { structEnd } from './thrift.ts';
import { pageValues, plain, type LeafKind, type PageValues, type Value } from './values.ts';

/** Bytes of a page, unpacked: writers cut at one megabyte, or at a thousand pictures. */
const mostBytes = 1e9;
/** Values of a page, and of a column of one row group. */
const mostValues = 50_000_000;
/** What is read for a header at first, and at most: statistics in it may be long. */
const firstBytes = 4096;
const lastBytes = 4e6;

/** Where a page lies in the file. */
export interface Page {
  readonly header: PageHeader;
  readonly start: number;
  readonly bytes: number;
  /** Values in it, and before it in this column of the row group. */
  readonly count: number;
  readonly before: number;
}

export interface Pages {
  readonly meta: ColumnMetaData;
  readonly dictionary: Page | null;
  readonly data: readonly Page[];
}

/** A header and its length. Throws where there is none. */
async function headerAt(file: Blob, at: number, end: number) {
  for (let length = firstBytes; ; length *= 8) {
    const bytes = new Uint8Array(await file.slice(at, Math.min(end, at + length)).arrayBuffer());
    try {
      const size = structEnd(bytes, 0);
      return { header: parquetHeader({ view: new DataView(bytes.buffer), offset: 0 }), size };
    } catch (error) {
      if (length > lastBytes || at + length >= end) throw error;
    }
  }
}

function check(header: PageHeader, left: number): void {
  const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
  if (!(packed >= 0 && packed <= left)) throw new Error('a page is longer than its column');
  if (!(unpacked >= 0 && unpacked <= mostBytes && unpacked <= Math.max(alwaysFine, packed * mostRatio)))
    throw new Error(`a page unpacks to ${unpacked} bytes, which is more than such files hold`);
}

const countOf = (header: PageHeader) =>
  (header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header)?.num_values ?? 0;

/** Finds the pages of a column of a row group by their headers. Throws an Error in plain words where they cannot be right. */
export async function pagesOf(file: Blob, meta: ColumnMetaData): Promise<Pages> {
  const from = Number(meta.dictionary_page_offset || meta.data_page_offset);
  // Some writers leave the dictionary's offset out, and say only where the data begin.
  const start = Math.min(from, Number(meta.data_page_offset));
  const end = start + Number(meta.total_compressed_size);
  if (!(start >= 0 && start <= end && end <= file.size)) throw new Error('a column lies outside of the file');
  const wanted = Number(meta.num_values);
  if (!(wanted >= 0 && wanted <= mostValues)) throw new Error(`a column says that it has ${wanted} values`);
  const data: Page[] = [];
  let dictionary: Page | null = null;
  let count = 0;
  for (let at = start; at < end && count < wanted;) {
    const { header, size } = await headerAt(file, at, end);
    check(header, end - at - size);
    const values = countOf(header);
    if (!(values >= 0 && count + values <= wanted))
      throw new Error('its pages hold more values than it says');
    const page = {
      header,
      start: at + size,
      bytes: header.compressed_page_size,
      count: values,
      before: count,
    };
    if (header.type === 'DICTIONARY_PAGE') dictionary = page;
    else if (header.type !== 'INDEX_PAGE') {
      data.push(page);
      count += values;
    }
    at += size + header.compressed_page_size;
  }
  if (count !== wanted) throw new Error('its pages hold fewer values than it says');
  return { meta, dictionary, data };
}

const bytesOf = async (file: Blob, { start, bytes }: Page) =>
  new Uint8Array(await file.slice(start, start + bytes).arrayBuffer());

/** The words of a column's dictionary; null where it has none. */
export async function readDictionary(
  file: Blob,
  { meta, dictionary }: Pages,
  kind: LeafKind,
): Promise<readonly Value[] | null> {
  if (!dictionary) return null;
  const size = dictionary.header.uncompressed_page_size;
  const page = unpack(meta.codec, await bytesOf(file, dictionary), size);
  return plain(new Bytes(page), kind, dictionary.count);
}

/** Reads one page. */
export async function readPage(
  file: Blob,
  { meta }: Pages,
  page: Page,
  kind: LeafKind,
  dictionary: readonly Value[] | null,
): Promise<PageValues> {
  const { header } = page;
  const packed = new Bytes(await bytesOf(file, page));
  const second = header.data_page_header_v2;
  const before = second && {
    repetition: packed.take(second.repetition_levels_byte_length),
    definition: packed.take(second.definition_levels_byte_length),
  };
  const rest = packed.take(packed.all.length - packed.at);
  const size = header.uncompressed_page_size - packed.all.length + rest.length;
  const codec = second?.is_compressed === false ? 'UNCOMPRESSED' : meta.codec;
  const whole = size === 0 ? new Uint8Array() : unpack(codec, rest, size);
  return pageValues(header, kind, whole, before ?? null, dictionary);
}
