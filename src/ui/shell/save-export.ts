/** Hands an export to the browser's download, and tells why where there is none. */
import type { Download } from '#stores/files.ts';
import { saveFile } from '../charts/save-file.ts';
import { attempting } from './notices.ts';

export function saveExport(make: () => Promise<Download>): Promise<void> {
  return attempting('This cannot be exported', async () => {
    const { blob, name } = await make();
    saveFile(blob, name);
  });
}
