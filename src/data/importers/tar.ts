/** Tar archives, read by their headers: a file is a slice of the archive (POSIX ustar, with GNU's and pax' long names). */
import { ImportError } from './importer.ts';
import type { SourceFile } from './source-file.ts';

const block = 512;
/** As many files as anybody has labelled; a crafted archive could list millions of empty ones. */
const mostFiles = 2_000_000;
/** Of a long name or pax record. */
const longestName = 65_536;

interface Header {
  readonly name: string;
  readonly bytes: number;
  /** `0` file, `L` GNU long name, `x` pax record of the next file. */
  readonly type: string;
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Octal digits, or, with the highest bit set, a big-endian number. */
function numberIn(field: Uint8Array): number {
  if (((field[0] ?? 0) & 0x80) !== 0) return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  const digits = text(field).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** The sum of a header's bytes, its own checksum counted as blanks. */
function sumOf(header: Uint8Array): number {
  return header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
}

/** Undefined where the bytes are no header. */
function headerIn(bytes: Uint8Array): Header | undefined {
  if (bytes.length < block || numberIn(bytes.subarray(148, 156)) !== sumOf(bytes)) return undefined;
  const isUstar = text(bytes.subarray(257, 262)) === 'ustar';
  const prefix = isUstar && bytes[262] === 0 ? text(bytes.subarray(345, 500)) : '';
  const name = text(bytes.subarray(0, 100));
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    bytes: numberIn(bytes.subarray(124, 136)),
    type: String.fromCharCode(bytes[156] ?? 0),
  };
}

/** The path of a pax record, `27 path=some/long/name\n`; undefined where it has none. */
function pathIn(record: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)/.exec(record)?.[1];
}

/**
 * The files of an archive; folders, links and devices are none.
 * @param file how messages call it
 * @throws ImportError where it is cut off or damaged
 */
export async function readTar(archive: Blob, file: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  let longName: string | undefined;
  for (let at = 0; at + block <= archive.size;) {
    const bytes = new Uint8Array(await archive.slice(at, at + block).arrayBuffer());
    if (bytes.every((byte) => byte === 0)) break;
    const header = headerIn(bytes);
    if (!header || !(header.bytes >= 0)) throw new ImportError(file, `it is damaged at byte ${at}.`);
    const start = at + block;
    const content = archive.slice(start, start + header.bytes);
    if (content.size < header.bytes) throw new ImportError(file, `it is cut off in ${header.name}.`);
    at = start + Math.ceil(header.bytes / block) * block;
    if (header.type === 'L' || header.type === 'x') {
      const said = await content.slice(0, longestName).text();
      longName = (header.type === 'L' ? said.split('\0')[0] : pathIn(said)) ?? longName;
      continue;
    }
    if (header.type === '0' || header.type === '\0')
      files.push({
        path: longName ?? header.name,
        bytes: header.bytes,
        blob: () => Promise.resolve(content),
      });
    longName = undefined;
    if (files.length > mostFiles) throw new ImportError(file, `it holds more than ${mostFiles} files.`);
  }
  return files;
}
