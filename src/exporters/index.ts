/** The registry of file formats: their only list. */
import { bundle } from './bundle-zip.ts';
import { ensembleLines, ensembleTable } from './ensemble-predictions.ts';
import { experimentFile } from './experiment-file.ts';
import type { OpenedFile } from './exporter.ts';
import { FileError } from './file-error.ts';
import { metrics } from './metrics-csv.ts';
import { weights } from './weights.ts';

export const exporters = {
  weights,
  bundle,
  metrics,
  experiment: experimentFile,
  ensembleTable,
  ensembleLines,
};

/** How the names of files end that can be opened. */
const openableEndings: readonly string[] = Object.values(exporters).flatMap(({ read, endings }) =>
  read ? endings : [],
);

/** Whether a file's name says that it can be opened. */
export function isOpenable(name: string): boolean {
  return openableEndings.some((ending) => name.toLowerCase().endsWith(ending));
}

/**
 * Opens a file of any format that can be read back; the end of its name tells which.
 * Throws FileError naming the file and what is wrong with it, or what can be opened instead.
 */
export async function openFile(file: Blob, name: string): Promise<OpenedFile> {
  const exporter = Object.values(exporters).find(
    ({ read, endings }) => read && endings.some((ending) => name.toLowerCase().endsWith(ending)),
  );
  if (exporter?.read) return exporter.read(file, name);
  throw new FileError(name, {
    path: 'file',
    rule: 'must be of a kind that can be opened',
    found: name.includes('.') ? name.slice(name.lastIndexOf('.')) : 'no ending',
    remedy: `Open a file that ends in ${openableEndings.join(', ')}.`,
  });
}
