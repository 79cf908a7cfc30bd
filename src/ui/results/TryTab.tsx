/** Try the network on an image of one's own: drop, paste or choose it, or take one of the test images. */
import { Button, FileButton } from '@mantine/core';
import { IconArrowsShuffle, IconPhotoUp } from '@tabler/icons-react';
import { type DragEvent, useEffect, useState } from 'react';
import { infoFor } from '#data/resolve.ts';
import type { Experiment } from '#experiment/schema.ts';
import { datasetKey, useDataset } from '#stores/dataset.ts';
import { useRun } from '#stores/run-state.ts';
import type { DatasetSummary } from './task-results.ts';
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
  const takeFile = (file: Blob | null | undefined) => {
    if (file) setSource({ file });
  };
  usePaste(takeFile);
  const drop = useDrop(takeFile);
  return (
    <div className={styles['try']} data-over={drop.isOver || undefined} {...drop.handlers}>
      <div className={styles['dropBox']}>
        <IconPhotoUp size={22} stroke={1.5} aria-hidden />
        <p>
          <b>Drop or paste an image here</b>
          <span>It is scaled to what the network takes, and stays on this device.</span>
        </p>
        <div className={styles['tryButtons']}>
          <FileButton accept="image/*" onChange={takeFile}>
            {(props) => (
              <Button size="compact-sm" {...props}>
                Choose a file
              </Button>
            )}
          </FileButton>
          {summary ? <RandomButton summary={summary} onSample={(sample) => setSource({ sample })} /> : null}
        </div>
      </div>
      {source ? (
        <TryResult
          experiment={experiment}
          info={infoFor(experiment.data)}
          source={source}
          summary={summary}
        />
      ) : null}
    </div>
  );
}

interface RandomButtonProps {
  readonly summary: DatasetSummary;
  readonly onSample: (sample: number) => void;
}

function RandomButton({ summary, onSample }: RandomButtonProps) {
  const { test } = summary.split;
  const pick = () => {
    const sample = test[Math.floor(Math.random() * test.length)];
    if (sample !== undefined) onSample(sample);
  };
  if (test.length === 0) return null;
  return (
    <Button size="compact-sm" leftSection={<IconArrowsShuffle size={14} />} onClick={pick}>
      Random test image
    </Button>
  );
}

/** Takes pasted pictures wherever the focus is, except in a field. */
function usePaste(take: (file: File | undefined) => void): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      take(event.clipboardData?.files[0]);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [take]);
}

/** Takes dropped files; the page, which opens other files, then leaves them alone. */
function useDrop(take: (file: File | undefined) => void) {
  const [isOver, setIsOver] = useState(false);
  return {
    isOver,
    handlers: {
      onDragOver(event: DragEvent) {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setIsOver(true);
      },
      onDragLeave: () => setIsOver(false),
      onDrop(event: DragEvent) {
        setIsOver(false);
        const [file] = event.dataTransfer.files;
        if (!file || /\.(json|safetensors|zip)$/i.test(file.name)) return;
        event.preventDefault();
        take(file);
      },
    },
  };
}
