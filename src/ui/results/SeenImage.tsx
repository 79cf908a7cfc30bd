/** An image as it was given and as the network sees it, and how the one becomes the other. */
import { SegmentedControl, Switch } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { type DecodeOptions, type Fit, fits } from '#data/decode-image.ts';
import type { ImageShape } from '#experiment/dataset-info.ts';
import { Picture } from '../shared/Picture.tsx';
import type { Source } from './use-trial.ts';
import styles from './results.module.css';

const fitNames: Readonly<Record<Fit, string>> = { cover: 'Fill', contain: 'Fit', stretch: 'Stretch' };
export const startingFit: DecodeOptions = { fit: 'contain', invert: false };

interface SeenImageProps {
  readonly source: Source;
  readonly shape: ImageShape;
  /** Null until it is decoded. */
  readonly pixels: Uint8Array | null;
  readonly fit: DecodeOptions;
  readonly onFit: (fit: DecodeOptions) => void;
  /** More to choose. */
  readonly children?: ReactNode;
}

export function SeenImage({ source, shape, pixels, fit, onFit, children }: SeenImageProps) {
  const isFile = 'file' in source;
  return (
    <div className={styles['seen']} data-single={!isFile || undefined}>
      {isFile ? <Original file={source.file} /> : null}
      <Seen shape={shape} pixels={pixels} />
      <div className={styles['seenOptions']}>
        {isFile ? <FitOptions fit={fit} onFit={onFit} /> : null}
        {children}
      </div>
    </div>
  );
}

function FitOptions({ fit, onFit }: Pick<SeenImageProps, 'fit' | 'onFit'>) {
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="How the image is fitted"
        data={fits.map((value) => ({ value, label: fitNames[value] }))}
        value={fit.fit}
        onChange={(next) => onFit({ ...fit, fit: next })}
      />
      <Switch
        label="invert"
        checked={fit.invert}
        onChange={(event) => onFit({ ...fit, invert: event.currentTarget.checked })}
      />
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
