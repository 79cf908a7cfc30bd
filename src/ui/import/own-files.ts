/** Which of some files are Trunkline's own, to be opened rather than imported. */
import type { Dropped } from '#data/importing/import-view.ts';
import { openZip } from '#exporters/unzip.ts';

/** Larger documents are no experiment. */
const longestDocument = 4_000_000;
/** A file in an archive by which ours are known. */
const ownContents = new Set(['capsule.json', 'weights.safetensors']);

/** The choices of an import, which belong with its data. */
const isPlanFile = (name: string): boolean => /\.trunkline-data\.json$/i.test(name);

async function isOwnArchive(file: File): Promise<boolean> {
  try {
    const { entries } = await openZip(file, file.name);
    return entries.some(({ name }) => ownContents.has(name));
  } catch {
    return false;
  }
}

async function isExperiment(file: File): Promise<boolean> {
  if (file.size > longestDocument) return false;
  try {
    const document: unknown = JSON.parse(await file.text());
    return typeof document === 'object' && document !== null && 'trunk' in document && 'tasks' in document;
  } catch {
    return false;
  }
}

/** Whether a file, which is no plan of an import, is an experiment, weights, an export of a run or a capsule. Looks into archives and documents only where the name does not tell. */
async function isOwnFile(file: File): Promise<boolean> {
  if (/\.(trunkline\.json|safetensors|trunkline-run\.zip)$/i.test(file.name)) return true;
  if (/\.zip$/i.test(file.name)) return isOwnArchive(file);
  return /\.json$/i.test(file.name) && isExperiment(file);
}

export interface Sorted {
  readonly own: readonly File[];
  readonly data: readonly Dropped[];
}

/** The file itself of one that lies at the top and may be ours by its name. */
async function fileOf(dropped: Dropped): Promise<File | null> {
  if (dropped.path.includes('/') || !/\.(json|safetensors|zip)$/i.test(dropped.path)) return null;
  if ('file' in dropped) return dropped.file;
  return dropped.handle instanceof FileSystemFileHandle ? dropped.handle.getFile() : null;
}

/** Parts a drop into our own files, of those that lie at its top, and data. */
export async function sortFiles(dropped: readonly Dropped[]): Promise<Sorted> {
  const own: File[] = [];
  const data: Dropped[] = [];
  for (const each of dropped) {
    const file = await fileOf(each);
    if (file && !isPlanFile(file.name) && (await isOwnFile(file))) own.push(file);
    else data.push(each);
  }
  return { own, data };
}
