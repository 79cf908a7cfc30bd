/** All files of a drop, found by path. */
import type { LeftOut } from './importer.ts';
import { isImagePath, isLitter, safePath, type SourceFile } from './source-file.ts';

/** The folder that all of some paths lie in, if there is one; a file on its own lies in none. */
function commonFolder(paths: readonly string[]): string | undefined {
  const [first = ''] = paths;
  const end = first.indexOf('/');
  if (end < 0) return undefined;
  const folder = first.slice(0, end + 1);
  return paths.every((path) => path.startsWith(folder)) ? folder.slice(0, -1) : undefined;
}

export class Listing {
  /** What the drop is called: by the one folder that all of it lay in, else as given. */
  readonly name: string;
  /** By rising path, without that one folder, and without what systems leave behind (`.DS_Store`, `__MACOSX`). */
  readonly files: readonly SourceFile[];
  /** Files that are not looked at, with the reason. */
  readonly leftOut: readonly LeftOut[];
  readonly #byPath: ReadonlyMap<string, SourceFile>;
  readonly #byLowerPath: ReadonlyMap<string, SourceFile>;

  /**
   * Files under unsafe paths, and the later ones of two under the same path, are left out.
   * @param name where no folder is around all of them
   */
  constructor(name: string, files: readonly SourceFile[]) {
    const leftOut: LeftOut[] = [];
    const safe = files.flatMap((file) => {
      const path = safePath(file.path);
      if (path !== null) return isLitter(path) ? [] : [{ path, file }];
      const reason = 'has a path that leads out of its folder, or is far too deep or long';
      leftOut.push({ kind: 'file', name: file.path, reason });
      return [];
    });
    const folder = commonFolder(safe.map(({ path }) => path));
    const byPath = new Map<string, SourceFile>();
    for (const { path: full, file } of safe) {
      const path = folder === undefined ? full : full.slice(folder.length + 1);
      if (byPath.has(path))
        leftOut.push({ kind: 'file', name: path, reason: 'is there twice: the first one is used' });
      else byPath.set(path, { path, bytes: file.bytes, blob: () => file.blob() });
    }
    this.name = folder ?? name;
    this.leftOut = leftOut;
    this.files = [...byPath.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
    this.#byPath = byPath;
    this.#byLowerPath = new Map(this.files.map((file) => [file.path.toLowerCase(), file]));
  }

  /** The file at a path, or, where there is none, one whose path differs from it only in case. */
  at(path: string): SourceFile | undefined {
    return this.#byPath.get(path) ?? this.#byLowerPath.get(path.toLowerCase());
  }

  /** Files that are called as pictures are. */
  images(): SourceFile[] {
    return this.files.filter(({ path }) => isImagePath(path));
  }

  /** Files whose name, without its folders, matches. */
  named(pattern: RegExp): SourceFile[] {
    return this.files.filter(({ path }) => pattern.test(path.slice(path.lastIndexOf('/') + 1)));
  }
}
