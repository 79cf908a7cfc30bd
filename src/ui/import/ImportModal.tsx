/** The window in which images are brought in, from the first look at the files to the data set. */
import { Button, Modal } from '@mantine/core';
import { cancelImport, useImport } from '#stores/imports.ts';
import { setView } from '#stores/view.ts';
import { useLayout } from '../shell/use-layout.ts';
import styles from './import.module.css';
import { DoneReport } from './DoneReport.tsx';
import { ProgressBar } from './ProgressBar.tsx';
import { SheetOfStore } from './SheetOfStore.tsx';
import { ChooseButtons, Welcome } from './Welcome.tsx';

const close = () => setView({ dialog: null });

export function ImportModal() {
  const phone = useLayout() === 'phone';
  const status = useImport((state) => state.status);
  return (
    <Modal
      opened
      onClose={close}
      title="Bring images in"
      size={status === 'sheet' ? 1120 : 680}
      fullScreen={phone}
      radius={phone ? 0 : 'xl'}
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{
        content: (status === 'sheet' || phone ? styles['window'] : styles['small']) ?? '',
        header: styles['head'] ?? '',
        body: styles['body'] ?? '',
      }}
    >
      <Contents />
    </Modal>
  );
}

function Contents() {
  const status = useImport((state) => state.status);
  const view = useImport((state) => state.view);
  switch (status) {
    case 'idle':
      return <Welcome />;
    case 'looking':
      return view ? <SheetOfStore view={view} isBusy /> : <Looking />;
    case 'sheet':
      return view ? <SheetOfStore view={view} isBusy={false} /> : null;
    case 'importing':
      return <Importing />;
    case 'done':
      return <DoneReport />;
    case 'failed':
      return <Failed />;
  }
}

function Looking() {
  const progress = useImport((state) => state.progress);
  return (
    <div className={styles['state']}>
      <h3>Looking through the files …</h3>
      <ProgressBar progress={progress} />
      <div className={styles['buttons']}>
        <Button onClick={() => void cancelImport()}>Cancel</Button>
      </div>
    </div>
  );
}

function Importing() {
  const progress = useImport((state) => state.progress);
  const name = useImport((state) => state.view?.name);
  return (
    <div className={styles['state']}>
      <h3>Importing {name ? `“${name}”` : ''}</h3>
      <ProgressBar progress={progress} />
      <p className="soft">The page can be used meanwhile: close this window, and it goes on.</p>
      <div className={styles['buttons']}>
        <Button variant="filled" onClick={close}>
          Close the window
        </Button>
        <Button onClick={() => void cancelImport()}>Cancel the import</Button>
      </div>
    </div>
  );
}

function Failed() {
  const error = useImport((state) => state.error);
  return (
    <div className={styles['state']}>
      <div role="alert">
        <h3>Nothing was imported</h3>
        <p>{error}</p>
      </div>
      <p className="soft">
        What was here before is as it was. Choose or drop other files, or the same once mended.
      </p>
      <ChooseButtons />
    </div>
  );
}
