/** Zip archives, read by their directory: a file is unpacked when it is asked for, and no further than it says. */
import { BlobReader, configure, ZipReader, type FileEntry } from '@zip.js/zip.js';
import { alwaysFine, limited, mostRatio, mostUnpacked, tooMuch } from './bytes.ts';
import { ImportError } from './importer.ts';
import type { SourceFile } from './source-file.ts';

// We are in a worker already, or in Node.
configure({ useWebWorkers: false });

/** As many files as anybody has labelled. */
const mostFiles = 2_000_000;
/** What all files together may unpack to, however small the archive is. */
const mostTogether = 1e9;

/** A bad name makes its own file be left out, by the listing, and not the archive. */
const options = { filenameValidation: 'tolerant' } as const;

/** What is wrong with an archive, in plain words for the codes of the library. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/encrypt|password/i.test(message)) return 'it is encrypted: unpack it first.';
  if (/split/i.test(message)) return 'it is one of several parts: put them together first.';
  return `it is damaged, or no zip archive that can be read (${message}).`;
}

async function unpack(entry: FileEntry, archive: string): Promise<Blob> {
  const name = `${archive}/${entry.filename}`;
  const { readable, writable } = limited(name, entry.uncompressedSize);
  const blob = new Response(readable).blob();
  blob.catch(() => {}); // whatever fails is what the caller hears of, once
  try {
    await entry.getData(writable, { checkSignature: true });
    return await blob;
  } catch (error) {
    throw error instanceof ImportError ? error : new ImportError(name, reasonOf(error));
  }
}

/** Why an entry is not to be unpacked; null where nothing speaks against it. */
function dangerOf({ uncompressedSize, compressedSize }: FileEntry): string | null {
  if (uncompressedSize > mostUnpacked) return tooMuch(mostUnpacked);
  const most = Math.max(alwaysFine, compressedSize * mostRatio);
  return uncompressedSize > most ? tooMuch(most) : null;
}

/**
 * The files of an archive. One that would unpack to far more than it can honestly hold rejects when it is read.
 * @param file how messages call it
 * @param most files
 * @throws ImportError where its directory is damaged, or says that it holds far too much
 */
export async function readZip(archive: Blob, file: string, most = mostFiles): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  const mostBytes = Math.max(mostTogether, archive.size * mostRatio);
  let bytes = 0;
  try {
    for await (const entry of new ZipReader(new BlobReader(archive), options).getEntriesGenerator()) {
      if (entry.directory) continue;
      const danger = dangerOf(entry);
      files.push({
        path: entry.filename,
        bytes: entry.uncompressedSize,
        blob: () =>
          danger === null
            ? unpack(entry, file)
            : Promise.reject(new ImportError(`${file}/${entry.filename}`, danger)),
      });
      bytes += entry.uncompressedSize;
      if (bytes > mostBytes) throw new ImportError(file, tooMuch(mostBytes));
      if (files.length > most) throw new ImportError(file, `it holds more than ${most} files.`);
    }
  } catch (error) {
    throw error instanceof ImportError ? error : new ImportError(file, reasonOf(error));
  }
  return files;
}
