/** Pictures put upright by EXIF's orientation, where the browser does not do it. */
import type { Picture } from './fit-picture.ts';
import type { Raster } from './resample.ts';

/** Whether each orientation exchanges rows and columns, and then mirrors columns and rows. */
const turns: readonly (readonly [swap: boolean, mirrorX: boolean, mirrorY: boolean])[] = [
  [false, false, false],
  [false, true, false],
  [false, true, true],
  [false, false, true],
  [true, false, false],
  [true, true, false],
  [true, true, true],
  [true, false, true],
];

/**
 * A picture as it is shown.
 * @param orientation EXIF's, 1…8
 */
export function turned(stored: Picture, orientation: number): Picture {
  const [swap, mirrorX, mirrorY] = turns[orientation - 1] ?? [false, false, false];
  if (!swap && !mirrorX && !mirrorY) return stored;
  const [width, height] = swap ? [stored.height, stored.width] : [stored.width, stored.height];
  return {
    width,
    height,
    read: (x, y, wide, high) => {
      const left = mirrorX ? width - x - wide : x;
      const top = mirrorY ? height - y - high : y;
      const part = swap ? stored.read(top, left, high, wide) : stored.read(left, top, wide, high);
      const { channels, pixels: from } = part;
      const pixels = new Uint8Array(wide * high * channels);
      for (let row = 0; row < high; row++)
        for (let column = 0; column < wide; column++) {
          const [u, v] = [mirrorX ? wide - 1 - column : column, mirrorY ? high - 1 - row : row];
          const at = (swap ? u * high + v : v * wide + u) * channels;
          const to = (row * wide + column) * channels;
          for (let channel = 0; channel < channels; channel++) pixels[to + channel] = from[at + channel] ?? 0;
        }
      return { width: wide, height: high, channels, pixels } satisfies Raster;
    },
  };
}
