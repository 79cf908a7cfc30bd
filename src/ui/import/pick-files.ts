/** The browser's own windows in which files and folders are chosen. */
import type { Dropped } from '#data/importing/import-view.ts';
import { fromFiles } from './collect.ts';

type FolderPicker = (options: {
  readonly id: string;
  readonly mode: 'read';
}) => Promise<FileSystemDirectoryHandle>;

/** Empty where nothing was chosen. */
function pick(isFolder: boolean): Promise<Dropped[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.webkitdirectory = isFolder;
    input.addEventListener('change', () => resolve(fromFiles(input.files ?? [])));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/** Files of any kind, several at once. */
export const pickFiles = (): Promise<Dropped[]> => pick(false);

/** A folder with all that is in it: as a handle, which can be remembered, where the browser has them. */
export async function pickFolder(): Promise<Dropped[]> {
  const picker = (window as { showDirectoryPicker?: FolderPicker }).showDirectoryPicker;
  if (!picker) return pick(true);
  try {
    const handle = await picker.call(window, { id: 'trunkline-data', mode: 'read' });
    return [{ path: handle.name, handle }];
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return [];
    throw error;
  }
}
