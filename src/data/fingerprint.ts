/** What tells a data set from every other: a SHA-256 over its images, its labels and its parts. docs/files.md tells how. */
import { splitNames } from '#experiment/dataset-info.ts';
import type { Dataset } from './dataset.ts';
import type { ImageReader } from './image-reader.ts';

/** Bytes hashed at a time: a digest needs all of its bytes at once, and copies them. */
const pieceBytes = 16 << 20;

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** Images as they lie one after the other, in pieces as {@link piecesOf} cuts them. */
async function* piecesOfImages(reader: ImageReader): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const size = reader.shape.height * reader.shape.width * reader.shape.channels;
  const total = reader.count * size;
  for (let at = 0; at < total; at += pieceBytes) {
    const end = Math.min(at + pieceBytes, total);
    const first = Math.floor(at / size);
    const images = await reader.range(first, Math.ceil(end / size));
    yield new Uint8Array(images.subarray(at - first * size, end - first * size));
  }
}

/** Bytes of a table, little-endian as everywhere in files of ours; copied piece by piece where threads share them. */
function* piecesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < byteLength; at += pieceBytes) {
    const length = Math.min(pieceBytes, byteLength - at);
    const piece = new Uint8Array(buffer, byteOffset + at, length);
    yield buffer instanceof ArrayBuffer
      ? new Uint8Array(buffer, byteOffset + at, length)
      : new Uint8Array(piece);
  }
}

/**
 * SHA-256, in hexadecimal digits, of the digests of these, one after the other: a line of JSON with the image shape, the
 * columns and the counts; the images; the label columns; the samples of train, validation and test. What has more than 16
 * MiB counts in pieces of that size.
 * Rejects where the page is not secure: browsers digest nothing there.
 */
export async function fingerprintOf({ info, images, columns, split }: Dataset): Promise<string> {
  if (!('subtle' in crypto)) throw new Error('This browser takes no SHA-256 of data on an insecure page.');
  const head = JSON.stringify([
    [info.image.height, info.image.width, info.image.channels],
    columns.map(({ info: column }) => [
      column.id,
      column.kind,
      column.kind === 'number' ? column.names : column.classes,
    ]),
    splitNames.map((name) => split[name].length),
  ]);
  const tables = [...columns.map(({ values }) => values), ...splitNames.map((name) => split[name])];
  const digests: Uint8Array<ArrayBuffer>[] = [await sha256(new TextEncoder().encode(head))];
  const pixels = images instanceof Uint8Array ? piecesOf(images) : piecesOfImages(images);
  for await (const piece of pixels) digests.push(await sha256(piece));
  for (const table of tables) for (const piece of piecesOf(table)) digests.push(await sha256(piece));
  const all = new Uint8Array(digests.length * 32);
  for (const [index, digest] of digests.entries()) all.set(digest, index * 32);
  return Array.from(await sha256(all), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
