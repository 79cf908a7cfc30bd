/** All files of a drop, found by path. */
import type { LeftOut } from './importer.ts';
import { isImagePath, isLitter, safePath, type SourceFile } from './source-file.ts';
import { partNamed } from './split-folders.ts';

/** The folders that all of some paths lie in, from the outermost on, up to one that names a part of the data. */
function commonFolders(paths: readonly string[]): string[] {
  const [first = ''] = paths;
  const folders: string[] = [];
  for (const folder of first.split('/').slice(0, -1)) {
    const inside = `${[...folders, folder].join('/')}/`;
    if (partNamed(folder) !== null || !paths.every((path) => path.startsWith(inside))) break;
    folders.push(folder);
  }
  return folders;
}

export class Listing {
  /** What the drop is called: by the outermost folder that all of it lay in, else as given. */
  readonly name: string;
  /** By rising path, without the folders that all of it lay in, and without what systems leave behind (`.DS_Store`, `__MACOSX`). */
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
    const folders = commonFolders(safe.map(({ path }) => path));
    const inside = folders.map((folder) => `${folder}/`).join('');
    const byPath = new Map<string, SourceFile>();
    for (const { path: full, file } of safe) {
      const path = full.slice(inside.length);
      if (byPath.has(path))
        leftOut.push({ kind: 'file', name: path, reason: 'is there twice: the first one is used' });
      else byPath.set(path, { path, bytes: file.bytes, blob: () => file.blob() });
    }
    this.name = folders[0] ?? name;
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
