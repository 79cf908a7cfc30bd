/**
 * A table beside the pictures, one row per picture: `metadata.csv`, `.tsv`, `.jsonl` or `.parquet` with a column of file names, as Hugging
 * Face's image folders and Keras' data frames have it. Every other column may be a task. Several tables may tell of one picture.
 */
import type { SplitName } from '#experiment/dataset-info.ts';
import { Gathered } from './gathered.ts';
import type { Cell, Importer } from './importer.ts';
import { isTablePath, peekRows, readRows, type Rows } from './rows.ts';
import { partNamed } from './split-folders.ts';

/** What columns of file names are called, best first. */
const fileColumns = [
  'file_name',
  'filename',
  'file',
  'image',
  'path',
  'img_path',
  'image_path',
  'file_path',
  'filepath',
  'image_name',
  'image_file',
  'image_filename',
  'fname',
  'img',
  'picture',
  'photo',
  'image_id',
  'id',
];

/** The place of the column with file names; -1 where there is none. */
export function fileColumnOf({ columns }: Rows): number {
  const plain = columns.map((name) => name.toLowerCase().replaceAll(/[ -]/g, '_'));
  const places = fileColumns.map((name) => plain.indexOf(name)).filter((place) => place >= 0);
  return places[0] ?? -1;
}

/** Parts by number, as CelebA has them. */
const numbered = new Map<Cell, SplitName>([
  ['0', 'train'],
  ['1', 'validation'],
  ['2', 'test'],
]);

const wordPart = (cell: Cell) => (typeof cell === 'string' ? partNamed(cell) : null);
const numberPart = (cell: Cell) => numbered.get(cell) ?? null;

/** How a column tells parts, where all it says are parts; undefined for a column of labels. */
function partReader(name: string, cells: readonly Cell[]): ((cell: Cell) => SplitName | null) | undefined {
  const says = (read: (cell: Cell) => SplitName | null) =>
    cells.every((cell) => cell === null || read(cell) !== null);
  if (/^(split|subset|partition|part|set|fold)$/i.test(name) && says(wordPart)) return wordPart;
  return /^partition$/i.test(name) && says(numberPart) ? numberPart : undefined;
}

export const tables: Importer = {
  id: 'tables',
  name: 'Table beside the pictures',
  example: 'metadata.csv with file_name,colour,age beside images/1.png',
  async recognise(listing) {
    const gathered = new Gathered(listing);
    let best = 0;
    for (const file of listing.files.filter(({ path }) => isTablePath(path))) {
      const rows = await peekRows(file);
      const column = fileColumnOf(rows);
      if (column < 0 || rows.cells.length === 0) continue;
      const there = rows.cells.filter((cells) => {
        const name = cells[column];
        return (typeof name === 'string' || typeof name === 'number') && gathered.find(`${name}`, file.path);
      });
      best = Math.max(best, (0.9 * there.length) / rows.cells.length);
    }
    return best;
  },
  async read(listing, { progress, signal }) {
    const gathered = new Gathered(listing);
    const files = listing.files.filter(({ path }) => isTablePath(path));
    for (const [i, file] of files.entries()) {
      signal.throwIfAborted();
      await progress(i, files.length);
      await gathered.attempt(file, async () => {
        const rows = await readRows(file);
        const column = fileColumnOf(rows);
        gathered.done(file.path, column < 0 ? `has no column of file names (${fileColumns[0]})` : undefined);
        if (column < 0) return;
        gathered.leaveOut(rows.leftOut);
        for (const [r, cells] of rows.cells.entries()) {
          const fields = rows.columns.flatMap((name, c) =>
            c === column ? [] : [[name, cells[c] ?? null] as const],
          );
          gathered.add(file.path, rows.numbers[r], cells[column] ?? null, fields);
        }
      });
    }
    const parts = gathered.names().flatMap((name) => {
      const read = partReader(name, gathered.cells(name));
      return read ? [[name, read] as const] : [];
    });
    return gathered.table(new Map(parts));
  },
};
