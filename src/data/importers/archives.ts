/** Archives among dropped files: their files take their place. */
import { gunzip } from './bytes.ts';
import { ImportError, type LeftOut } from './importer.ts';
import { safePath, type SourceFile } from './source-file.ts';
import { readTar } from './tar.ts';
import { readZip } from './zip.ts';

/** The files of one archive, under its name as a folder; undefined where the file is none. */
async function filesOf(file: SourceFile): Promise<SourceFile[] | undefined> {
  const { path } = file;
  const below = (name: string, files: readonly SourceFile[]) =>
    // A path that leads elsewhere stays one, and is left out for it.
    files.map((each) => (safePath(each.path) === null ? each : { ...each, path: `${name}/${each.path}` }));
  if (/\.zip$/i.test(path)) return below(path.slice(0, -4), await readZip(await file.blob(), path));
  if (/\.tar$/i.test(path)) return below(path.slice(0, -4), await readTar(await file.blob(), path));
  const packed = /^(.*?)(\.tar\.gz|\.tgz)$/i.exec(path);
  if (packed) return below(packed[1] ?? path, await readTar(await gunzip(await file.blob(), path), path));
  return undefined;
}

/**
 * Dropped files with those of archives in place of the archives. An archive that cannot be read is left out with its reason, and
 * one within an archive stays a file.
 * @throws ImportError where the only file is an archive that cannot be read
 */
export async function withArchives(
  files: readonly SourceFile[],
): Promise<{ readonly files: SourceFile[]; readonly leftOut: LeftOut[] }> {
  const all: SourceFile[] = [];
  const leftOut: LeftOut[] = [];
  for (const file of files) {
    try {
      all.push(...((await filesOf(file)) ?? [file]));
    } catch (error) {
      if (!(error instanceof ImportError) || files.length === 1) throw error;
      leftOut.push({ kind: 'file', name: file.path, reason: error.message.slice(error.file.length + 2) });
    }
  }
  return { files: all, leftOut };
}
