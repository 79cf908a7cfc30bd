/**
 * Zip archives for large files: written chunk by chunk, so that no thread stalls, and read by their directory, so that a
 * stored file is a slice of the archive and nothing is unpacked that nobody asks for. No zip64, no encryption.
 */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { Pace } from '#data/pace.ts';
import { describe } from '#experiment/problem.ts';
import { FileError } from './file-error.ts';

export interface ZipEntry {
  readonly name: string;
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  /** Text shrinks; weights do not. */
  readonly compress: boolean;
}

/** Bytes between two chances for other work. */
const chunkBytes = 1 << 16;
/** Far more than any export of ours holds; a crafted archive could list millions. */
const maximumEntries = 10_000;
/** What one packed file may grow to: 100 kB of zeros otherwise fill the memory. */
const maximumUnpackedBytes = 2 ** 31;

function* chunksOf(parts: readonly Uint8Array<ArrayBuffer>[]): Generator<Uint8Array<ArrayBuffer>> {
  for (const part of parts)
    for (let at = 0; at < part.length; at += chunkBytes) yield part.subarray(at, at + chunkBytes);
}

/** An archive of these files. */
export async function writeZip(entries: readonly ZipEntry[]): Promise<Blob> {
  const output: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    output.push(chunk);
  });
  for (const { name, parts, compress } of entries) {
    const entry = compress ? new ZipDeflate(name, { level: 6 }) : new ZipPassThrough(name);
    zip.add(entry);
    const chunks = [...chunksOf(parts)];
    const pace = new Pace(chunks.length);
    for (const chunk of chunks) {
      entry.push(chunk);
      await pace.tick();
    }
    entry.push(new Uint8Array(), true);
  }
  zip.end();
  return new Blob(output, { type: 'application/zip' });
}

/** Signatures and sizes of the records that a directory is made of (PKWARE APPNOTE 4.3). */
const record = { file: 0x04034b50, entry: 0x02014b50, end: 0x06054b50 } as const;
const endBytes = 22;
const longestComment = 0xffff;

interface DirectoryEntry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where its local header starts. */
  readonly start: number;
}

function damaged(file: string, rule: string, found: unknown): FileError {
  const remedy = 'The archive is damaged or of a kind that this cannot read: export it again.';
  return new FileError(file, { path: 'archive', rule, found: describe(found), remedy });
}

async function viewOf(bytes: Blob): Promise<DataView<ArrayBuffer>> {
  return new DataView(await bytes.arrayBuffer());
}

/** The end record lies last, before a comment of unknown length: it is searched from the back. */
async function findDirectory(
  archive: Blob,
  file: string,
): Promise<{ count: number; directory: DataView<ArrayBuffer> }> {
  const tail = await viewOf(archive.slice(Math.max(0, archive.size - endBytes - longestComment)));
  for (let at = tail.byteLength - endBytes; at >= 0; at--) {
    if (tail.getUint32(at, true) !== record.end) continue;
    const count = tail.getUint16(at + 10, true);
    const bytes = tail.getUint32(at + 12, true);
    const start = tail.getUint32(at + 16, true);
    if (count > maximumEntries) throw damaged(file, `must hold at most ${maximumEntries} files`, count);
    if (start + bytes > archive.size) throw damaged(file, 'its directory must lie within it', start + bytes);
    return { count, directory: await viewOf(archive.slice(start, start + bytes)) };
  }
  throw damaged(file, 'must end in the directory of a zip archive', `${archive.size} bytes without one`);
}

function readDirectory(count: number, view: DataView<ArrayBuffer>, file: string): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== record.entry)
      throw damaged(file, `must list ${count} files`, `${i}`);
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const bytes = new Uint8Array(view.buffer, at + 46, Math.min(name ?? 0, view.byteLength - at - 46));
    entries.push({
      name: new TextDecoder().decode(bytes),
      method: view.getUint16(at + 10, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      start: view.getUint32(at + 42, true),
    });
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return entries;
}

async function inflate(packed: Blob, { name, bytes }: DirectoryEntry, file: string): Promise<Blob> {
  if (bytes > maximumUnpackedBytes)
    throw damaged(file, `${name} must unpack to at most ${maximumUnpackedBytes} bytes`, bytes);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = packed.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > bytes) break;
      chunks.push(new Uint8Array(next.value));
    }
  } catch (error) {
    throw damaged(file, `${name} must be deflated data`, error instanceof Error ? error.message : error);
  }
  if (length !== bytes) throw damaged(file, `${name} must unpack to ${bytes} bytes`, length);
  return new Blob(chunks);
}

/**
 * The file of that name in an archive; undefined where there is none.
 * @param file how messages call the archive
 * @throws FileError where the archive is damaged, encrypted or of the 64-bit kind
 */
export async function readFromZip(archive: Blob, name: string, file: string): Promise<Blob | undefined> {
  const { count, directory } = await findDirectory(archive, file);
  const entry = readDirectory(count, directory, file).find((each) => each.name === name);
  if (!entry) return undefined;
  const header = await viewOf(archive.slice(entry.start, entry.start + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== record.file)
    throw damaged(file, `${name} must start at byte ${entry.start}`, 'no file header');
  const from = entry.start + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = archive.slice(from, from + entry.packedBytes);
  if (packed.size !== entry.packedBytes)
    throw damaged(file, `${name} must have ${entry.packedBytes} bytes`, packed.size);
  if (entry.method === 8) return inflate(packed, entry, file);
  if (entry.method === 0) return packed;
  throw damaged(file, `${name} must be stored or deflated`, `method ${entry.method}`);
}
