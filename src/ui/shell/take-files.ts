/** Opens files that were dropped or chosen, and says what came of it. */
import { openFiles } from '#stores/files.ts';
import { attempting, tell } from './notices.ts';

export function takeFiles(files: Iterable<File>): void {
  void attempting('This file cannot be opened', async () => tell('Opened', await openFiles([...files])));
}
