/** Writes a file so that whoever looks, at whatever moment, finds the old one or the new one, whole. */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';

/** The name under which a file is written; left behind where the program is killed meanwhile. */
export const draftOf = (file: string): string => `${file}.draft`;

/** @param parts laid one after the other; text is UTF-8 */
export function writeWhole(file: string, parts: Iterable<Uint8Array | string>): void {
  const draft = openSync(draftOf(file), 'w');
  try {
    for (const part of parts) writeFileSync(draft, part);
    fsyncSync(draft); // or a power cut could leave the new name with nothing in it
  } finally {
    closeSync(draft);
  }
  renameSync(draftOf(file), file);
}
