/** What was dropped or pasted, as files under their paths and as handles of folders: looked at, never read here. */
import type { Dropped } from '#data/importing/import-view.ts';

export interface Collected {
  readonly dropped: readonly Dropped[];
  /** Paths of folders and files that the browser would not open. */
  readonly unreadable: readonly string[];
}

type ItemWithHandle = DataTransferItem & {
  readonly getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
};

/** One item of a transfer, in every form that the browser has for it. */
interface Grabbed {
  readonly handle: Promise<FileSystemHandle | null>;
  readonly entry: FileSystemEntry | null;
  readonly file: File | null;
}

/** A transfer is empty once its event is over: everything is taken hold of at once. */
function grab(item: ItemWithHandle): Grabbed {
  const handle = item.getAsFileSystemHandle?.() ?? Promise.resolve(null);
  return { handle: handle.catch(() => null), entry: item.webkitGetAsEntry(), file: item.getAsFile() };
}

const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** All entries of a folder: the browser tells about a hundred at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const pathOf = ({ fullPath }: FileSystemEntry) => fullPath.replace(/^\//, '');
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

/** All files below a folder, folder after folder: no depth is too deep, and the page goes on meanwhile. */
async function filesBelow(root: FileSystemDirectoryEntry): Promise<Collected> {
  const dropped: Dropped[] = [];
  const unreadable: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    const path = pathOf(folder);
    const entries = await entriesOf(folder).catch((): FileSystemEntry[] => {
      unreadable.push(path);
      return [];
    });
    folders.push(...entries.filter(isFolder));
    const files = entries.filter(isFile);
    const opened = await Promise.allSettled(files.map(fileOf));
    for (const [i, result] of opened.entries()) {
      const name = `${path}/${files[i]?.name ?? ''}`;
      if (result.status === 'fulfilled') dropped.push({ path: name, file: result.value });
      else unreadable.push(name);
    }
  }
  return { dropped, unreadable };
}

const one = (dropped: Dropped): Collected => ({ dropped: [dropped], unreadable: [] });
const nothing: Collected = { dropped: [], unreadable: [] };

async function open({ handle, entry, file }: Grabbed): Promise<Collected> {
  if (entry && isFolder(entry)) {
    const found = await handle;
    return found instanceof FileSystemDirectoryHandle
      ? one({ path: found.name, handle: found })
      : filesBelow(entry);
  }
  if (!file) return nothing;
  const found = await handle;
  // With a handle an import that is cut off goes on without another drop.
  return one(
    found instanceof FileSystemFileHandle ? { path: file.name, handle: found } : { path: file.name, file },
  );
}

/** Files that were chosen, with the paths that a chosen folder gives them. */
export function fromFiles(files: Iterable<File>): Dropped[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * What a drop or a paste carries, in its order: folders as handles where the browser has them, so that the worker looks through
 * them, else every file below. To be called while the event lasts.
 */
export async function collect(transfer: DataTransfer): Promise<Collected> {
  const grabbed = Array.from(transfer.items)
    .filter(({ kind }) => kind === 'file')
    .map(grab);
  if (grabbed.length === 0) return { dropped: fromFiles(transfer.files), unreadable: [] };
  const all: Collected[] = [];
  for (const each of grabbed) all.push(await open(each));
  return {
    dropped: all.flatMap(({ dropped }) => dropped),
    unreadable: all.flatMap(({ unreadable }) => unreadable),
  };
}
