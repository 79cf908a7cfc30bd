/** The header's way to the runs that are kept, and the window with them, loaded when it is looked at. */
import { Button, Tooltip } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { formatCount } from '#lib/format.ts';
import { useLibrary } from '#stores/library.ts';
import { setView, useView } from '#stores/view.ts';
import styles from './runs-button.module.css';

const RunsModal = lazy(() => import('./RunsModal.tsx').then((module) => ({ default: module.RunsModal })));

export function RunsButton() {
  const opened = useView(({ dialog }) => dialog === 'runs');
  const count = useLibrary(({ runs }) => runs.filter(({ hidden }) => !hidden).length);
  return (
    <>
      <Tooltip label={`Runs kept on this device: ${formatCount(count)} ( R )`}>
        <Button
          variant="subtle"
          color="gray"
          className={styles['button'] ?? ''}
          leftSection={<IconHistory size={16} stroke={1.7} aria-hidden />}
          aria-haspopup="dialog"
          onClick={() => setView({ dialog: 'runs' })}
        >
          <span className={styles['word']}>Runs</span>{' '}
          <span className={styles['count']}>{formatCount(count)}</span>
        </Button>
      </Tooltip>
      {opened ? (
        <Suspense fallback={null}>
          <RunsModal />
        </Suspense>
      ) : null}
    </>
  );
}
