/** How an arrangement fits its container: zoom, offset and the height that shows it whole where that is reasonable. */
import { tallestGraph, type Arrangement } from './layout.ts';

export const margin = { x: 16, y: 17 };

export interface Fit {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
  /** Height of the container, px. */
  readonly height: number;
  /** Whether everything is in sight, so that dragging the ground can scroll the page instead. */
  readonly whole: boolean;
}

/** Zoom between which a fit stays: smaller, text would be hard to read; larger, it would shout. */
const zooms = { wide: { least: 0.66, most: 1 }, tall: { least: 0.8, most: 1 } };

/** Fits a container of a width. What would become too small to read then needs panning. */
export function fitInto({ width, height, vertical }: Arrangement, container: number): Fit {
  const { least, most } = vertical ? zooms.tall : zooms.wide;
  const across = (container - 2 * margin.x) / width;
  const down = vertical ? Infinity : tallestGraph / height;
  const zoom = Math.min(most, Math.max(least, Math.min(across, down)));
  const needed = height * zoom + 2 * margin.y;
  const shown = vertical ? needed : Math.min(tallestGraph + 2 * margin.y, Math.max(208, needed));
  return {
    zoom,
    x: Math.max(margin.x, (container - width * zoom) / 2),
    y: Math.max(margin.y, (shown - height * zoom) / 2),
    height: Math.round(shown),
    whole: width * zoom <= container && needed <= shown + 1,
  };
}
