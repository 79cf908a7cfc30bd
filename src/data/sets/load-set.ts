/** A data set of the reader's, ready for training: labels of a revision, what is hidden of them, and how often images are drawn. */
import type { Experiment } from '#experiment/schema.ts';
import { splitNames, type SplitName } from '#experiment/dataset-info.ts';
import { residentBytes } from '#experiment/memory.ts';
import type { Dataset } from '../dataset.ts';
import type { ImageReader } from '../image-reader.ts';
import type { OnProgress } from '../pace.ts';
import { withHidden } from './hide-labels.ts';
import { isOwnSet, type SetLabels, type SetManifest } from './manifest.ts';
import { registeredSet, registerSet } from './registry.ts';
import { drawsFor } from './sampling.ts';
import { openSetStore, type SetStore } from './set-store.ts';
import { infoOf, parseSettings, type SetSettings } from './settings.ts';

type DataReference = Experiment['data'];

/** The samples of each part, in their order. */
function splitOf({ parts }: Pick<SetLabels, 'parts'>): Record<SplitName, Uint32Array> {
  const of = (part: SplitName) => {
    const place = splitNames.indexOf(part);
    return Uint32Array.from([...parts.keys()].filter((sample) => parts[sample] === place));
  };
  return { train: of('train'), validation: of('validation'), test: of('test') };
}

/** Puts a data set together. Same input, settings and seed: same data set. */
export function assembleSet(
  manifest: SetManifest,
  settings: SetSettings,
  { labels, images }: { readonly labels: SetLabels; readonly images: Uint8Array | ImageReader },
  seed: number,
): Dataset {
  const split = splitOf(labels);
  const balance = labels.columns.find(({ info }) => info.id === settings.balance && info.kind === 'class');
  const sampled = { train: split.train, origins: labels.origins, balance: balance ?? null };
  const draws = drawsFor(sampled, settings, seed);
  const columns = withHidden(labels.columns, split.train, settings, seed);
  return { info: infoOf(manifest, settings), images, columns, split, ...(draws ? { draws } : {}) };
}

/** All images in memory, read in stretches. */
async function allImages(
  reader: ImageReader,
  progress: OnProgress,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { count, shape } = reader;
  const size = shape.height * shape.width * shape.channels;
  const images = new Uint8Array(count * size);
  const stretch = Math.max(1, Math.floor(2 ** 23 / size));
  for (let start = 0; start < count; start += stretch) {
    const end = Math.min(count, start + stretch);
    images.set(await reader.range(start, end), start * size);
    signal?.throwIfAborted();
    progress(end, count);
  }
  return images;
}

let opened: Promise<SetStore> | undefined;

/** The store of this thread, opened once. */
function storeHere(): Promise<SetStore> {
  opened ??= openSetStore(undefined, { sweep: false });
  opened.catch(() => (opened = undefined));
  return opened;
}

/** Makes the set of a reference known in this thread, where it is one of the reader's and is kept here. */
export async function knowSet({ source }: DataReference, from?: SetStore): Promise<void> {
  if (!isOwnSet(source)) return;
  const manifest = await (from ?? (await storeHere())).get(source);
  if (manifest) registerSet(manifest);
}

/**
 * Reads a data set of the reader's. Rejects in plain words where it is not kept here, or its settings are not its own.
 * @param from the store that it is in; left out: the page's
 * @param most bytes of images that are held in memory; of larger sets they are read as they are needed
 */
export async function loadSet(
  data: DataReference,
  seed: number,
  progress: OnProgress = () => {},
  signal?: AbortSignal,
  from?: SetStore,
  most = residentBytes(),
): Promise<Dataset> {
  const store = from ?? (await storeHere());
  await knowSet(data, store);
  const manifest = registeredSet(data.source);
  const reader = await store.reader(data.source); // rejects where it is not here
  if (!manifest) throw new Error('This data set is not kept in this browser: import it again.');
  const settings = parseSettings(manifest, data.settings);
  const labels = await store.labels(manifest.id, settings.revision);
  const { height, width, channels } = manifest.image;
  const isSmall = manifest.samples * height * width * channels <= most;
  const images = isSmall ? await allImages(reader, progress, signal) : reader;
  signal?.throwIfAborted();
  return assembleSet(manifest, settings, { labels, images }, seed);
}
