/**
 * The cells of a large matrix as one painting behind the table. To give each of 1,600 cells a style of its own took 50 ms
 * and more of every drawing; this takes one or two.
 */
import { useComputedColorScheme } from '@mantine/core';
import { type RefObject, useEffect } from 'react';
import { cosineColour, pairSentence } from './cosine-colour.ts';

/**
 * Paints the cosines behind the cells of the table in a frame, and names the cells.
 * @param cosines [tasks, tasks]; null for a table that shows its cells itself
 * @param cell width and height of a cell, in pixels
 */
export function usePaintedCells(
  frame: RefObject<HTMLElement | null>,
  cosines: Float64Array | null,
  names: readonly string[],
  cell: number,
): void {
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    if (!cosines || !frame.current) return;
    paint(frame.current, cosines, names.length, cell);
    nameCells(frame.current, cosines, names);
    // Another colour scheme has other colours under the same names.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [frame, cosines, names, cell, scheme]);
}

function paint(frame: HTMLElement, cosines: Float64Array, count: number, cell: number): void {
  const canvas = frame.querySelector('canvas');
  const first = frame.querySelector('[data-cell="0-0"]')?.getBoundingClientRect();
  const last = frame.querySelector(`[data-cell="${count - 1}-${count - 1}"]`)?.getBoundingClientRect();
  const context = canvas?.getContext('2d');
  if (!canvas || !first || !last || !context) return;
  const outer = frame.getBoundingClientRect();
  const [width, height] = [last.right - first.left, last.bottom - first.top];
  const scale = window.devicePixelRatio;
  Object.assign(canvas.style, {
    left: `${first.left - outer.left}px`,
    top: `${first.top - outer.top}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  const colourOf = palette(canvas);
  const ink = getComputedStyle(canvas).getPropertyValue('--ink-soft');
  const [right, down] = [(last.left - first.left) / (count - 1), (last.top - first.top) / (count - 1)];
  for (const [at, cosine] of cosines.entries()) {
    const [i, j] = [Math.floor(at / count), at % count];
    if (i === j) continue;
    const [x, y] = [j * right, i * down];
    context.fillStyle = colourOf(cosine);
    context.fillRect(x, y, cell, cell);
    if (!(cosine < 0)) continue;
    // A minus sign, for there is no room for a number.
    context.fillStyle = ink;
    context.fillRect(x + cell * 0.27, Math.floor(y + cell / 2), cell * 0.46, 1);
  }
}

/** Colours of cosines as a canvas takes them: without variables. */
function palette(element: Element): (cosine: number) => string {
  const style = getComputedStyle(element);
  const known = new Map<number, string>();
  return (cosine) => {
    const rounded = Math.round(cosine * 100) / 100;
    const colour =
      known.get(rounded) ??
      cosineColour(rounded).replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) =>
        style.getPropertyValue(name),
      );
    known.set(rounded, colour);
    return colour;
  };
}

function nameCells(frame: HTMLElement, cosines: Float64Array, names: readonly string[]): void {
  for (const [at, cell] of frame.querySelectorAll('[data-cell]').entries()) {
    const [first = '', second = ''] = [names[Math.floor(at / names.length)], names[at % names.length]];
    const name = pairSentence(first, second, cosines[at]);
    if (cell.getAttribute('aria-label') !== name) cell.setAttribute('aria-label', name);
  }
}
