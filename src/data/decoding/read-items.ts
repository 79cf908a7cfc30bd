/** Fetches the pictures of a batch from where they lie: files, tables, blocks of pixels. */
import type { ImageSource, PixelBlock } from '../importers/importer.ts';
import type { BatchItem } from './decode-batch.ts';

const messageOf = (reason: unknown) => (reason instanceof Error ? reason.message : String(reason));

/** Images of one block that follow each other in it: read at once. */
interface Stretch {
  readonly block: PixelBlock;
  readonly start: number;
  count: number;
}

async function readFile(source: Extract<ImageSource, { kind: 'encoded' }>): Promise<BatchItem> {
  try {
    return await source.file.blob();
  } catch (error) {
    return { reason: `could not be read: ${messageOf(error)}` };
  }
}

async function readStretch({ block, start, count }: Stretch): Promise<BatchItem[]> {
  const { height, width, channels } = block.shape;
  try {
    const pixels = await block.read(start, start + count);
    const size = height * width * channels;
    return Array.from({ length: count }, (_, i) => ({
      height,
      width,
      channels,
      pixels: pixels.slice(i * size, (i + 1) * size),
    }));
  } catch (error) {
    return Array.from({ length: count }, () => ({ reason: `could not be read: ${messageOf(error)}` }));
  }
}

/** The pictures of some sources, in order; a reason where one cannot be read. Never rejects. */
export async function readItems(sources: readonly ImageSource[]): Promise<BatchItem[]> {
  const parts: (Extract<ImageSource, { kind: 'encoded' }> | Stretch)[] = [];
  for (const source of sources) {
    const last = parts.at(-1);
    if (source.kind === 'encoded') parts.push(source);
    else if (
      last &&
      'block' in last &&
      last.block === source.block &&
      last.start + last.count === source.index
    )
      last.count += 1;
    else parts.push({ block: source.block, start: source.index, count: 1 });
  }
  const items = await Promise.all(
    parts.map(async (part) => ('block' in part ? readStretch(part) : [await readFile(part)])),
  );
  return items.flat();
}
