/** Where files go that were dropped, pasted or chosen: our own are opened, everything else is looked through for an import. */
import type { Dropped } from '#data/importing/import-view.ts';
import { addToImport, beginImport, importStore } from '#stores/imports.ts';
import { setView } from '#stores/view.ts';
import { attempting, tell } from '../shell/notices.ts';
import { takeFiles } from '../shell/take-files.ts';
import { type Collected, collect } from './collect.ts';
import { sortFiles } from './own-files.ts';
import { pickFiles, pickFolder } from './pick-files.ts';

/** Starts an import, or adds to the one whose sheet is open; what goes wrong stands in the window. */
function importFiles(data: readonly Dropped[]): void {
  const { status } = importStore.getState();
  if (status === 'importing') {
    tell('An import is under way', 'Wait until it is done, or cancel it, and bring these in again.');
    return;
  }
  setView({ dialog: 'import' });
  const isOpen = status === 'sheet' || status === 'looking';
  (isOpen ? addToImport(data) : beginImport(data)).catch(() => {});
}

async function take({ dropped, unreadable }: Collected): Promise<void> {
  const { own, data } = await sortFiles(dropped);
  if (unreadable.length > 0) {
    const some = unreadable.slice(0, 3).join(', ');
    const more = unreadable.length > 3 ? ` and ${unreadable.length - 3} more` : '';
    tell('Some files could not be opened', `${some}${more}. The others are taken.`);
  }
  if (own.length > 0 && data.length > 0)
    tell('Two kinds of files', `${own.map(({ name }) => name).join(', ')} is opened, the rest is imported.`);
  if (own.length > 0) takeFiles(own);
  if (data.length > 0) importFiles(data);
}

/** What a drop or a paste carries. To be called while its event lasts. */
export function bringTransfer(transfer: DataTransfer): Promise<void> {
  const collected = collect(transfer);
  return attempting('These files cannot be opened', async () => take(await collected));
}

/** Asks for files or a folder, and brings them in. */
export function chooseAndBring(isFolder: boolean): Promise<void> {
  return attempting('Nothing could be chosen', async () =>
    take({ dropped: await (isFolder ? pickFolder() : pickFiles()), unreadable: [] }),
  );
}

let pasted = 0;

/** Every picture that is pasted is called `image.png`: here each gets a name of its own. */
export function bringPasted(transfer: DataTransfer): Promise<void> {
  const collected = collect(transfer);
  return attempting('What was pasted cannot be opened', async () => {
    const { dropped, unreadable } = await collected;
    const named = dropped.map((each) =>
      each.path === 'image.png' ? { ...each, path: `pasted ${++pasted}.png` } : each,
    );
    await take({ dropped: named, unreadable });
  });
}
