/** What tells one import from another: a short name for its files, and for all that was decided of them. */
import { digestOf } from '#lib/digest.ts';

/** 16 hexadecimal digits. */
export function textDigest(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const words = new Float32Array(Math.ceil(bytes.length / 4) + 1);
  new Uint8Array(words.buffer).set(bytes);
  return digestOf([words]);
}

/** Of files by their paths and lengths, in whatever order they came. */
export function filesDigest(files: readonly { readonly path: string; readonly bytes: number }[]): string {
  const lines = files.map(({ path, bytes }) => `${bytes} ${path.normalize('NFC')}`);
  return textDigest(lines.toSorted().join('\n'));
}
