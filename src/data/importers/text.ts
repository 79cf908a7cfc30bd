/** Text files as people have them: UTF-8 with or without a byte order mark, UTF-16 with one, or Latin-1. */
import { ImportError } from './importer.ts';
import type { SourceFile } from './source-file.ts';

/** Bytes of a text file that is read whole; labels of ten million images take less. */
const mostBytes = 512e6;

/**
 * Decodes a text. What is no valid UTF-8 is taken for Windows-1252, the superset of Latin-1 that spreadsheets write.
 */
function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The text of a file. Throws ImportError where it is too large to be a list of labels. */
export async function readText(file: SourceFile): Promise<string> {
  if (file.bytes > mostBytes)
    throw new ImportError(
      file.path,
      `it has ${Math.round(file.bytes / 1e6)} MB; texts of up to ${mostBytes / 1e6} MB are read.`,
    );
  return decodeText(new Uint8Array(await (await file.blob()).arrayBuffer()));
}

/** The beginning of a file's text, for recognising it; a character at the end may be cut. */
export async function readHead(file: SourceFile, bytes = 65_536): Promise<string> {
  const head = (await file.blob()).slice(0, bytes);
  return decodeText(new Uint8Array(await head.arrayBuffer()));
}
