/** The import in the data panel: how far it is while its window is closed, and what was cut off at an earlier visit. */
import { useImport } from '#stores/imports.ts';
import { setView } from '#stores/view.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './import.module.css';
import { ProgressBar } from './ProgressBar.tsx';
import { Unfinished } from './Unfinished.tsx';

const open = () => setView({ dialog: 'import' });

const titles = {
  looking: 'Looking through files',
  sheet: 'Files to import',
  importing: 'Importing',
} as const;

export function ImportStrip() {
  const status = useImport((state) => state.status);
  const progress = useImport((state) => state.progress);
  const name = useImport((state) => state.view?.name);
  if (status !== 'looking' && status !== 'sheet' && status !== 'importing') return <Unfinished />;
  return (
    <div className={styles['strip']}>
      <div>
        <b dir="auto">{status === 'looking' || !name ? titles[status] : `${titles[status]}: ${name}`}</b>
        <TextButton onClick={open}>Show</TextButton>
      </div>
      {status === 'sheet' ? null : <ProgressBar progress={progress} />}
    </div>
  );
}
