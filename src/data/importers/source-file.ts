/** Files as they were dropped, opened or unpacked, under paths that can be trusted. */

/** A file, wherever it lies: on the disk, or in an archive, from which it is unpacked when it is read. */
export interface SourceFile {
  /** From the top of what was dropped, made safe by {@link safePath}: `train/cats/1.png`. */
  readonly path: string;
  /** Unpacked. */
  readonly bytes: number;
  /** Its content. Rejects with an Error in plain words where it cannot be read. */
  blob(): Promise<Blob>;
}

/** Deeper folders are no data set that somebody sorted. */
const deepest = 64;
const longest = 1024;

const hasControls = (text: string) => Array.from(text).some((sign) => sign < ' ' || sign === '\u007f');

/**
 * A path as all importers see it: forward slashes, NFC, no empty or `.` steps, no drive. Null where it leads out of what was
 * dropped (`..`, absolute), is deeper than 64 folders or longer than 1,024 characters, or holds control characters.
 */
export function safePath(path: string): string | null {
  const unified = path.normalize('NFC').replaceAll('\\', '/');
  if (unified.startsWith('/') || /^[a-z]:/i.test(unified) || hasControls(unified)) return null;
  const steps = unified.split('/').filter((step) => step !== '' && step !== '.');
  if (steps.length === 0 || steps.length > deepest || steps.includes('..')) return null;
  const joined = steps.join('/');
  return joined.length > longest ? null : joined;
}

/** The part after the last dot of the last step, in lower case; empty where there is none. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

const imageExtensions = new Set(['png', 'jpg', 'jpeg', 'jfif', 'webp', 'gif', 'bmp', 'avif']);

/** Whether a file is called as pictures are; whether it is one is seen when it is decoded. */
export function isImagePath(path: string): boolean {
  return imageExtensions.has(extensionOf(path));
}

/** What systems and tools leave behind in folders and archives, and nobody means as data. */
export function isLitter(path: string): boolean {
  return path
    .split('/')
    .some((step) => step.startsWith('.') || step === '__MACOSX' || /^(thumbs\.db|desktop\.ini)$/i.test(step));
}
