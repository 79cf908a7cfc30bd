/** The lines of a chart that has too many for SVG: a picture, drawn by a worker. */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Points } from '#lib/decimate.ts';
import type { DrawnLine } from './entry-lines.ts';
import { doGradually } from './framed.ts';
import type { Layout, Thinned } from './layout.ts';
import { drawLines, keepWorker } from './line-pictures.ts';
import { areaOf, isDrawn, signsOf } from './paths.ts';
import styles from './charts.module.css';

export function ChartCanvas({ layout }: { readonly layout: Layout }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme();
  useEffect(() => keepWorker(), []);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return undefined;
    canvas.dataset['scheme'] = scheme; // its colours are those of the page now
    let cancel = () => {};
    const stop = doGradually(
      handOver(canvas, layout, (stopDrawing) => {
        cancel = stopDrawing;
      }),
    );
    return () => {
      stop();
      cancel();
    };
  }, [layout, scheme]);
  const { width, height } = layout;
  return <canvas ref={ref} className={styles['canvas']} style={{ width, height }} aria-hidden />;
}

/** Puts the lines together one by one, and hands them to the worker; what was there stays until its picture comes. */
function* handOver(
  canvas: HTMLCanvasElement,
  layout: Layout,
  begun: (cancel: () => void) => void,
): Generator<undefined, void> {
  const { width, height, left, right, top, bottom } = layout;
  const look = getComputedStyle(canvas);
  const lines: DrawnLine[] = [];
  for (const thinned of layout.onCanvas) {
    lines.push(drawnLine(thinned, layout, look));
    yield;
  }
  const clip = [left - 3, top - 4, right - left + 6, bottom - top + 8] as const;
  const cancel = drawLines({ width, height, ratio: devicePixelRatio, clip, lines }, (picture) => {
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(picture);
    canvas.dataset['lines'] = String(lines.length);
    canvas.dataset['pictures'] = String(Number(canvas.dataset['pictures'] ?? 0) + 1); // tests and the bench wait for it
  });
  begun(cancel);
}

function drawnLine(
  { curve, main, raw, band }: Thinned,
  layout: Layout,
  look: CSSStyleDeclaration,
): DrawnLine {
  const { x, y } = layout;
  return {
    colour: shownColour(curve.colour, look),
    dashed: curve.dashed,
    main: pixelsOf(main, layout),
    raw: raw && pixelsOf(raw, layout),
    area: band ? areaOf(band.low, band.high, x, y) : '',
    signs: curve.sign ? signsOf(curve.sign, main, x, y) : '',
  };
}

/** x and y in turn, in pixels; NaN where there is no place for a value. */
function pixelsOf(points: Points, { x, y }: Layout): Float32Array<ArrayBuffer> {
  const pixels = new Float32Array(2 * points.x.length);
  for (let i = 0; i < points.x.length; i++) {
    const value = points.y[i] ?? Number.NaN;
    pixels[2 * i] = x.at(points.x[i] ?? 0);
    pixels[2 * i + 1] = isDrawn(value, y) ? y.at(value) : Number.NaN;
  }
  return pixels;
}

/** A `var(--…)` colour as the page shows it now. */
function shownColour(colour: string, look: CSSStyleDeclaration): string {
  const name = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
  return name ? look.getPropertyValue(name).trim() : colour;
}
