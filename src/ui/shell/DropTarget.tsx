/** The whole page takes what is dropped and pasted: images to learn from, and what Trunkline has exported. */
import { IconFileDownload, IconLock } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { viewStore } from '#stores/view.ts';
import { bringPasted, bringTransfer } from '../import/bring-in.ts';
import styles from './shell.module.css';

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** Whether a paste is meant for something else: a field, a window, or the picture that is to be tried. */
function belongsElsewhere({ target, clipboardData, defaultPrevented }: ClipboardEvent): boolean {
  if (defaultPrevented || !clipboardData || clipboardData.files.length === 0) return true;
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return true;
  const { tab, dialog } = viewStore.getState();
  if (dialog !== null) return dialog !== 'import';
  const [only] = clipboardData.files;
  return tab === 'try' && clipboardData.files.length === 1 && only?.type.startsWith('image/') === true;
}

/** Files from the clipboard, wherever the focus is. */
function usePaste(): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (belongsElsewhere(event) || !event.clipboardData) return;
      event.preventDefault();
      void bringPasted(event.clipboardData);
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  }, []);
}

export function DropTarget() {
  const [over, setOver] = useState(false);
  usePaste();
  useEffect(() => {
    const onDragOver = (event: DragEvent) => {
      if (!carriesFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      setOver(true);
    };
    const onDragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      if (!carriesFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      if (event.dataTransfer) void bringTransfer(event.dataTransfer);
    };
    addEventListener('dragover', onDragOver);
    addEventListener('dragleave', onDragLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onDragOver);
      removeEventListener('dragleave', onDragLeave);
      removeEventListener('drop', onDrop);
    };
  }, []);
  if (!over) return null;
  return (
    <div className={styles['drop']}>
      <div>
        <IconFileDownload size={28} stroke={1.5} />
        <b>Drop images, a folder, a zip or a table</b>
        <span>
          <IconLock size={12} stroke={1.7} aria-hidden /> They stay on this device. Experiments, weights and
          runs open.
        </span>
      </div>
    </div>
  );
}
