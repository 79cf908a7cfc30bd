/** Reads images of a kept set out of its files. */
import type { ImageReader } from '../image-reader.ts';
import type { SetManifest } from './manifest.ts';
import type { SetFiles } from './set-files.ts';

/** Images side by side in one file. */
interface Stretch {
  readonly file: string;
  /** Number of its first image in the file, and how many there are. */
  readonly first: number;
  readonly count: number;
}

/** Images that are this close in a file are read at once: what lies between is faster read than left out. */
const closeBytes = 2 ** 16;

export function shardReader(
  { id, name, samples, image, shards }: Pick<SetManifest, 'id' | 'name' | 'samples' | 'image' | 'shards'>,
  files: SetFiles,
): ImageReader {
  const size = image.height * image.width * image.channels;
  const starts: number[] = [];
  let total = 0;
  for (const { count } of shards) {
    starts.push(total);
    total += count;
  }
  const require = (number: number, last: number): void => {
    if (!(Number.isInteger(number) && number >= 0 && number <= last))
      throw new RangeError(`${name} has images 0…${samples - 1}, not ${number}.`);
  };
  const bytesOf = ({ file, first, count }: Stretch) =>
    files.read(id, file, first * size, (first + count) * size);

  async function range(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    require(end, samples);
    require(start, end);
    const out = new Uint8Array((end - start) * size);
    await Promise.all(
      shards.map(async ({ file, count }, at) => {
        const offset = starts[at] ?? 0;
        const [from, to] = [Math.max(start, offset), Math.min(end, offset + count)];
        if (from >= to) return;
        out.set(await bytesOf({ file, first: from - offset, count: to - from }), (from - start) * size);
      }),
    );
    return out;
  }

  async function read(ids: ArrayLike<number>): Promise<Uint8Array<ArrayBuffer>> {
    const wanted = Array.from(ids, (id_, place) => ({ id: id_, place }));
    for (const each of wanted) require(each.id, samples - 1);
    const out = new Uint8Array(wanted.length * size);
    const gap = Math.max(1, Math.floor(closeBytes / size));
    for (const group of groupsOf(
      wanted.toSorted((a, b) => a.id - b.id),
      gap,
    )) {
      const first = group[0]?.id ?? 0;
      const bytes = await range(first, (group.at(-1)?.id ?? first) + 1);
      for (const each of group) {
        const at = (each.id - first) * size;
        out.set(bytes.subarray(at, at + size), each.place * size);
      }
    }
    return out;
  }
  return { count: samples, shape: image, read, range };
}

/** Most images that are read at once, in gaps: a whole set in order is not to be held twice. */
const mostAtOnce = 64;

function groupsOf<Item extends { readonly id: number }>(sorted: readonly Item[], gap: number): Item[][] {
  const groups: Item[][] = [];
  for (const item of sorted) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const first = group?.[0];
    if (group && last && first && item.id - last.id <= gap && item.id - first.id < mostAtOnce * gap)
      group.push(item);
    else groups.push([item]);
  }
  return groups;
}
