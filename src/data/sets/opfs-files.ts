/** Files of data sets in the browser's private file system. */
import { missingFile, type SetFiles } from './set-files.ts';
import { writing } from './storage-full.ts';

/** What a worker writes with; the page's library of types has it not. */
interface SyncAccessHandle {
  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

type WritableFile = Pick<FileSystemFileHandle, 'createWritable'>;

interface WorkerFileHandle extends WritableFile {
  createSyncAccessHandle?(): Promise<SyncAccessHandle>;
}

const isMissing = (error: unknown): boolean =>
  error instanceof DOMException && ['NotFoundError', 'NotReadableError'].includes(error.name);

/** What takes something away gets undefined where there is nothing. */
async function ifThere<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function namesIn(folder: FileSystemDirectoryHandle | undefined): Promise<string[]> {
  const names: string[] = [];
  if (folder) for await (const name of folder.keys()) names.push(name);
  return names.toSorted();
}

class OpfsFiles implements SetFiles {
  readonly kind = 'opfs';
  readonly #root: FileSystemDirectoryHandle;
  /** The file that a worker writes, held open from one batch to the next. */
  #open: { readonly path: string; readonly handle: SyncAccessHandle } | undefined;

  constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

  write(set: string, file: string, at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return writing(async () => {
      const handle = await this.#handle(set, file);
      if (handle) writeSync(handle, at, bytes);
      else await writeStream(await this.#file(set, file), at, bytes);
    });
  }

  async read(set: string, file: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#slice(set, file, (whole) => whole.slice(start, end));
    if (bytes.length < end - start) throw missingFile(file);
    return bytes;
  }

  readAll(set: string, file: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#slice(set, file, (whole) => whole);
  }

  async list(set: string): Promise<string[]> {
    return namesIn(await ifThere(() => this.#root.getDirectoryHandle(set)));
  }

  sets(): Promise<string[]> {
    return namesIn(this.#root);
  }

  async drop(set: string, file: string): Promise<void> {
    if (this.#open?.path === `${set}/${file}`) this.release();
    await ifThere(async () => (await this.#root.getDirectoryHandle(set)).removeEntry(file));
  }

  async remove(set: string): Promise<void> {
    if (this.#open?.path.startsWith(`${set}/`)) this.release();
    await ifThere(() => this.#root.removeEntry(set, { recursive: true }));
  }

  release(): void {
    this.#open?.handle.close();
    this.#open = undefined;
  }

  async #file(set: string, file: string): Promise<WorkerFileHandle> {
    const folder = await this.#root.getDirectoryHandle(set, { create: true });
    return folder.getFileHandle(file, { create: true });
  }

  /** In a worker the file, open for writing; undefined on a page, which must write otherwise. */
  async #handle(set: string, file: string): Promise<SyncAccessHandle | undefined> {
    const path = `${set}/${file}`;
    if (this.#open?.path === path) return this.#open.handle;
    this.release();
    const handle = await (await this.#file(set, file)).createSyncAccessHandle?.();
    if (handle) this.#open = { path, handle };
    return handle;
  }

  async #slice(set: string, file: string, of: (whole: File) => Blob): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const folder = await this.#root.getDirectoryHandle(set);
      const handle = await folder.getFileHandle(file);
      return new Uint8Array(await of(await handle.getFile()).arrayBuffer());
    } catch (error) {
      throw isMissing(error) ? missingFile(file, error) : error;
    }
  }
}

function writeSync(handle: SyncAccessHandle, at: number, bytes: Uint8Array<ArrayBuffer>): void {
  handle.truncate(at); // what an interrupted write has left
  for (let done = 0; done < bytes.length;) {
    const written = handle.write(bytes.subarray(done), { at: at + done });
    if (written === 0) throw new DOMException('The file takes no more.', 'QuotaExceededError');
    done += written;
  }
  handle.flush();
}

/** The browser writes a copy, which takes the place of the file when it is closed. */
async function writeStream(file: WritableFile, at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const stream = await file.createWritable({ keepExistingData: at > 0 });
  try {
    await stream.truncate(at);
    await stream.write({ type: 'write', position: at, data: bytes });
    await stream.close();
  } catch (error) {
    await stream.abort().catch(() => {});
    throw error;
  }
}

/** Null where this browser has no file system, or one that pages cannot write: what one thread keeps another must read. */
export async function opfsFiles(name: string): Promise<SetFiles | null> {
  if (typeof FileSystemFileHandle === 'undefined' || !('createWritable' in FileSystemFileHandle.prototype))
    return null;
  try {
    const root = await navigator.storage.getDirectory();
    return new OpfsFiles(await root.getDirectoryHandle(name, { create: true }));
  } catch {
    return null; // some private windows refuse
  }
}
