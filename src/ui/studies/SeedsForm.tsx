/** Plans the experiment of the page with several seeds. */
import { useState } from 'react';
import { spanInSteps } from '#experiment/training.ts';
import { useExperiment } from '#stores/experiment.ts';
import { seedStudy } from '#studies/seeds.ts';
import { FieldRow } from '../shared/FieldRow.tsx';
import { NumberField } from '../shared/NumberField.tsx';
import type { StudyFormProps } from './kinds.ts';
import { StartRow } from './StartRow.tsx';
import styles from './studies.module.css';

const most = 1000;

export function SeedsForm({ onStarted }: StudyFormProps) {
  const [count, setCount] = useState(5);
  const experiment = useExperiment((state) => state.experiment);
  const images = useExperiment(({ info }) => info.counts.train);
  const { training, seed } = experiment;
  const steps = spanInSteps(training.length, images, training.batchSize);
  return (
    <div className={styles['form']}>
      <FieldRow label="Runs" help="Three to five tell most.">
        {(ids) => (
          <NumberField
            {...ids}
            integer
            minimum={1}
            maximum={most}
            value={count}
            onCommit={(next) => setCount(Math.min(most, Math.max(1, next)))}
          />
        )}
      </FieldRow>
      <p className="soft">
        {count === 1 ? `The seed ${seed}` : `The seeds ${seed} to ${seed + count - 1}`}: other first weights,
        another draw of the data, another order of the batches. All else stays as it is on the page.
      </p>
      <StartRow
        plan={() => seedStudy(experiment, count)}
        steps={Array.from({ length: count }, () => steps)}
        onStarted={onStarted}
      />
    </div>
  );
}
