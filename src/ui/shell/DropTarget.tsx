/** The whole page takes dropped files: experiments, weights, and runs of other machines. */
import { IconFileDownload } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import styles from './shell.module.css';
import { takeFiles } from './take-files.ts';

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

export function DropTarget() {
  const [over, setOver] = useState(false);
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
      takeFiles(event.dataTransfer?.files ?? []);
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
        <b>Drop to open</b>
        <span>an experiment (.trunkline.json), weights (.safetensors) or a run (.trunkline-run.zip)</span>
      </div>
    </div>
  );
}
