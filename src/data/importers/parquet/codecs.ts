/**
 * What Parquet's pages may be packed with. Each is given the size that it unpacks to, and allocates no more. None is WebAssembly,
 * which the page's policy does not let run.
 */
import type { CompressionCodec } from 'hyparquet/src/types.js';
import { decompressBrotli } from 'hyparquet-compressors/src/brotli.js';
import { decompressLz4, decompressLz4Raw } from 'hyparquet-compressors/src/lz4.js';
import { gunzipSync } from 'fflate';
import { decompress } from 'fzstd';
import { unsnappy } from './snappy.ts';

type Unpack = (packed: Uint8Array, size: number) => Uint8Array;

const codecs: Partial<Record<CompressionCodec, Unpack>> = {
  UNCOMPRESSED: (bytes) => bytes,
  SNAPPY: unsnappy,
  GZIP: (packed, size) => gunzipSync(packed, { out: new Uint8Array(size) }),
  ZSTD: (packed, size) => decompress(packed, new Uint8Array(size)),
  BROTLI: decompressBrotli,
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

/** The unpacked bytes of a page. Throws an Error where they are not of that size, or packed as nothing here reads. */
export function unpack(codec: CompressionCodec, packed: Uint8Array, size: number): Uint8Array {
  const unpacked = codecs[codec]?.(packed, size);
  if (!unpacked) throw new Error(`it is packed with ${codec}, which is not read`);
  if (unpacked.length !== size) throw new Error('a page unpacks to another size than it says');
  return unpacked;
}
