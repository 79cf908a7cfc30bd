/** How an arrangement fits its container: zoom, offset and the height that shows it whole where that is reasonable. */
import type { Arrangement } from './layout.ts';

export const margin = { x: 16, y: 16 };
const tallest = 460;

export interface Fit {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
  /** Height of the container, px. */
  readonly height: number;
  /** Whether everything is in sight, so that dragging the ground can scroll the page instead. */
  readonly whole: boolean;
}

/** Fits a container of a width. Text stays readable: what is too wide then needs panning. */
export function fitInto({ width, height, vertical }: Arrangement, container: number): Fit {
  const [least, most] = vertical ? [0.8, 1] : [0.72, 1.1];
  const zoom = Math.min(most, Math.max(least, (container - 2 * margin.x) / width));
  const needed = height * zoom + 2 * margin.y;
  const shown = vertical ? needed : Math.min(tallest, Math.max(208, needed));
  return {
    zoom,
    x: Math.max(margin.x, (container - width * zoom) / 2),
    y: Math.max(margin.y, (shown - height * zoom) / 2),
    height: Math.round(shown),
    whole: width * zoom <= container && needed <= shown + 1,
  };
}
