/** The files of a folder, of an archive or of one file on the disk, for importing: found at once, read when they are asked for. */
import { openAsBlob, type Dirent, type Stats } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { LeftOut } from '#data/importers/importer.ts';
import type { SourceFile } from '#data/importers/source-file.ts';
import { reasonOf, UsageError } from './usage-error.ts';

export interface FoundFiles {
  /** What the data set is called: the folder's name, the archive's without its ending. */
  readonly name: string;
  /** Under paths that begin with that folder, in their order. */
  readonly files: readonly SourceFile[];
  /** What was met and is not looked at: links that go round, folders that may not be read, pipes and devices. */
  readonly leftOut: readonly LeftOut[];
}

export interface Limits {
  /** Folders in folders. */
  readonly depth: number;
  readonly files: number;
}

/** As deep as paths of data sets may be, and as many files as anybody has labelled. */
const usual: Limits = { depth: 64, files: 2_000_000 };

/** Smaller files are read whole: cheaper than a view of the disk, of which there would be one for every picture. */
const smallBytes = 8 << 20;

/** A name on the disk in letters: UTF-8, or, where it is none, Latin-1 as old archives left it. */
function lettersOf(name: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(name);
  } catch {
    return new TextDecoder('windows-1252').decode(name);
  }
}

const within = (folder: Buffer, name: Buffer) => Buffer.concat([folder, Buffer.from(path.sep), name]);

/** @param at the path's own bytes: a name need not be UTF-8 */
function sourceFile(at: Buffer, name: string, bytes: number): SourceFile {
  const read = async () =>
    bytes <= smallBytes ? new Blob([new Uint8Array(await readFile(at))]) : openAsBlob(at);
  return {
    path: name,
    bytes,
    blob: () =>
      read().catch((error: unknown) => {
        throw new Error(`cannot be read: ${reasonOf(error)}`);
      }),
  };
}

/** A folder that is being looked through. */
interface Folder {
  readonly at: Buffer;
  /** As the files in it are called. */
  readonly name: string;
  readonly depth: number;
  /** Real paths of this folder and of those around it: a link to one of them goes round. */
  readonly around: ReadonlySet<string>;
}

class Walk {
  readonly files: SourceFile[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  #leave(name: string, reason: string): void {
    this.leftOut.push({ kind: 'file', name, reason });
  }

  /** Looks through a folder and all below it, without recursion: a tree may be deeper than a stack. */
  async through(top: Folder): Promise<void> {
    const waiting = [top];
    for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
      const below: Folder[] = [];
      for (const entry of await this.#entries(folder)) {
        const inner = await this.#take(folder, entry);
        if (inner) below.push(inner);
      }
      waiting.push(...below.toReversed());
    }
  }

  async #entries({ at, name }: Folder): Promise<Dirent<Buffer>[]> {
    try {
      const entries = await readdir(at, { withFileTypes: true, encoding: 'buffer' });
      return entries.toSorted((one, other) => Buffer.compare(one.name, other.name));
    } catch (error) {
      this.#leave(name, `is a folder that cannot be read: ${reasonOf(error)}`);
      return [];
    }
  }

  /** Takes a file; returns a folder that is to be looked through. */
  async #take(folder: Folder, entry: Dirent<Buffer>): Promise<Folder | undefined> {
    const at = within(folder.at, entry.name);
    const name = `${folder.name}/${lettersOf(entry.name)}`;
    let facts: Stats;
    try {
      facts = await stat(at); // of what a link leads to
    } catch (error) {
      this.#leave(
        name,
        entry.isSymbolicLink() ? 'is a link that leads nowhere' : `cannot be read: ${reasonOf(error)}`,
      );
      return undefined;
    }
    if (facts.isDirectory()) return this.#folder(folder, at, name, entry.isSymbolicLink());
    if (facts.isFile()) this.#file(at, name, facts.size);
    else this.#leave(name, 'is a pipe, a socket or a device'); // reading one may wait for ever
    return undefined;
  }

  #file(at: Buffer, name: string, bytes: number): void {
    if (this.files.length >= this.#limits.files)
      throw new UsageError(
        `There are more than ${this.#limits.files} files: give a folder that holds only the data.`,
      );
    this.files.push(sourceFile(at, name, bytes));
  }

  async #folder(outer: Folder, at: Buffer, name: string, isLink: boolean): Promise<Folder | undefined> {
    const depth = outer.depth + 1;
    if (depth > this.#limits.depth) {
      this.#leave(name, `lies more than ${this.#limits.depth} folders deep`);
      return undefined;
    }
    if (!isLink) return { at, name, depth, around: outer.around };
    const real = await realpath(at);
    const here = await realpath(outer.at);
    // A link to this very folder, or to one around it, would go round for ever.
    if (outer.around.has(real) || `${here}${path.sep}`.startsWith(`${real}${path.sep}`)) {
      this.#leave(name, 'is a link to a folder around it');
      return undefined;
    }
    return { at, name, depth, around: new Set([...outer.around, real, here]) };
  }
}

/** `pets.tar.gz` → `pets` */
const withoutEnding = (name: string) => name.replace(/(\.tar)?\.[^.]+$/i, '') || name;

/**
 * What lies at a path. A folder is looked through with all below it, links followed.
 * @throws UsageError where there is nothing, nothing that may be read, or far too much
 */
export async function filesOf(place: string, limits: Limits = usual): Promise<FoundFiles> {
  const refuse = (error: unknown): never => {
    throw new UsageError(`${place} cannot be opened: ${reasonOf(error)}.`);
  };
  const facts = await stat(place).catch(refuse);
  const name = path.basename(path.resolve(place));
  const at = Buffer.from(path.resolve(place));
  if (facts.isFile())
    return { name: withoutEnding(name), files: [sourceFile(at, name, facts.size)], leftOut: [] };
  if (!facts.isDirectory()) throw new UsageError(`${place} is no folder and no file.`);
  await readdir(place).catch(refuse);
  const walk = new Walk(limits);
  await walk.through({ at, name, depth: 0, around: new Set([await realpath(place)]) });
  return { name, files: walk.files, leftOut: walk.leftOut };
}
