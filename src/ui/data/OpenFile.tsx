/** Where files come in: dropped anywhere on the page, or chosen here. */
import { FileButton } from '@mantine/core';
import { takeFiles } from '../shell/take-files.ts';
import styles from './data.module.css';

export function OpenFile() {
  return (
    <FileButton accept=".json,.safetensors,.zip" onChange={(file) => file && takeFiles([file])}>
      {({ onClick }) => (
        <button type="button" className={styles['dropHint']} onClick={onClick}>
          <b>Drop an experiment or weights</b>
          <span>
            anywhere on the page, or choose a file: <code>.trunkline.json</code> or <code>.safetensors</code>
          </span>
        </button>
      )}
    </FileButton>
  );
}
