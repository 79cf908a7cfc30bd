/** Where images and files come in: dropped anywhere on the page, or chosen here. */
import { chooseAndBring } from '../import/bring-in.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './data.module.css';

export function OpenFile() {
  return (
    <div className={styles['dropHint']}>
      <b>Bring your own images</b>
      <span>Drop a folder, a zip or a table anywhere on the page. Several labels per image are welcome.</span>
      <span>
        <TextButton onClick={() => void chooseAndBring(true)}>Choose a folder</TextButton>
        {' · '}
        <TextButton onClick={() => void chooseAndBring(false)}>Choose files</TextButton>
      </span>
      <small>Experiments, weights and runs open in the same way.</small>
    </div>
  );
}
