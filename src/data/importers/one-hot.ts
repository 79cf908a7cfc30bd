/** Roboflow's multi-label export: `_classes.csv` in each part, a column of file names and one of 0 or 1 per class. */
import { Gathered } from './gathered.ts';
import type { Importer } from './importer.ts';
import { readRows } from './rows.ts';
import { fileColumnOf } from './tables.ts';

const name = /^_classes\.csv$/i;
const column = 'labels';

export const oneHot: Importer = {
  id: 'one-hot',
  name: 'Roboflow multi-label (_classes.csv)',
  example: 'train/_classes.csv with filename,cat,dog and 0 or 1, beside train/1.jpg',
  recognise: (listing) => Promise.resolve(listing.named(name).length > 0 ? 0.95 : 0),
  async read(listing, { progress, signal }) {
    const gathered = new Gathered(listing);
    const files = listing.named(name);
    const classes = new Set<string>();
    for (const [i, file] of files.entries()) {
      signal.throwIfAborted();
      await progress(i, files.length);
      await gathered.attempt(file, async () => {
        const rows = await readRows(file);
        const names = fileColumnOf(rows);
        gathered.done(file.path, names < 0 ? 'has no column of file names (filename)' : undefined);
        if (names < 0) return;
        gathered.leaveOut(rows.leftOut);
        for (const [c, each] of rows.columns.entries()) if (c !== names) classes.add(each);
        for (const [r, cells] of rows.cells.entries()) {
          const number = rows.numbers[r];
          const odd = cells.find((cell, c) => c !== names && cell !== '0' && cell !== '1');
          const present = rows.columns.filter((_, c) => c !== names && cells[c] === '1');
          if (odd === undefined) gathered.add(file.path, number, cells[names] ?? null, [[column, present]]);
          else gathered.skip(file.path, number, `says “${String(odd ?? '')}” where 0 or 1 belongs`);
        }
      });
    }
    gathered.declare(column, { kind: 'labels', names: [...classes] });
    return gathered.table();
  },
};
