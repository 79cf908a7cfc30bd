/** The lines of a chart that has too many for SVG, drawn on a canvas a few at a time. */
import { useComputedColorScheme } from '@mantine/core';
import type { Points } from '#lib/decimate.ts';
import { useEffect, useRef } from 'react';
import { doGradually } from './framed.ts';
import type { Layout, Thinned } from './layout.ts';
import { areaOf, signsOf, trace } from './paths.ts';
import styles from './charts.module.css';

export function ChartCanvas({ layout }: { readonly layout: Layout }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme();
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return undefined;
    canvas.dataset['scheme'] = scheme; // its colours are those of the page now
    return doGradually(draw(canvas, layout));
  }, [layout, scheme]);
  const { width, height } = layout;
  return <canvas ref={ref} className={styles['canvas']} style={{ width, height }} aria-hidden />;
}

/** Draws into a picture of its own, and shows it once it is done: what was there stays until then. */
function* draw(canvas: HTMLCanvasElement, layout: Layout): Generator<undefined, void> {
  const ratio = devicePixelRatio;
  const width = Math.round(layout.width * ratio);
  const height = Math.round(layout.height * ratio);
  const picture = new OffscreenCanvas(width, height);
  const context = picture.getContext('2d');
  if (!context) return;
  const { left, right, top, bottom } = layout;
  context.scale(ratio, ratio);
  context.beginPath();
  context.rect(left - 3, top - 4, right - left + 6, bottom - top + 8);
  context.clip();
  context.lineJoin = 'round';
  context.lineCap = 'round';
  const look = getComputedStyle(canvas);
  for (const thinned of layout.onCanvas) {
    context.strokeStyle = context.fillStyle = shownColour(thinned.curve.colour, look);
    drawLine(context, thinned, layout);
    yield;
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.drawImage(picture, 0, 0);
  canvas.dataset['lines'] = String(layout.onCanvas.length);
}

function drawLine(
  context: OffscreenCanvasRenderingContext2D,
  { curve, main, raw, band }: Thinned,
  { x, y }: Layout,
): void {
  const line = (points: Points) => {
    const path = new Path2D();
    trace(points, x, y, path);
    return path;
  };
  if (band) {
    context.globalAlpha = 0.16;
    const area = new Path2D(areaOf(band.low, band.high, x, y));
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
    context.fill(area);
  }
  if (raw) {
    context.globalAlpha = 0.24;
    context.lineWidth = 1;
    context.stroke(line(raw));
  }
  context.globalAlpha = 1;
  context.lineWidth = 1.25;
  context.setLineDash(curve.dashed ? [4, 3.5] : []);
  context.stroke(line(main));
  context.setLineDash([]);
  context.lineWidth = 1;
  if (curve.sign) context.stroke(new Path2D(signsOf(curve.sign, main, x, y)));
}

/** A `var(--…)` colour as the page shows it now. */
function shownColour(colour: string, look: CSSStyleDeclaration): string {
  const name = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
  return name ? look.getPropertyValue(name).trim() : colour;
}
