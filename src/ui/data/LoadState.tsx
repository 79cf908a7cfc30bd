/** Building the data: how far, how to stop it, and what to do when it failed. */
import { Button } from '@mantine/core';
import { formatCount } from '#lib/format.ts';
import { cancelLoading, loadDataset, useDataset } from '#stores/dataset.ts';
import { experimentStore } from '#stores/experiment.ts';
import { TextButton } from '../shared/TextButton.tsx';
import styles from './data.module.css';

const load = () => void loadDataset(experimentStore.getState().experiment);

export function LoadState() {
  const status = useDataset((data) => data.status);
  const progress = useDataset((data) => data.progress);
  const error = useDataset((data) => data.error);
  switch (status) {
    case 'ready':
      return null;
    case 'loading':
      return (
        <output className={styles['load']}>
          <div>
            <span>Building</span>
            {progress ? (
              <span className="mono">
                {formatCount(progress.done)} / {formatCount(progress.total)}
              </span>
            ) : null}
            <TextButton onClick={() => void cancelLoading()}>Cancel</TextButton>
          </div>
          <progress
            aria-label="Building images"
            max={1}
            {...(progress ? { value: progress.done / progress.total } : {})}
          />
        </output>
      );
    case 'failed':
      return (
        <div className={styles['load']} role="alert">
          <b className={styles['failure']}>The images could not be built</b>
          <p className={styles['reason']}>{error}</p>
          <Button onClick={load}>Try again</Button>
        </div>
      );
    case 'cancelled':
      return (
        <output className={styles['load']}>
          <p className="soft">The images are not built yet.</p>
          <Button onClick={load}>Build them</Button>
        </output>
      );
  }
}
