/** Opens files that were dropped or chosen, and says what came of it. */
import { capsulesStore } from '#stores/capsules.ts';
import { openFiles } from '#stores/files.ts';
import { setView } from '#stores/view.ts';
import { attemptingUnlessStopped, withNotice } from '../runs/capsule-actions.tsx';
import { tell } from './notices.ts';

export function takeFiles(files: Iterable<File>): void {
  const { opened } = capsulesStore.getState();
  void attemptingUnlessStopped('This file cannot be opened', async () => {
    tell('Opened', await withNotice('Opening', () => openFiles([...files])));
    if (capsulesStore.getState().opened !== opened) setView({ dialog: 'runs' });
  });
}
