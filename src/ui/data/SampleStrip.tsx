/** Ten images from all over the training part; their labels on hover and focus, the gallery on click. */
import { Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import type { DatasetInfo } from '#experiment/dataset-info.ts';
import { useExperiment } from '#stores/experiment.ts';
import { setView } from '#stores/view.ts';
import type { DatasetSummary } from '#stores/dataset.ts';
import { Picture } from '../shared/Picture.tsx';
import styles from './data.module.css';
import { LabelList } from './LabelList.tsx';
import { labelsOf, labelText } from './labels.ts';
import { pickSamples, useSamples } from './use-samples.ts';

const shown = 10;
const none = new Uint32Array();

interface SampleStripProps {
  readonly info: DatasetInfo;
  readonly summary: DatasetSummary | null;
}

export function SampleStrip({ info, summary }: SampleStripProps) {
  const ids = useMemo(() => (summary ? pickSamples(summary.split.train, shown) : none), [summary]);
  const images = useSamples(summary, ids);
  const tasks = useExperiment(({ experiment }) => experiment.tasks);
  if (!summary) {
    return (
      <div className={styles['strip']} aria-hidden>
        {Array.from({ length: shown }, (_, i) => (
          <Picture key={i} shape={info.image} />
        ))}
      </div>
    );
  }
  return (
    <ul className={styles['strip']} aria-label="Sample images">
      {Array.from(ids, (id, i) => {
        const labels = labelsOf(summary, tasks, id);
        return (
          <li key={id}>
            <Tooltip label={<LabelList labels={labels} />} openDelay={80}>
              <button
                type="button"
                aria-label={`Open the gallery. This image: ${labelText(labels)}`}
                onClick={() => setView({ dialog: 'gallery' })}
              >
                <Picture shape={summary.info.image} pixels={images[i]} />
              </button>
            </Tooltip>
          </li>
        );
      })}
    </ul>
  );
}
