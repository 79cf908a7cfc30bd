/** The window with how the training step runs, asked for as long as it is open. */
import { Modal } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useEffect } from 'react';
import { forgetTuning, refreshEngine, useEngine } from '#stores/engine.ts';
import { setView, useView } from '#stores/view.ts';
import { tell } from '../shell/notices.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './engine.module.css';
import { EngineView } from './EngineView.tsx';

const pollMilliseconds = 1000;

export function EngineModal() {
  const opened = useView(({ dialog }) => dialog === 'engine');
  return (
    <Modal
      opened={opened}
      onClose={() => setView({ dialog: null })}
      title="Engine details"
      size={760}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Contents />
    </Modal>
  );
}

/** There only while the window is open: so long the worker is asked. */
function Contents() {
  const details = useEngine((state) => state.details);
  const error = useEngine((state) => state.error);
  const { start, stop } = useInterval(() => void refreshEngine(), pollMilliseconds);
  useEffect(() => {
    void refreshEngine();
    start();
    return stop;
  }, [start, stop]);
  if (error) return <p role="alert">{error}</p>;
  if (!details) return <p className="soft">Press Train: how a step runs on the adapter appears here.</p>;
  return (
    <div className={styles['engine']}>
      <EngineView details={details} />
      <footer className={styles['footer']}>
        <p className="soft">
          Kernels that can be cut in several ways are measured between steps, in at most a tenth of the time.
          The fastest are kept on this device.
        </p>
        <TextButton onClick={() => void forget()}>Forget what was measured</TextButton>
      </footer>
    </div>
  );
}

async function forget(): Promise<void> {
  try {
    await forgetTuning();
    tell('Measurements forgotten', 'Kernels start from the first guess again.');
  } catch (error) {
    tell('Nothing was forgotten', error instanceof Error ? error.message : String(error));
  }
}
