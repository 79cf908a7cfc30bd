/**
 * Pictures in Parquet files, as Hugging Face's `datasets` writes them: a column of structs {bytes, path}, or of plain bytes; every
 * other column may be a task. Several files are shards of parts: `train-00000-of-00002.parquet`.
 */
import type { SplitName } from '#experiment/dataset-info.ts';
import {
  type Cell,
  ImportError,
  type Importer,
  type LeftOut,
  type RawColumn,
  type RawSample,
} from './importer.ts';
import type { Listing } from './listing.ts';
import { isBinary, openParquet, type Leaf, type ParquetFile } from './parquet/parquet-file.ts';
import { extensionOf, type SourceFile } from './source-file.ts';
import { partInName, partNamed } from './split-folders.ts';

const isParquet = ({ path }: { readonly path: string }) => extensionOf(path) === 'parquet';

/** What columns of pictures are called, best first. */
const pictureNames = ['image', 'img', 'picture', 'png', 'jpg', 'jpeg', 'webp', 'bytes', 'content'];

/** Columns of bytes, the likeliest of pictures first. A struct's `bytes` goes by the struct's name. */
function pictureLeaves(file: ParquetFile): Leaf[] {
  const rank = ({ path, feature }: Leaf) => {
    const place = pictureNames.indexOf((path[0] ?? '').toLowerCase());
    return feature?.type === 'Image' ? -1 : place < 0 ? pictureNames.length : place;
  };
  const found = file.leaves.filter(
    (leaf) =>
      isBinary(leaf) && (leaf.path.length === 1 || leaf.path.at(-1) === 'bytes') && !file.isEmpty(leaf),
  );
  return found.toSorted((a, b) => rank(a) - rank(b));
}

/** The columns that may be labels: no bytes, no lists of lists, and not the path beside a picture's bytes. */
function labelLeaves(file: ParquetFile, pictures: readonly Leaf[]): Leaf[] {
  const ofPictures = new Set(pictures.map(({ path }) => path[0]));
  return file.leaves.filter(
    (leaf) =>
      leaf.kind.repetition <= 1 &&
      (leaf.kind.type !== 'BYTE_ARRAY' || leaf.kind.repetition === 1 || !isBinary(leaf)) &&
      !ofPictures.has(leaf.path[0]),
  );
}

const isPath = ({ path }: Leaf) => path.length === 2 && path[1] === 'path';

/**
 * The labels of a file without pictures in it, by column: a table beside pictures. The paths of an empty column of pictures go by
 * the column's name.
 * @param most rows; whole row groups are read until there are so many
 * @throws ImportError where it is damaged
 */
export async function tableOf(source: SourceFile, most: number) {
  const file = await openParquet(source);
  const leaves = labelLeaves(file, pictureLeaves(file));
  const leftOut = file.leaves
    .filter((leaf) => !leaves.includes(leaf) && leaf.path.at(-1) !== 'bytes')
    .map(({ path }): LeftOut => ({
      kind: 'file',
      name: source.path,
      reason: `has a column “${path.join('.')}” that is no label`,
    }));
  const columns = leaves.map((leaf) => (isPath(leaf) ? leaf.path.slice(0, 1) : leaf.path).join('.'));
  return { columns, cells: await file.cells(leaves, most), leftOut };
}

/** The part that a path tells, by its own name, else by the nearest folder: `default/train/0000.parquet`. */
function partOf(path: string): SplitName | null {
  const folders = path.split('/').slice(0, -1).toReversed();
  return partInName(path) ?? folders.map(partNamed).find((part) => part !== null) ?? null;
}

function kindOf({ feature, kind }: Leaf): Pick<RawColumn, 'kind' | 'names'> {
  if (!feature?.names) return {};
  return { kind: kind.repetition === 0 ? 'class' : 'labels', names: feature.names };
}

interface Shard {
  readonly samples: readonly RawSample[];
  readonly columns: ReadonlyMap<
    string,
    { readonly cells: readonly Cell[]; readonly said: Pick<RawColumn, 'kind' | 'names'> }
  >;
}

async function readShard(file: ParquetFile, leftOut: LeftOut[]): Promise<Shard | undefined> {
  const [picture, ...others] = pictureLeaves(file);
  if (!picture) {
    leftOut.push({ kind: 'file', name: file.path, reason: 'holds no pictures' });
    return undefined;
  }
  const labels = labelLeaves(file, [picture, ...others]);
  const nested = file.leaves.filter(({ kind }) => kind.repetition > 1).concat(others);
  for (const { path } of nested)
    leftOut.push({
      kind: 'file',
      name: file.path,
      reason: `has a column “${path.join('.')}” that is neither a label nor the picture`,
    });
  const blobs = await file.blobs(picture);
  const cells = await file.cells(labels);
  const split = partOf(file.path);
  return {
    samples: blobs.map((blob) => ({ image: { kind: 'encoded', file: blob }, name: blob.path, split })),
    columns: new Map(
      labels.map((leaf, l) => [leaf.path.join('.'), { cells: cells[l] ?? [], said: kindOf(leaf) }]),
    ),
  };
}

async function read(
  listing: Listing,
  signal: AbortSignal,
  progress: (done: number, total: number) => Promise<void>,
) {
  const leftOut: LeftOut[] = [...listing.leftOut];
  const shards: Shard[] = [];
  for (const [i, file] of listing.files.entries()) {
    signal.throwIfAborted();
    await progress(i, listing.files.length);
    if (!isParquet(file)) {
      leftOut.push({ kind: 'file', name: file.path, reason: 'is no Parquet file' });
      continue;
    }
    try {
      const shard = await readShard(await openParquet(file), leftOut);
      if (shard) shards.push(shard);
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      leftOut.push({ kind: 'file', name: file.path, reason: error.message.slice(error.file.length + 2) });
    }
  }
  if (shards.length === 0) {
    const [first] = leftOut;
    throw new ImportError(
      listing.name,
      `no Parquet file in it holds pictures${first ? ` (${first.name}: ${first.reason})` : ''}.`,
    );
  }
  const names = [...new Set(shards.flatMap(({ columns }) => [...columns.keys()]))];
  const columns = names.map((name): RawColumn => ({
    name,
    cells: shards.flatMap(({ samples, columns: own }): Cell[] => [
      ...(own.get(name)?.cells ?? samples.map(() => null)),
    ]),
    ...shards.map(({ columns: own }) => own.get(name)?.said).find((said) => said?.kind),
  }));
  return { name: listing.name, samples: shards.flatMap(({ samples }) => samples), columns, leftOut };
}

export const parquet: Importer = {
  id: 'parquet',
  name: 'Pictures in Parquet (Hugging Face)',
  example: 'train-00000-of-00002.parquet and test-00000-of-00001.parquet with columns image and label',
  async recognise(listing) {
    let sureness = 0;
    for (const file of listing.files.filter(isParquet)) {
      try {
        if (pictureLeaves(await openParquet(file)).length > 0) return 0.94;
      } catch {
        sureness = 0.05; // of its name alone: what is wrong with it is said when it is read
      }
    }
    return sureness;
  },
  read: (listing, { signal, progress }) => read(listing, signal, progress),
};
