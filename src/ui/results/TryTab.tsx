/** Try the network on an image of one's own: drop, paste or choose it, or take one of the test images. */
import { useState } from 'react';
import { infoFor } from '#data/resolve.ts';
import type { Experiment } from '#experiment/schema.ts';
import { datasetKey, useDataset } from '#stores/dataset.ts';
import { useRun } from '#stores/run-state.ts';
import { ImageDrop } from './ImageDrop.tsx';
import { TryResult } from './TryResult.tsx';
import type { Source } from './use-trial.ts';
import styles from './results.module.css';

export function TryTab() {
  const experiment = useRun((state) => state.experiment);
  const canPredict = useRun(
    ({ step, status }) => step > 0 && status !== 'preparing' && status !== 'recovering',
  );
  if (!experiment || !canPredict)
    return (
      <div className={styles['nothing']}>
        <p>Train a few steps first: an untrained network only guesses.</p>
      </div>
    );
  return <Trial experiment={experiment} />;
}

function Trial({ experiment }: { readonly experiment: Experiment }) {
  const [source, setSource] = useState<Source | null>(null);
  const summary = useDataset((state) =>
    state.status === 'ready' && state.key === datasetKey(experiment) ? state.summary : null,
  );
  return (
    <ImageDrop summary={summary} onSource={setSource}>
      {source ? (
        <TryResult
          experiment={experiment}
          info={infoFor(experiment.data)}
          source={source}
          summary={summary}
        />
      ) : null}
    </ImageDrop>
  );
}
