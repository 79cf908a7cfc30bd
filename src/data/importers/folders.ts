/** Folder per class: `cats/1.png`; folders in folders are several columns; parts of the data may be on top. */
import type { Importer, LeftOut, RawColumn, RawSample } from './importer.ts';
import { ImportError } from './importer.ts';
import type { Listing } from './listing.ts';
import { isImagePath } from './source-file.ts';
import { splitPath } from './split-folders.ts';

/** More levels than that are an archive of somebody's disk. */
const mostLevels = 8;

/** The folders that a picture lies in, without the one that names its part. */
function foldersOf(path: string): string[] {
  return splitPath(path).rest.split('/').slice(0, -1);
}

/** A column for each level of folders; a level that is the same for all pictures tells nothing and is none. */
function columnsOf(folders: readonly (readonly string[])[]): RawColumn[] {
  const depth = Math.min(
    mostLevels,
    folders.reduce((most, { length }) => Math.max(most, length), 0),
  );
  const levels = Array.from({ length: depth }, (_, level) => folders.map((each) => each[level] ?? null));
  const telling = levels.filter((cells) => new Set(cells).size > 1);
  return telling.map((cells, i) => ({
    name: telling.length === 1 ? 'class' : `folder ${i + 1}`,
    kind: 'class',
    cells,
  }));
}

function read({ name, files, leftOut }: Listing) {
  const images = files.filter(({ path }) => isImagePath(path));
  if (images.length === 0)
    throw new ImportError(name, 'there is no picture in it. PNG, JPEG, WebP, GIF, BMP and AVIF are read.');
  const others = files
    .filter(({ path }) => !isImagePath(path))
    .map(({ path }): LeftOut => ({ kind: 'file', name: path, reason: 'is no picture' }));
  const samples = images.map((file): RawSample => ({
    image: { kind: 'encoded', file },
    name: file.path,
    split: splitPath(file.path).split,
  }));
  const columns = columnsOf(images.map(({ path }) => foldersOf(path)));
  return { name, samples, columns, leftOut: [...leftOut, ...others] };
}

export const folders: Importer = {
  id: 'folders',
  name: 'Folder per class',
  example: 'cats/1.png, dogs/2.png; train/cats/1.png; night/cats/1.png for two columns',
  recognise(listing) {
    const images = listing.images();
    const sorted = images.filter(({ path }) => foldersOf(path).length > 0).length;
    if (images.length === 0) return Promise.resolve(0);
    // Pictures without folders can still be labelled by hand: better than nothing, and than no other importer.
    return Promise.resolve(sorted === 0 ? 0.1 : 0.2 + (0.4 * sorted) / images.length);
  },
  read: (listing) => Promise.resolve().then(() => read(listing)),
};
