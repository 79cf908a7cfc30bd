/** What the network sees of an image, and what it says of it. */
import { Alert, SegmentedControl, Switch } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { type Fit, fits } from '#data/decode-image.ts';
import type { ColumnInfo, DatasetInfo, ImageShape } from '#experiment/dataset-info.ts';
import type { Experiment } from '#experiment/schema.ts';
import { describeTask, type Task } from '#experiment/tasks/index.ts';
import { labelRow } from '#stores/dataset.ts';
import { useRun } from '#stores/run-state.ts';
import { Picture } from '../shared/Picture.tsx';
import { taskColour } from '../task-colour.ts';
import { ReadingBars } from './ReadingBars.tsx';
import type { DatasetSummary } from './task-results.ts';
import { type Source, useTrial } from './use-trial.ts';
import styles from './results.module.css';

interface TryResultProps {
  readonly experiment: Experiment;
  readonly info: DatasetInfo;
  readonly source: Source;
  readonly summary: DatasetSummary | null;
}

const fitNames: Readonly<Record<Fit, string>> = { cover: 'Fill', contain: 'Fit', stretch: 'Stretch' };

export function TryResult({ experiment, info, source, summary }: TryResultProps) {
  const [fit, setFit] = useState<Fit>('contain');
  const [invert, setInvert] = useState(false);
  const [weights, setWeights] = useState<'best' | 'last'>('best');
  // While training, the network's opinion changes: it is asked again with every validation.
  const version = useRun(({ run, validations, status }) => `${run} ${validations.length} ${status}`);
  const trial = useTrial(source, { shape: info.image, fit, invert, weights, version });
  const isFile = 'file' in source;
  return (
    <div className={styles['trial']}>
      <div className={styles['seen']} data-single={!isFile || undefined}>
        {isFile ? <Original file={source.file} /> : null}
        <Seen shape={info.image} pixels={trial.pixels} />
        <div className={styles['seenOptions']}>
          {isFile ? <FitOptions fit={fit} onFit={setFit} invert={invert} onInvert={setInvert} /> : null}
          <SegmentedControl
            size="xs"
            aria-label="Weights"
            data={[
              { value: 'best', label: 'Best weights' },
              { value: 'last', label: 'Last' },
            ]}
            value={weights}
            onChange={setWeights}
          />
        </div>
      </div>
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

interface FitOptionsProps {
  readonly fit: Fit;
  readonly onFit: (fit: Fit) => void;
  readonly invert: boolean;
  readonly onInvert: (invert: boolean) => void;
}

function FitOptions({ fit, onFit, invert, onInvert }: FitOptionsProps) {
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="How the image is fitted"
        data={fits.map((value) => ({ value, label: fitNames[value] }))}
        value={fit}
        onChange={onFit}
      />
      <Switch label="invert" checked={invert} onChange={(event) => onInvert(event.currentTarget.checked)} />
    </>
  );
}

interface SeenProps {
  readonly shape: ImageShape;
  readonly pixels: Uint8Array | null;
}

/** The image at the network's own size. */
function Seen({ shape, pixels }: SeenProps) {
  return (
    <figure>
      {pixels ? <Picture shape={shape} pixels={pixels} label="What the network sees" /> : null}
      <figcaption>
        seen as {shape.width}×{shape.height}, {shape.channels === 1 ? 'grey' : 'colour'}
      </figcaption>
    </figure>
  );
}

/** The file as it is; its address is let go of with it. */
function Original({ file }: { readonly file: Blob }) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const address = URL.createObjectURL(file);
    if (image.current) image.current.src = address;
    return () => URL.revokeObjectURL(address);
  }, [file]);
  return (
    <figure>
      <img ref={image} alt="What you gave" />
      <figcaption>{file instanceof File ? file.name : 'pasted image'}</figcaption>
    </figure>
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
