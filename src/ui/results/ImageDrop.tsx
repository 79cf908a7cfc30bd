/** Where an image of one's own goes in: dropped, pasted, chosen, or one of the test images. */
import { Button, FileButton } from '@mantine/core';
import { IconArrowsShuffle, IconPhotoUp } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useEffect, useState } from 'react';
import type { DatasetSummary } from './task-results.ts';
import type { Source } from './use-trial.ts';
import styles from './results.module.css';

interface ImageDropProps {
  /** Whose test images may be taken; null where it is not there. */
  readonly summary: DatasetSummary | null;
  readonly onSource: (source: Source) => void;
  /** What is made of the image. */
  readonly children: ReactNode;
}

export function ImageDrop({ summary, onSource, children }: ImageDropProps) {
  const takeFile = (file: Blob | null | undefined) => {
    if (file) onSource({ file });
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
          {summary ? <RandomButton summary={summary} onSample={(sample) => onSource({ sample })} /> : null}
        </div>
      </div>
      {children}
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
