/** The first training image, as the network gets it. */
import { memo, useEffect, useRef } from 'react';
import { toRgba } from '#data/thumbnails.ts';
import { fetchSamples, useDataset } from '#stores/dataset.ts';
import styles from './network.module.css';

export const Thumbnail = memo(function Thumbnail() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const summary = useDataset((state) => (state.status === 'ready' ? state.summary : null));
  useEffect(() => {
    const first = summary?.split.train[0];
    if (!summary || first === undefined) return;
    const { height, width, channels } = summary.info.image;
    let current = true;
    const draw = async () => {
      const { pixels } = await fetchSamples(Uint32Array.of(first));
      const context = canvas.current?.getContext('2d');
      if (!current || !context) return;
      context.canvas.width = width;
      context.canvas.height = height;
      context.putImageData(new ImageData(toRgba(pixels, channels), width, height), 0, 0);
    };
    // Without a picture the empty square stays; the data panel says what went wrong.
    draw().catch(() => undefined);
    return () => {
      current = false;
    };
  }, [summary]);
  return summary ? <canvas ref={canvas} className={styles['thumbnail']} aria-hidden /> : null;
});
