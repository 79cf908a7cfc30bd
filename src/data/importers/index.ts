/** All importers, and the choice among them. */
import { arrays } from './arrays.ts';
import { celeba } from './celeba.ts';
import { cifar } from './cifar.ts';
import { coco } from './coco.ts';
import { folders } from './folders.ts';
import { idx } from './idx.ts';
import { ImportError, type Importer } from './importer.ts';
import type { Listing } from './listing.ts';
import { multiTaskJson } from './multi-task-json.ts';
import { oneHot } from './one-hot.ts';
import { parquet } from './parquet.ts';
import { tables } from './tables.ts';

export const importers: readonly Importer[] = [
  tables,
  folders,
  celeba,
  oneHot,
  coco,
  multiTaskJson,
  idx,
  cifar,
  arrays,
  parquet,
];

/**
 * The importers that recognise what was dropped, the surest first.
 * @throws ImportError where none does
 */
export async function recognise(listing: Listing): Promise<Importer[]> {
  const sure = await Promise.all(
    importers.map(async (importer) => ({ importer, sureness: await importer.recognise(listing) })),
  );
  const fitting = sure.filter(({ sureness }) => sureness > 0).toSorted((a, b) => b.sureness - a.sureness);
  if (fitting.length > 0) return fitting.map(({ importer }) => importer);
  const what =
    listing.files.length === 0 ? 'it is empty' : 'no picture, and no file of images that is known, is in it';
  throw new ImportError(
    listing.name,
    `${what}. Drop a folder of pictures, a table beside pictures, or an archive of them.`,
  );
}
