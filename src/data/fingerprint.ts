/** What tells a data set from every other: a SHA-256 over its images, its labels and its parts. docs/files.md tells how. */
import { splitNames } from '#experiment/dataset-info.ts';
import type { Dataset } from './dataset.ts';

/** Bytes hashed at a time: a digest needs all of its bytes at once, and copies them. */
const pieceBytes = 16 << 20;

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
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
  const tables = [images, ...columns.map(({ values }) => values), ...splitNames.map((name) => split[name])];
  const digests: Uint8Array<ArrayBuffer>[] = [await sha256(new TextEncoder().encode(head))];
  for (const table of tables) for (const piece of piecesOf(table)) digests.push(await sha256(piece));
  const all = new Uint8Array(digests.length * 32);
  for (const [index, digest] of digests.entries()) all.set(digest, index * 32);
  return Array.from(await sha256(all), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
