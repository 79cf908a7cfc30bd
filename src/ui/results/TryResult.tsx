/** What the network sees of an image, and what it says of it. */
import { Alert } from '@mantine/core';
import { useState } from 'react';
import type { ColumnInfo, DatasetInfo } from '#experiment/dataset-info.ts';
import type { Experiment } from '#experiment/schema.ts';
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import { labelRow } from '#stores/dataset.ts';
import { useRun } from '#stores/run-state.ts';
import { taskColour } from '../task-colour.ts';
import { ReadingBars } from './ReadingBars.tsx';
import { SeenImage, startingFit } from './SeenImage.tsx';
import type { DatasetSummary } from './task-results.ts';
import { type Source, useTrial } from './use-trial.ts';
import type { WeightsKey } from './weights-choice.ts';
import { WeightsField, WeightsRule } from './WeightsField.tsx';
import styles from './results.module.css';

interface TryResultProps {
  readonly experiment: Experiment;
  readonly info: DatasetInfo;
  readonly source: Source;
  readonly summary: DatasetSummary | null;
}

export function TryResult({ experiment, info, source, summary }: TryResultProps) {
  const [fitting, setFitting] = useState(startingFit);
  const [weights, setWeights] = useState<WeightsKey>('best');
  // While training, the network's opinion changes: it is asked again with every validation.
  const version = useRun(({ run, validations, status }) => `${run} ${validations.length} ${status}`);
  const trial = useTrial(source, { shape: info.image, ...fitting, weights, version });
  const isFile = 'file' in source;
  return (
    <div className={styles['trial']}>
      <SeenImage source={source} shape={info.image} pixels={trial.pixels} fit={fitting} onFit={setFitting}>
        <WeightsField experiment={experiment} weights={weights} onWeights={setWeights} />
        <WeightsRule experiment={experiment} weights={weights} />
      </SeenImage>
      {trial.error ? (
        <Alert color="red" title="No prediction">
          {trial.error}
        </Alert>
      ) : (
        <div className={styles['opinions']} aria-live="polite" aria-busy={trial.version !== version}>
          {experiment.tasks.map((task, index) => (
            <Opinion
              key={task.id}
              task={task}
              index={index}
              column={info.columns.find(({ id }) => id === task.column)}
              output={trial.outputs?.[task.id]}
              truth={isFile || !summary ? undefined : labelRow(summary, task.column, source.sample)}
            />
          ))}
        </div>
      )}
    </div>
  );
}

interface OpinionProps {
  readonly task: Task;
  readonly index: number;
  readonly column: ColumnInfo | undefined;
  readonly output: Float32Array | undefined;
  readonly truth: Float32Array | undefined;
}

function Opinion({ task, index, column, output, truth }: OpinionProps) {
  if (!column) return null;
  const { readOutputs, readLabel } = describeTask(task);
  const reading = output ? readOutputs(column, output) : null;
  return (
    <section aria-label={task.name}>
      <h3>
        <i style={{ background: taskColour(index) }} aria-hidden />
        {task.name}
        <b>{reading?.text ?? '…'}</b>
      </h3>
      {reading ? (
        <ReadingBars
          column={column}
          reading={reading}
          colour={taskColour(index)}
          {...(truth ? { truth: readLabel(column, truth) } : {})}
        />
      ) : null}
    </section>
  );
}
