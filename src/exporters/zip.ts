/** Zip archives for large files, written chunk by chunk, so that no thread stalls. No zip64. unzip.ts reads them. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { Pace } from '#data/pace.ts';

export interface ZipEntry {
  readonly name: string;
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  /** Text shrinks; weights do not. */
  readonly compress: boolean;
}

/** Bytes between two chances for other work. */
const chunkBytes = 1 << 16;

function* chunksOf(parts: readonly Uint8Array<ArrayBuffer>[]): Generator<Uint8Array<ArrayBuffer>> {
  for (const part of parts)
    for (let at = 0; at < part.length; at += chunkBytes) yield part.subarray(at, at + chunkBytes);
}

/** Bytes after which what is written is handed to the browser, which may put it on disk. */
const pieceBytes = 8 << 20;
/** Sizes and places are 32 bits wide without zip64. */
const mostBytes = 2 ** 32 - 1;

/** How somebody follows the writing. */
export interface ZipFollowing {
  /** Bytes taken in so far, now and then. */
  readonly onProgress?: (bytes: number) => void;
  /** Ends the writing, by rejecting with its reason. */
  readonly signal?: AbortSignal;
}

/** Gathers what is written, in pieces. */
class Pieces {
  readonly #pieces: Blob[] = [];
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #held = 0;
  #bytes = 0;

  /** Throws where the archive gets larger than the format can say. */
  add(chunk: Uint8Array<ArrayBuffer>): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    this.#bytes += chunk.length;
    if (this.#bytes > mostBytes) throw new Error('This is too large for a zip archive: 4 GB at most.');
    if (this.#held >= pieceBytes) this.#flush();
  }

  blob(): Blob {
    this.#flush();
    return new Blob(this.#pieces, { type: 'application/zip' });
  }

  #flush(): void {
    this.#pieces.push(new Blob(this.#chunks));
    this.#chunks = [];
    this.#held = 0;
  }
}

/**
 * An archive of these files, which are asked for one by one: the one before may be forgotten by then. Rejects where they
 * take more than 4 GB.
 */
export async function writeZip(
  entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>,
  { onProgress, signal }: ZipFollowing = {},
): Promise<Blob> {
  const pieces = new Pieces();
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    pieces.add(chunk);
  });
  let before = 0;
  for await (const { name, parts, compress } of entries) {
    const entry = compress ? new ZipDeflate(name, { level: 6 }) : new ZipPassThrough(name);
    zip.add(entry);
    const chunks = [...chunksOf(parts)];
    const start = before;
    const pace = new Pace(chunks.length, (done) => onProgress?.(start + done * chunkBytes), signal);
    for (const chunk of chunks) {
      entry.push(chunk);
      await pace.tick();
    }
    entry.push(new Uint8Array(), true);
    before += parts.reduce((sum, { length }) => sum + length, 0);
  }
  zip.end();
  return pieces.blob();
}
