/**
 * Reads zip archives by their directory: a stored file is a slice of the archive, and nothing is unpacked that nobody asks
 * for. What is read has the length and the checksum that the directory says. No zip64, no encryption.
 */
import { Pace } from '#data/pace.ts';
import { describe } from '#experiment/problem.ts';
import { crc32 } from '#lib/crc32.ts';
import { FileError } from './file-error.ts';

/** Bytes between two chances for other work. */
const chunkBytes = 1 << 16;
/** Bytes read at a time. */
const readBytes = 8 << 20;
/** Far more than any export of ours holds; a crafted archive could list millions. */
const maximumEntries = 10_000;
/** What one packed file may grow to: 100 kB of zeros otherwise fill the memory. */
const maximumUnpackedBytes = 2 ** 31;

/** Signatures and sizes of the records that a directory is made of (PKWARE APPNOTE 4.3). */
const record = { file: 0x04034b50, entry: 0x02014b50, end: 0x06054b50 } as const;
const endBytes = 22;
const longestComment = 0xffff;

interface DirectoryEntry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly checksum: number;
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
      checksum: view.getUint32(at + 16, true),
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

/** Throws FileError where the bytes are not those that were put into the archive. */
async function verify(unpacked: Blob, { name, checksum }: DirectoryEntry, file: string): Promise<void> {
  let found = 0;
  const pace = new Pace(Math.ceil(unpacked.size / chunkBytes));
  for (let at = 0; at < unpacked.size; at += readBytes) {
    const bytes = new Uint8Array(await unpacked.slice(at, at + readBytes).arrayBuffer());
    for (let from = 0; from < bytes.length; from += chunkBytes) {
      found = crc32(bytes.subarray(from, from + chunkBytes), found);
      await pace.tick();
    }
  }
  const text = (value: number) => value.toString(16).padStart(8, '0');
  if (found !== checksum)
    throw damaged(file, `${name} must have the checksum ${text(checksum)}`, text(found));
}

async function unpack(archive: Blob, entry: DirectoryEntry, file: string): Promise<Blob> {
  const { name, start, packedBytes, bytes, method } = entry;
  const header = await viewOf(archive.slice(start, start + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== record.file)
    throw damaged(file, `${name} must start at byte ${start}`, 'no file header');
  const from = start + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = archive.slice(from, from + packedBytes);
  if (packed.size !== packedBytes) throw damaged(file, `${name} must have ${packedBytes} bytes`, packed.size);
  if (method !== 0 && method !== 8)
    throw damaged(file, `${name} must be stored or deflated`, `method ${method}`);
  if (method === 0 && packedBytes !== bytes)
    throw damaged(file, `${name} must have ${bytes} bytes`, packedBytes);
  const unpacked = method === 8 ? await inflate(packed, entry, file) : packed;
  await verify(unpacked, entry, file);
  return unpacked;
}

/** What an archive lists of a file. */
export interface ZipListing {
  readonly name: string;
  readonly packedBytes: number;
  /** Unpacked, as the archive says; what is read has that length. */
  readonly bytes: number;
}

/** An archive whose directory was read. */
export interface OpenedZip {
  readonly entries: readonly ZipListing[];
  /**
   * A file of it; undefined where there is none of that name.
   * Rejects with FileError where it is damaged or of a kind that cannot be read.
   */
  read(name: string): Promise<Blob | undefined>;
}

/**
 * Reads the directory of an archive.
 * @param file how messages call the archive
 * @throws FileError where it is damaged
 */
export async function openZip(archive: Blob, file: string): Promise<OpenedZip> {
  const { count, directory } = await findDirectory(archive, file);
  const entries = readDirectory(count, directory, file);
  return {
    entries,
    async read(name) {
      const entry = entries.find((each) => each.name === name);
      return entry && unpack(archive, entry, file);
    },
  };
}

/**
 * The file of that name in an archive; undefined where there is none.
 * @param file how messages call the archive
 * @throws FileError where the archive is damaged, encrypted or of the 64-bit kind
 */
export async function readFromZip(archive: Blob, name: string, file: string): Promise<Blob | undefined> {
  return (await openZip(archive, file)).read(name);
}
