/** One image of the data set, drawn pixel by pixel on a canvas. */
import { useEffect, useRef } from 'react';
import { toRgba } from '#data/thumbnails.ts';
import type { ImageShape } from '#experiment/dataset-info.ts';
import styles from './shared.module.css';

interface PictureProps {
  readonly shape: ImageShape;
  /** [height, width, channels]; left out while it is on its way. */
  readonly pixels?: Uint8Array | undefined;
  /** What it shows, for those who cannot see it; left out where the words around it say so. */
  readonly label?: string;
}

export function Picture({ shape, pixels, label }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, channels } = shape;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    // Right after another data set was chosen, the pixels at hand may still be those of the one before.
    if (!context || pixels?.length !== width * height * channels) return;
    context.putImageData(new ImageData(toRgba(pixels, channels), width, height), 0, 0);
  }, [pixels, width, height, channels]);
  const name = label ? ({ role: 'img', 'aria-label': label } as const) : ({ 'aria-hidden': true } as const);
  return <canvas ref={canvas} width={width} height={height} className={styles['picture']} {...name} />;
}
