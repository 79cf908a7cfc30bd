/** Which of the files that were dropped are one data set, and which are several. */
import { recognise } from '../importers/index.ts';
import { Listing } from '../importers/listing.ts';
import { isLitter, safePath, type SourceFile } from '../importers/source-file.ts';
import { partNamed } from '../importers/split-folders.ts';

/** Files of one data set, under what it is called. */
export interface Group {
  readonly name: string;
  readonly files: readonly SourceFile[];
}

/** Pictures without any order are recognised less surely; a folder of them is no data set beside others, but a class. */
export const sureOnItsOwn = 0.2;

const firstStep = (path: string) => path.slice(0, Math.max(0, path.indexOf('/')));
/** Loose files that tell nothing of pictures. */
const isNote = (path: string) =>
  /(^|\/)(readme|licen[cs]e|copying|notice|changelog)[^/]*$|\.(md|pdf|html?)$/i.test(path);

/** The folder that all files of a listing lie in, though it is no part of a data set and no class; empty where there is none. */
function shell({ files }: Listing): string {
  const folder = firstStep(files[0]?.path ?? '');
  if (folder === '' || partNamed(folder) !== null) return '';
  const isAround = files.every(({ path }) => path.startsWith(`${folder}/`));
  return isAround && files.some(({ path }) => path.slice(folder.length + 1).includes('/')) ? folder : '';
}

/** The listing of a group, and what it is called; folders around all of it are stripped, as archives often have several. */
export function listingOf({ name, files }: Group): { readonly name: string; readonly listing: Listing } {
  let listing = new Listing(name, files);
  const called = listing.name;
  let inner = files;
  while (shell(listing) !== '') {
    inner = inner.map((file) => {
      const path = safePath(file.path);
      return path === null || isLitter(path)
        ? file
        : { path: path.slice(path.indexOf('/') + 1), bytes: file.bytes, blob: () => file.blob() };
    });
    listing = new Listing(called, inner);
  }
  return { name: called, listing };
}

/** How surely the files of a listing are a data set. */
export async function sureness(listing: Listing): Promise<number> {
  const [best] = await recognise(listing).catch(() => []);
  return best ? best.recognise(listing) : 0;
}

/** Whether files lie in no folder and may tell of pictures. */
const isTelling = (path: string) => !path.includes('/') && !isLitter(path) && !isNote(path);

/**
 * Several top folders that are each a data set of their own are several; anything else is one. Files that lie beside folders
 * tell of what is in them.
 * @param name of files in no common folder
 */
export async function groupFiles(files: readonly SourceFile[], name: string): Promise<Group[]> {
  const whole: Group[] = [{ name, files }];
  const byTop = new Map<string, SourceFile[]>();
  for (const file of files) {
    const path = safePath(file.path);
    if (path === null || isLitter(path) || (!path.includes('/') && isNote(path))) continue;
    if (isTelling(path)) return whole;
    const top = firstStep(path);
    const members = byTop.get(top);
    if (members) members.push(file);
    else byTop.set(top, [file]);
  }
  if (byTop.size < 2) return whole;
  for (const [top, members] of byTop) {
    if (partNamed(top) !== null) return whole;
    if ((await sureness(listingOf({ name: top, files: members }).listing)) < sureOnItsOwn) return whole;
  }
  const grouped = new Set([...byTop.values()].flat());
  const others = files.filter((file) => !grouped.has(file));
  return Array.from(byTop, ([top, members], i) => ({
    name: top,
    files: i === 0 ? [...members, ...others] : members,
  }));
}
