/** Labels of a revision, and names of samples, as files: deflated, for most labels repeat. */
import { columnWidth, splitNames, type ColumnInfo, type SplitCounts } from '#experiment/dataset-info.ts';
import type { LabelColumn } from '../dataset.ts';
import type { SetLabels } from './manifest.ts';

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(out).arrayBuffer());
}

const packed = (bytes: Uint8Array<ArrayBuffer>) => through(bytes, new CompressionStream('deflate-raw'));
const unpacked = (bytes: Uint8Array<ArrayBuffer>) => through(bytes, new DecompressionStream('deflate-raw'));

/** Bytes of a file of names: JSON, deflated. */
export function packNames(names: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  return packed(new TextEncoder().encode(JSON.stringify(names)));
}

export async function unpackNames(bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const names: string[] = JSON.parse(new TextDecoder().decode(await unpacked(bytes)));
  return names;
}

/** Four-byte numbers with their first bytes together, then their second ones: alike bytes deflate better side by side. */
function inPlanes(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const count = bytes.length / 4;
  return bytes.map((_, i) => bytes[(i % count) * 4 + Math.floor(i / count)] ?? 0);
}

function outOfPlanes(planes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const count = planes.length / 4;
  return planes.map((_, i) => planes[(i % 4) * count + Math.floor(i / 4)] ?? 0);
}

/** Bytes of a file of labels, deflated: parts, origins, then column after column its numbers, [samples, width] float32. */
export function packLabels({ columns, parts, origins }: SetLabels): Promise<Uint8Array<ArrayBuffer>> {
  const tables = columns.map(({ values }) => inPlanes(new Uint8Array(Float32Array.from(values).buffer)));
  const all = new Uint8Array(
    parts.length + origins.length + tables.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const table of [parts, origins, ...tables]) {
    all.set(table, at);
    at += table.length;
  }
  return packed(all);
}

/** @param columns as packed */
export async function unpackLabels(
  bytes: Uint8Array<ArrayBuffer>,
  samples: number,
  columns: readonly ColumnInfo[],
): Promise<SetLabels> {
  const all = await unpacked(bytes);
  let at = 0;
  const next = (length: number) => all.slice(at, (at += length));
  const [parts, origins] = [next(samples), next(samples)];
  const read = (info: ColumnInfo): LabelColumn => {
    const table = next(4 * samples * columnWidth(info));
    return { info, values: new Float32Array(outOfPlanes(table).buffer) };
  };
  return { parts, origins, columns: columns.map(read) };
}

/** How many samples each part has. */
export function countsOf({ parts }: Pick<SetLabels, 'parts'>): SplitCounts {
  const counts = [0, 0, 0];
  for (const part of parts) counts[part] = (counts[part] ?? 0) + 1;
  const [train = 0, validation = 0, test = 0] = counts;
  return { train, validation, test };
}

/** Throws in plain words where labels are not of so many samples, or of parts or origins that there are not. */
export function checkLabels(
  { columns, parts, origins }: SetLabels,
  samples: number,
  originCount: number,
): void {
  const wrong = (what: string) => new RangeError(`These labels do not fit ${samples} images: ${what}.`);
  if (parts.length !== samples || origins.length !== samples)
    throw wrong(`there are ${parts.length} parts and ${origins.length} origins`);
  for (const { info, values } of columns)
    if (values.length !== samples * columnWidth(info))
      throw wrong(`${info.name} has ${values.length} numbers`);
  if (parts.some((part) => part >= splitNames.length)) throw wrong('a part is none');
  if (origins.some((origin) => origin >= originCount)) throw wrong('an origin is none');
}
