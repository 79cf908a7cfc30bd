/** Files and folders that were dropped as handles, looked through without recursion: no depth and no number hangs it. */
import { ImportError } from '../importers/importer.ts';
import type { SourceFile } from '../importers/source-file.ts';
import type { Dropped } from './import-view.ts';

const deepest = 64;
const mostFiles = 1_000_000;
/** Files of a folder that are asked for at a time. */
const atOnce = 64;

const sourceOf = (path: string, file: File): SourceFile => ({
  path,
  bytes: file.size,
  blob: () => Promise.resolve(file),
});

/** A place that is not looked at: its path is one that every listing leaves out, with the reason. */
const tooDeep = (path: string): SourceFile => ({
  path: `${path}/…`,
  bytes: 0,
  blob: () => Promise.reject(new Error('lies too deep')),
});

type Children = { values(): AsyncIterable<FileSystemHandle> };
// The DOM library of TypeScript knows folders that can be walked only where its async part is asked for.
const hasChildren = (handle: object): handle is Children => 'values' in handle;
const isFolder = (handle: FileSystemHandle): handle is FileSystemDirectoryHandle =>
  handle.kind === 'directory';
const isFile = (handle: FileSystemHandle): handle is FileSystemFileHandle => handle.kind === 'file';

async function openAll(
  handles: readonly { readonly path: string; readonly handle: FileSystemFileHandle }[],
  signal: AbortSignal,
): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for (let i = 0; i < handles.length; i += atOnce) {
    signal.throwIfAborted();
    const some = handles.slice(i, i + atOnce).map(async ({ path, handle }): Promise<SourceFile> => {
      try {
        return sourceOf(path, await handle.getFile());
      } catch {
        // It went meanwhile, or may not be read: found again when it is decoded, and listed then.
        const gone = () => Promise.reject(new Error('cannot be read any more'));
        return { path, bytes: 0, blob: gone };
      }
    });
    found.push(...(await Promise.all(some)));
  }
  return found;
}

/**
 * All files, by rising path within each folder. Rejects with ImportError where they are too many, or with the signal's reason.
 * @param onFound told now and then how many there are so far
 */
export async function walk(
  dropped: readonly Dropped[],
  onFound: (count: number) => void,
  signal: AbortSignal,
): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  const open: { path: string; handle: FileSystemFileHandle }[] = [];
  const folders: { path: string; handle: FileSystemDirectoryHandle; depth: number }[] = [];
  const take = (path: string, handle: FileSystemHandle, depth: number) => {
    if (isFile(handle)) open.push({ path, handle });
    else if (depth > deepest) files.push(tooDeep(path));
    else if (isFolder(handle)) folders.push({ path, handle, depth });
  };
  for (const each of dropped)
    if ('file' in each) files.push(sourceOf(each.path, each.file));
    else take(each.path, each.handle, 0);
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    const { path, handle, depth } = folder;
    if (!hasChildren(handle)) continue;
    for await (const child of handle.values()) {
      signal.throwIfAborted();
      take(`${path}/${child.name}`, child, depth + 1);
      if (files.length + open.length > mostFiles)
        throw new ImportError(
          path,
          `it holds more than ${mostFiles} files. Drop a part of it, or an archive.`,
        );
    }
    onFound(files.length + open.length);
  }
  return [...files, ...(await openAll(open, signal))];
}
