/** What is told to the reader in a plain sentence, without a stack. */

/** Something the reader can mend. */
export class UsageError extends Error {}

const codes: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

/** What the system said about a file, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return codes[code] ?? (error instanceof Error ? error.message : String(error));
}
