/**
 * A table beside the pictures, one row per picture: `metadata.csv`, `.tsv` or `.jsonl` with a column of file names, as Hugging
 * Face's image folders and Keras' data frames have it. Every other column may be a task.
 */
import type { SplitName } from '#experiment/dataset-info.ts';
import {
  ImportError,
  type Cell,
  type Importer,
  type LeftOut,
  type RawColumn,
  type RawSample,
} from './importer.ts';
import type { Listing } from './listing.ts';
import { isTablePath, peekRows, readRows, type Rows } from './rows.ts';
import { isImagePath, safePath, type SourceFile } from './source-file.ts';
import { partNamed, splitPath } from './split-folders.ts';

/** What columns of file names are called, best first. */
const fileColumns = ['file_name', 'filename', 'file', 'image', 'path', 'img_path', 'image_path', 'filepath'];

/** The place of the column with file names; -1 where there is none. */
function fileColumnOf({ columns }: Rows): number {
  const plain = columns.map((name) => name.toLowerCase().replaceAll(/[ -]/g, '_'));
  const places = fileColumns.map((name) => plain.indexOf(name)).filter((place) => place >= 0);
  return places[0] ?? -1;
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** Finds pictures as tables name them: from the table's folder, from the top, or by a file name that occurs once. */
class Pictures {
  readonly #listing: Listing;
  readonly #byName = new Map<string, SourceFile | null>();

  constructor(listing: Listing) {
    this.#listing = listing;
    for (const file of listing.images()) {
      const name = nameOf(file.path).toLowerCase();
      this.#byName.set(name, this.#byName.has(name) ? null : file);
    }
  }

  find(name: string, table: string): SourceFile | undefined {
    const path = safePath(name);
    if (path === null) return undefined;
    return (
      this.#listing.at(`${folderOf(table)}${path}`) ??
      this.#listing.at(path) ??
      this.#byName.get(nameOf(path).toLowerCase()) ??
      undefined
    );
  }
}

/** Whether a column says which part a sample belongs to: it is called so, and all its words are parts. */
function isSplitColumn(name: string, cells: readonly Cell[]): boolean {
  if (!/^(split|subset|partition|part|set|fold)$/i.test(name)) return false;
  return cells.every((cell) => cell === null || (typeof cell === 'string' && partNamed(cell) !== null));
}

interface Found {
  readonly table: string;
  readonly file: SourceFile;
  readonly fields: ReadonlyMap<string, Cell>;
}

/** The rows of a table whose pictures are there. */
function match(
  table: string,
  rows: Rows,
  pictures: Pictures,
  taken: Set<string>,
  leftOut: LeftOut[],
): Found[] {
  const column = fileColumnOf(rows);
  return rows.cells.flatMap((cells, i) => {
    const row = rows.numbers[i] ?? i + 1;
    const name = cells[column];
    const skip = (reason: string) => {
      leftOut.push({ kind: 'row', name: table, row, reason });
      return [];
    };
    if (typeof name !== 'string') return skip('names no file');
    const file = pictures.find(name, table);
    if (!file) return skip(`names “${name}”, which is not there`);
    if (!isImagePath(file.path)) return skip(`names “${name}”, which is no picture`);
    if (taken.has(file.path)) return skip(`is one more for “${name}”: the first one is used`);
    taken.add(file.path);
    const fields = rows.columns.flatMap((each, c): [string, Cell][] =>
      c === column ? [] : [[each, cells[c] ?? null]],
    );
    return [{ table, file, fields: new Map(fields) }];
  });
}

function columnsOf(found: readonly Found[]): { columns: RawColumn[]; parts: (SplitName | null)[] } {
  const names = [...new Set(found.flatMap(({ fields }) => [...fields.keys()]))];
  const all = names.map((name) => ({ name, cells: found.map(({ fields }) => fields.get(name) ?? null) }));
  const split = all.find(({ name, cells }) => isSplitColumn(name, cells));
  const parts = found.map(({ file }, i) => {
    const said = split?.cells[i];
    return typeof said === 'string' ? partNamed(said) : splitPath(file.path).split;
  });
  return { columns: all.filter((column) => column !== split), parts };
}

export const tables: Importer = {
  id: 'tables',
  name: 'Table beside the pictures',
  example: 'metadata.csv with file_name,colour,age beside images/1.png',
  async recognise(listing) {
    const pictures = new Pictures(listing);
    let best = 0;
    for (const file of listing.files.filter(({ path }) => isTablePath(path))) {
      const rows = await peekRows(file);
      const column = fileColumnOf(rows);
      if (column < 0 || rows.cells.length === 0) continue;
      const there = rows.cells.filter((cells) => {
        const name = cells[column];
        return typeof name === 'string' && pictures.find(name, file.path);
      });
      best = Math.max(best, (0.9 * there.length) / rows.cells.length);
    }
    return best;
  },
  async read(listing, { progress, signal }) {
    const pictures = new Pictures(listing);
    const leftOut: LeftOut[] = [...listing.leftOut];
    const taken = new Set<string>();
    const found: Found[] = [];
    const files = listing.files.filter(({ path }) => isTablePath(path));
    for (const [i, file] of files.entries()) {
      signal.throwIfAborted();
      await progress(i, files.length);
      const rows = await readRows(file);
      if (fileColumnOf(rows) < 0) {
        leftOut.push({
          kind: 'file',
          name: file.path,
          reason: `has no column of file names (${fileColumns[0]})`,
        });
        continue;
      }
      leftOut.push(...rows.leftOut);
      found.push(...match(file.path, rows, pictures, taken, leftOut));
    }
    if (found.length === 0)
      throw new ImportError(listing.name, 'no row of its tables names a picture that is there.');
    for (const { path } of listing.files) {
      if (taken.has(path) || isTablePath(path)) continue;
      leftOut.push({
        kind: 'file',
        name: path,
        reason: isImagePath(path) ? 'is in no row of a table' : 'is no picture',
      });
    }
    const { columns, parts } = columnsOf(found);
    const samples = found.map(({ file }, i): RawSample => ({
      image: { kind: 'encoded', file },
      name: file.path,
      split: parts[i] ?? null,
    }));
    return { name: listing.name, samples, columns, leftOut };
  },
};
